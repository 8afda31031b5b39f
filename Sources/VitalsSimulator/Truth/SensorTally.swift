/// What a sensor did and what became of it, counted from the start of the scenario or over an episode.
public struct SensorTally: Hashable, Sendable {
    /// Beats of the heart.
    public var beats = 0
    /// Those of them that came early.
    public var prematureBeats = 0
    /// Beats that the strap missed.
    public var missedBeats = 0
    /// Beats that the strap saw twice.
    public var doubledBeats = 0
    /// RR intervals in packets that arrived whole.
    public var intervalsSent = 0
    /// RR intervals that the strap measured and that never arrived in a whole packet.
    public var intervalsLost = 0
    /// RR intervals that arrived again in packets that repeat an earlier one.
    public var intervalsRepeated = 0
    /// 2A37 packets that arrived whole, repeated ones included.
    public var heartRatePackets = 0
    /// 2A5F packets that arrived whole, repeated ones included.
    public var oximetryPackets = 0
    /// 2A5E packets that arrived whole.
    public var spotCheckPackets = 0
    /// Packets that arrived too short.
    public var malformedPackets = 0
    /// Packets that were made and did not arrive.
    public var droppedPackets = 0
    /// Packets that repeated the one before; also counted by their characteristic.
    public var frozenPackets = 0
    /// Measurements made on the body of which no packet was made: no link, or silence.
    public var withheldMeasurements = 0

    /// Nothing yet.
    public init() {}

    /// What was counted since `earlier`.
    func since(_ earlier: SensorTally) -> SensorTally {
        var difference = self
        for (_, path) in Self.members { difference[keyPath: path] -= earlier[keyPath: path] }
        return difference
    }

    /// The counters by their names in the truth, sorted.
    static var members: [(name: String, path: WritableKeyPath<SensorTally, Int>)] {
        [
            ("beats", \.beats), ("doubled_beats", \.doubledBeats), ("dropped_packets", \.droppedPackets),
            ("frozen_packets", \.frozenPackets), ("heart_rate_packets", \.heartRatePackets),
            ("intervals_lost", \.intervalsLost), ("intervals_repeated", \.intervalsRepeated),
            ("intervals_sent", \.intervalsSent),
            ("malformed_packets", \.malformedPackets), ("missed_beats", \.missedBeats),
            ("oximetry_packets", \.oximetryPackets), ("premature_beats", \.prematureBeats),
            ("spot_check_packets", \.spotCheckPackets), ("withheld_measurements", \.withheldMeasurements),
        ]
    }
}
