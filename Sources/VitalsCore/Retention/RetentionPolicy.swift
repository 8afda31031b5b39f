/// How much a journal keeps, and for how long.
public struct RetentionPolicy: Hashable, Sendable {
    /// All files of the journal together, in bytes: the database, its WAL file and the ballast.
    public var maxBytes: Int64
    /// Days after which a class is dropped, once it was acknowledged and the grace window is over. A class without a
    /// number is kept until the bytes are needed.
    public var days: [RetentionClass: Int]
    /// Hours for which acknowledged records are kept, for receivers that lose what they acknowledged.
    public var graceHours: Int
    /// Who has to acknowledge a record before it counts as delivered: the sinks that are configured. With none the
    /// journal is all there is, and age and bytes alone decide.
    public var sinks: [String]

    /// A policy.
    public init(maxBytes: Int64, days: [RetentionClass: Int], graceHours: Int, sinks: [String]) {
        self.maxBytes = maxBytes
        self.days = days
        self.graceHours = graceHours
        self.sinks = sinks
    }

    /// What holds when nothing is configured: see `RetentionLimits` for the reasons.
    public static let standard = RetentionPolicy(
        maxBytes: RetentionLimits.maxBytes, days: RetentionLimits.days, graceHours: RetentionLimits.graceHours,
        sinks: [])

    /// The age in seconds at which a class is dropped; nil for one that is kept until the bytes are needed.
    public func age(of retentionClass: RetentionClass) -> Int64? {
        days[retentionClass].flatMap { $0 > 0 ? Int64($0) * RetentionLimits.secondsPerDay : nil }
    }

    /// The grace window in seconds.
    public var grace: Int64 { Int64(graceHours) * RetentionLimits.secondsPerHour }
}
