/// The 20 % rule of Malik (1989) as hrv-analysis 1.0.6 decides it: an interval is ectopic if it differs from the one before
/// by more than a fifth of that one, `5 · |rr(i) - rr(i-1)| > rr(i-1)`; the one after an ectopic interval is taken as it is.
struct MalikRule: Hashable, Sendable {
    /// The interval that the next is compared with; nil when none is known.
    private var previous: Int32?
    private var isAfterEctopic = false

    /// Judges the next interval, in 1/1024 s. The first of a chain has nothing to differ from.
    mutating func judge(_ interval: UInt16) -> Bool {
        let current = Int32(interval)
        defer { previous = current }
        guard let previous, !isAfterEctopic else {
            isAfterEctopic = false
            return false
        }
        isAfterEctopic = 5 * abs(current - previous) > previous
        return isAfterEctopic
    }
}
