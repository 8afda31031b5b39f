/// What an RR interval is to heart-rate variability (Lipponen and Tarvainen 2019, figure 1).
public enum IntervalClass: UInt8, CaseIterable, Hashable, Sendable {
    /// An interval between two beats of the prevailing rhythm.
    case normal
    /// The interval of an early or late beat, or the one that makes up for it.
    case ectopic
    /// Longer or shorter than its neighbours allow, without a pattern that explains it.
    case longShort
    /// A beat between the two was not detected.
    case missed
    /// The beat that ended it is none.
    case extra

    /// The name in records and in text: lower-case letters and hyphens.
    public var name: String {
        switch self {
        case .normal: "normal"
        case .ectopic: "ectopic"
        case .longShort: "long-short"
        case .missed: "missed"
        case .extra: "extra"
        }
    }
}
