public import VitalsModel

/// One entry of the journal: what the engine appended, in the order in which it appended it.
///
/// The daemon, a replay and a simulation write the same records, and everything downstream (the hash chain, the replay
/// stream, the publications) is made from these fields alone.
public struct Record: Hashable, Sendable {
    /// The place in the journal: 1 for the first record of an epoch, then without gaps. It never repeats in an epoch.
    public var sequence: UInt64
    /// What the record holds, and so how `body` reads.
    public var kind: RecordKind
    /// The sensor that it is about; nil when it is about the gateway.
    public var sensor: SensorAddress?
    /// When what it says came to be: for a sample block the reception of its last sample.
    public var stamp: Stamp
    /// The part of a topic or a filter: the stream of a sample block, the condition of an alarm, the detector of a
    /// finding, else empty. Lower-case letters, digits and hyphens.
    public var subject: String
    /// A binary `SampleBlock` for samples, one JSON object with sorted members for every other kind.
    public var body: [UInt8]

    /// A record.
    public init(
        sequence: UInt64, kind: RecordKind, sensor: SensorAddress?, stamp: Stamp, subject: String, body: [UInt8]
    ) {
        self.sequence = sequence
        self.kind = kind
        self.sensor = sensor
        self.stamp = stamp
        self.subject = subject
        self.body = body
    }
}

/// What a record holds. The numbers are stored: they never change their meaning.
public enum RecordKind: UInt8, CaseIterable, Sendable {
    /// The engine started: version, configuration digest, detectors with their versions.
    case start = 1
    /// A block of samples of one stream.
    case samples = 2
    /// A detector judged a window and found something.
    case finding = 3
    /// An alarm condition was raised or cleared.
    case alarm = 4
    /// A value is missing, and why: a gap that began or ended, a change of the signal's quality.
    case absence = 5
    /// The link to a sensor came up or went down.
    case link = 6
    /// A packet that does not decode, kept as it came.
    case malformed = 7
    /// What a sensor says of itself: battery, model, firmware, features, clock.
    case device = 8
    /// The wall clock stepped, or its synchronisation changed.
    case clock = 9

    /// The name in JSON and in text.
    public var name: String {
        switch self {
        case .start: "start"
        case .samples: "samples"
        case .finding: "finding"
        case .alarm: "alarm"
        case .absence: "absence"
        case .link: "link"
        case .malformed: "malformed"
        case .device: "device"
        case .clock: "clock"
        }
    }
}

/// Which journal a sequence number belongs to. `(gateway, epoch, sequence)` names a record in the whole world, for ever.
public struct JournalIdentity: Hashable, Sendable {
    /// The gateway's name in topics: 1 to 64 of `A-Z a-z 0-9 _ -`.
    public var gateway: String
    /// New at each creation of a journal: 16 lower-case hexadecimal digits.
    public var epoch: String

    /// An identity.
    public init(gateway: String, epoch: String) {
        self.gateway = gateway
        self.epoch = epoch
    }
}
