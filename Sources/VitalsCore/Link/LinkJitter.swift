import VitalsModel

/// The dice of the delays: SplitMix64 (Steele, Lea, Flood 2014), seeded, so that every run can be repeated.
struct LinkJitter: Sendable {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    /// The span, shortened by up to a quarter: gateways and sensors that fell silent together do not come back together,
    /// and no delay is ever longer than its limit says.
    mutating func shorten(_ span: MonotonicTime.Span) -> MonotonicTime.Span {
        let quarter = UInt64(max(0, span.microseconds)) / 4
        guard quarter > 0 else { return span }
        return MonotonicTime.Span(microseconds: span.microseconds - Int64(next() % quarter))
    }

    private mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}
