import VitalsModel

/// The faults between a sensor and the gateway: repeats, cuts and drops.
struct PacketFaults: Sendable {
    private var cuts: RandomStream
    private var drops: RandomStream
    private var last: [Packet?] = [nil, nil]

    init(_ plan: SensorPlan) {
        cuts = RandomStream(seed: plan.sensorSeed, 60)
        drops = RandomStream(seed: plan.sensorSeed, 61)
    }

    /// The packet that a frozen sensor sends instead: its last one of that service, without new intervals. A sensor that
    /// has sent nothing yet has nothing to repeat.
    mutating func repeated(_ packet: Packet, isFrozen: Bool) -> Packet? {
        let service = packet.characteristic == .heartRateMeasurement ? 0 : 1
        guard isFrozen, var earlier = last[service] else {
            last[service] = packet
            return nil
        }
        (earlier.intervals, earlier.intervalsRepeated) = (0, earlier.intervals)
        return earlier
    }

    /// The beginning of a packet that is to be malformed, shorter than its flags declare; nil for one that is not.
    mutating func cut(_ packet: Packet, share: Int64) -> [UInt8]? {
        guard share > 0, cuts.chance(millionths: share) else { return nil }
        return Array(packet.bytes.prefix(Int(cuts.below(Int64(packet.declaredLength)))))
    }

    /// Whether a packet is dropped.
    mutating func drops(share: Int64) -> Bool { share > 0 && drops.chance(millionths: share) }
}
