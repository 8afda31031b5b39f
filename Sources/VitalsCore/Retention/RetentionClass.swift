/// What retention treats alike. The order is the order of loss: the first class goes first.
public enum RetentionClass: Int, CaseIterable, Comparable, Sendable {
    /// Sample blocks of a waveform: most of the bytes, and what was found in them is kept as findings.
    case waveforms = 1
    /// All other sample blocks.
    case samples = 2
    /// Absences, links, malformed packets, what devices say of themselves, steps of the clock.
    case events = 3
    /// What detectors found.
    case findings = 4
    /// Alarms that were raised or ended, and starts: the journal's audit trail.
    case alarms = 5

    /// The class of a record.
    public init(kind: RecordKind, subject: String) {
        switch kind {
        case .samples: self = subject == Self.waveformSubject ? .waveforms : .samples
        case .absence, .link, .malformed, .device, .clock: self = .events
        case .finding: self = .findings
        case .alarm, .start: self = .alarms
        }
    }

    /// The subject of the sample blocks that are waveforms.
    public static let waveformSubject = SampleStream.ppg.name

    /// The kinds that the class holds; samples and waveforms differ by their subject alone.
    public var kinds: [RecordKind] {
        switch self {
        case .waveforms, .samples: [.samples]
        case .events: [.absence, .link, .malformed, .device, .clock]
        case .findings: [.finding]
        case .alarms: [.alarm, .start]
        }
    }

    /// The name in the ledger, in the configuration and in text.
    public var name: String {
        switch self {
        case .waveforms: "waveforms"
        case .samples: "samples"
        case .events: "events"
        case .findings: "findings"
        case .alarms: "alarms"
        }
    }

    /// A class by its name.
    public init?(name: String) {
        guard let match = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = match
    }

    /// The earlier one is lost first.
    public static func < (one: RetentionClass, other: RetentionClass) -> Bool { one.rawValue < other.rawValue }
}
