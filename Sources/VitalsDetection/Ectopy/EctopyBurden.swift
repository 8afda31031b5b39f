public import VitalsModel

/// How many beats of five minutes were premature.
public struct EctopyBurden: Hashable, Sendable {
    /// When the five minutes began; they are aligned to multiples of five minutes of data time.
    public let start: MonotonicTime
    /// Beats that were judged.
    public var beats: Int32 = 0
    /// Premature beats.
    public var premature: Int32 = 0
    /// Beats by which the 20 % rule alone would call them ectopic.
    public var malik: Int32 = 0
    /// Beats with which a bigeminy was under way.
    public var bigeminal: Int32 = 0
    /// Beats with which a trigeminy was under way.
    public var trigeminal: Int32 = 0

    init(start: MonotonicTime) { self.start = start }

    /// When the five minutes ended.
    public var end: MonotonicTime { start + VitalsDetectionLimits.burdenWindow }

    /// The share of premature beats in thousandths, rounded to the nearest; nil without a beat.
    public var thousandths: Int32? { beats > 0 ? (premature * 1_000 + beats / 2) / beats : nil }
}
