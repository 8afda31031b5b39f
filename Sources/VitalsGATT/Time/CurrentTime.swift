public import VitalsModel

/// Current Time, 2A2B: what a sensor's clock says. Source: GATT Specification Supplement, Current Time.
public struct CurrentTime: Hashable, Sendable {
    /// Date and time; unknown also when what was sent is impossible.
    public let dateTime: DateTime
    /// The day of the week; nil when not known.
    public let dayOfWeek: DayOfWeek?
    /// The fraction of the second in 1/256 s.
    public let fractions256: UInt8
    /// Why the clock was last adjusted.
    public let adjustReason: AdjustReason

    /// A reading of a clock.
    public init(dateTime: DateTime, dayOfWeek: DayOfWeek?, fractions256: UInt8, adjustReason: AdjustReason) {
        self.dateTime = dateTime
        self.dayOfWeek = dayOfWeek
        self.fractions256 = fractions256
        self.adjustReason = adjustReason
    }

    /// Microseconds from 1970-01-01T00:00:00 in the sensor's own zone, cut to a whole one; nil when the date is not known.
    public var microsecondsSinceEpoch: Int64? {
        guard let time = dateTime.civilTime else { return nil }
        return time.secondsSinceEpoch * 1_000_000 + Int64(fractions256) * 1_000_000 / 256
    }

    /// A day of the week.
    public enum DayOfWeek: UInt8, CaseIterable, Sendable {
        /// Monday.
        case monday = 1
        /// Tuesday.
        case tuesday = 2
        /// Wednesday.
        case wednesday = 3
        /// Thursday.
        case thursday = 4
        /// Friday.
        case friday = 5
        /// Saturday.
        case saturday = 6
        /// Sunday.
        case sunday = 7
    }

    /// Why a clock was adjusted.
    public struct AdjustReason: OptionSet, Hashable, Sendable {
        /// The bits as sent; those above the named ones are reserved and mean nothing.
        public let rawValue: UInt8

        /// Reasons from their bits.
        public init(rawValue: UInt8) { self.rawValue = rawValue }

        /// Manual time update.
        public static let manualTimeUpdate = AdjustReason(rawValue: 1 << 0)
        /// External reference time update.
        public static let externalReferenceTimeUpdate = AdjustReason(rawValue: 1 << 1)
        /// Change of time zone.
        public static let changeOfTimeZone = AdjustReason(rawValue: 1 << 2)
        /// Change of daylight saving time.
        public static let changeOfDST = AdjustReason(rawValue: 1 << 3)

        /// The names of the reasons, for JSON and text.
        public var names: [String] { BitNames.names(of: UInt32(rawValue), in: Self.bitNames) }

        private static let bitNames: [String?] = [
            "manual-time-update", "external-reference-time-update", "change-of-time-zone", "change-of-dst",
        ]
    }
}

extension CurrentTime: CharacteristicEncodable {
    /// Current Time.
    public static var characteristic: BluetoothUUID { .currentTime }

    /// Ten bytes. An impossible date is dropped and a reserved day of the week ignored, each with its warning.
    public static func decode(_ bytes: Span<UInt8>) throws(MalformedValue) -> Decoded<CurrentTime> {
        var cursor = try ByteCursor(characteristic, bytes)
        let dateTime = try cursor.dateTime(.dateTime, in: bytes)
        let day = try cursor.uint8(.dayOfWeek, in: bytes)
        let fractions256 = try cursor.uint8(.fractions256, in: bytes)
        let reason = AdjustReason(rawValue: try cursor.uint8(.adjustReason, in: bytes))
        let dayOfWeek = DayOfWeek(rawValue: day)
        var warnings = cursor.trailing(in: bytes)
        if dateTime == nil { warnings.insert(.timestampImpossible) }
        if day != 0, dayOfWeek == nil { warnings.insert(.reservedValue) }
        let time = CurrentTime(
            dateTime: dateTime ?? .unknown, dayOfWeek: dayOfWeek, fractions256: fractions256, adjustReason: reason)
        return Decoded(time, warnings: warnings)
    }

    /// Appends ten bytes.
    public func encode(into bytes: inout [UInt8]) {
        dateTime.encode(into: &bytes)
        bytes.append(dayOfWeek?.rawValue ?? 0)
        bytes.append(fractions256)
        bytes.append(adjustReason.rawValue)
    }
}
