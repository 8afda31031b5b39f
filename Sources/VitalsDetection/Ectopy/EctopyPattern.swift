/// A pattern of premature beats.
public enum EctopyPattern: UInt8, CaseIterable, Hashable, Sendable {
    /// None that repeats.
    case none
    /// Every second beat is premature.
    case bigeminy
    /// Every third beat is premature.
    case trigeminy

    /// The name in records and in text.
    public var name: String {
        switch self {
        case .none: "none"
        case .bigeminy: "bigeminy"
        case .trigeminy: "trigeminy"
        }
    }
}

/// Which of the newest beats were premature, and the period that they make.
struct PrematureHistory: Hashable, Sendable {
    /// The newest beat is bit 0.
    private var bits: UInt32 = 0
    private var count = 0

    /// Takes the next beat of the chain; the pattern that the newest beats make.
    mutating func push(isPremature: Bool) -> EctopyPattern {
        bits = bits << 1 | (isPremature ? 1 : 0)
        count = min(count + 1, 32)
        if repeats(period: 2) { return .bigeminy }
        if repeats(period: 3) { return .trigeminy }
        return .none
    }

    /// Whether the newest `patternCycles` cycles are alike, each with one premature beat.
    private func repeats(period: Int) -> Bool {
        let length = period * VitalsDetectionLimits.patternCycles
        guard count >= length else { return false }
        let window = bits & (1 << length - 1)
        let cycle = bits & (1 << period - 1)
        guard cycle.nonzeroBitCount == 1 else { return false }
        var expected: UInt32 = 0
        for _ in 0..<VitalsDetectionLimits.patternCycles { expected = expected << period | cycle }
        return window == expected
    }
}
