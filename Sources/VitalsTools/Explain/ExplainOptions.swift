public import VitalsStore

/// What `explain` is asked to do.
public struct ExplainOptions: Sendable {
    /// The finding or alarm: `SEQUENCE` or `EPOCH:SEQUENCE`.
    public var record: String
    /// The journal; nil: the configuration's.
    public var journal: String?
    /// The key of a sealed journal.
    public var protection = JournalProtection()
    /// A configuration of the daemon, where the journal does not hold the settings, or to check them.
    public var configuration: String?
    /// The name of the kernels' level for judging again; nil: the best. It changes no bit.
    public var kernels: String?
    /// Whether one JSON object is wanted, rather than text.
    public var wantsJSON = false

    /// A question about a record.
    public init(record: String) { self.record = record }
}
