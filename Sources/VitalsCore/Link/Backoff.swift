import VitalsModel

/// The delay before something is tried again: 1, 2, 4 … times the first one up to a limit, each shortened by up to a quarter.
struct Backoff: Sendable {
    private let first: MonotonicTime.Span
    private let limit: MonotonicTime.Span
    /// Failures since the last success.
    private(set) var failures = 0

    init(first: MonotonicTime.Span = .seconds(1), limit: MonotonicTime.Span = LinkLimits.backoffMax) {
        self.first = first
        self.limit = limit
    }

    /// The delay after one more failure.
    mutating func next(_ jitter: inout LinkJitter) -> MonotonicTime.Span {
        let factor = Int64(1) << Int64(min(failures, Self.doublingsMax))
        let product = first.microseconds.multipliedReportingOverflow(by: factor)
        let nominal = product.overflow ? limit : MonotonicTime.Span(microseconds: product.partialValue)
        failures = min(failures + 1, Self.doublingsMax)
        return jitter.shorten(min(nominal, limit))
    }

    /// It worked.
    mutating func reset() { failures = 0 }

    /// Doublings that matter: 2^12 of the shortest first delay (1 s) are longer than every limit here.
    private static let doublingsMax = 12
}
