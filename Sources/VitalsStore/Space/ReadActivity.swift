import VitalsModel

/// Which read is under way, and since when it is known to be. It needs no clock of its own: whoever looks for old reads
/// brings the time.
struct ReadActivity: Sendable {
    private var last: UInt64 = 0
    private var active: [UInt64] = []
    /// The oldest read that was seen under way, and when it was first seen.
    private var seen: (read: UInt64, at: MonotonicTime)?

    /// A read begins; its number.
    mutating func begin() -> UInt64 {
        last += 1
        active.append(last)
        return last
    }

    /// It has ended.
    mutating func end(_ read: UInt64) { active.removeAll { $0 == read } }

    /// Whether a read is under way that was so for longer than is allowed.
    mutating func isHeld(at time: MonotonicTime) -> Bool {
        guard let oldest = active.first else {
            seen = nil
            return false
        }
        guard let seen, seen.read == oldest else {
            self.seen = (oldest, time)
            return false
        }
        return time - seen.at >= .seconds(Int64(VitalsStoreLimits.readSecondsMax))
    }
}
