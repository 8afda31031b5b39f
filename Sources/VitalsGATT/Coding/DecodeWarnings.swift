/// What was wrong with a value that could be decoded all the same. Each is worth a counter, none of them an alarm.
public struct DecodeWarnings: OptionSet, Hashable, Sendable {
    /// One bit for each warning.
    public let rawValue: UInt8

    /// Warnings from their bits.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Bytes follow the last declared field; they were not read.
    public static let trailingBytes = DecodeWarnings(rawValue: 1 << 0)
    /// The RR-Interval flag is set and no byte follows.
    public static let rrIntervalsMissing = DecodeWarnings(rawValue: 1 << 1)
    /// A single byte follows the last complete RR interval; it was not read.
    public static let rrIntervalCutShort = DecodeWarnings(rawValue: 1 << 2)
    /// The date and time name no moment (month 13, 30 February, 25 o'clock); they were dropped.
    public static let timestampImpossible = DecodeWarnings(rawValue: 1 << 3)
    /// A field holds a value that the specification reserves for future use.
    public static let reservedValue = DecodeWarnings(rawValue: 1 << 4)
    /// PLX Features declares a support field that is not, or not wholly, there; it counts as unsupported.
    public static let supportFieldMissing = DecodeWarnings(rawValue: 1 << 5)

    /// The names of the warnings, for JSON and logs.
    public var names: [String] { BitNames.names(of: UInt32(rawValue), in: Self.bitNames) }

    private static let bitNames: [String?] = [
        "trailing-bytes", "rr-intervals-missing", "rr-interval-cut-short", "timestamp-impossible", "reserved-value",
        "support-field-missing",
    ]
}
