import VitalsModel

/// Stamps the events of a recording: time since its start, and the wall clock that its steps make of that.
struct CaptureClock: Sendable {
    /// The wall time of the recording's start.
    let start: WallTime
    /// All steps of the wall clock so far.
    private(set) var stepMicroseconds: Int64 = 0
    /// What the last clock event said; before the first, a recording's clock counts as synchronised.
    private(set) var isSynchronised = true

    init(start: WallTime) { self.start = start }

    /// The stamp of a moment so many microseconds after the start.
    func stamp(at microseconds: Int64) -> Stamp {
        let wall = start.microseconds.addingSaturating(microseconds).addingSaturating(stepMicroseconds)
        return Stamp(
            monotonic: MonotonicTime(microseconds: microseconds), wall: WallTime(microseconds: wall),
            isSynchronised: isSynchronised)
    }

    /// The wall clock steps; the event carries the new time.
    mutating func step(by microseconds: Int64, isSynchronised: Bool, at time: Int64) -> SensorEvent {
        stepMicroseconds = stepMicroseconds.addingSaturating(microseconds)
        self.isSynchronised = isSynchronised
        let kind = SensorEvent.Kind.clock(stepMicroseconds: microseconds, isSynchronised: isSynchronised)
        return SensorEvent(stamp: stamp(at: time), kind: kind)
    }
}

extension WallTime {
    /// Whether RFC 3339 can write it: years 0000 to 9999.
    var isWritable: Bool { Self.writable.contains(microseconds) }

    private static let writable: Range<Int64> = -62_167_219_200_000_000..<253_402_300_800_000_000
}
