public import VitalsModel

/// A sensor's date and time of day, as sent: local to the sensor, without a zone, and perhaps not wholly known.
///
/// A year, month or day of 0 says "not known", which is valid. Source: GATT Specification Supplement, Date Time.
public struct DateTime: Hashable, Sendable {
    /// The year, 1582 to 9999, or 0 when not known.
    public let year: UInt16
    /// The month, 1 to 12, or 0 when not known.
    public let month: UInt8
    /// The day of the month, 1 to 31, or 0 when not known.
    public let day: UInt8
    /// The hour, 0 to 23.
    public let hours: UInt8
    /// The minute, 0 to 59.
    public let minutes: UInt8
    /// The second, 0 to 59.
    public let seconds: UInt8

    /// Nil when the fields name no moment, known or unknown: month 13, 30 February, 25 o'clock.
    public init?(year: UInt16, month: UInt8, day: UInt8, hours: UInt8, minutes: UInt8, seconds: UInt8) {
        guard year == 0 || Self.years.contains(year) else { return nil }
        // An unknown part rules nothing out, so that the most generous one stands in: a leap year, a month of 31 days.
        let possible = CivilTime(
            year: year == 0 ? 2000 : Int(year), month: month == 0 ? 1 : Int(month), day: day == 0 ? 1 : Int(day),
            hour: Int(hours), minute: Int(minutes), second: Int(seconds))
        guard possible != nil else { return nil }
        self.year = year
        self.month = month
        self.day = day
        self.hours = hours
        self.minutes = minutes
        self.seconds = seconds
    }

    /// Nothing is known.
    public static let unknown = DateTime()

    private init() { (year, month, day, hours, minutes, seconds) = (0, 0, 0, 0, 0, 0) }

    /// A known date and time; nil before 1582, where the calendar of the specification begins.
    public init?(_ time: CivilTime) {
        guard let year = UInt16(exactly: time.year), year > 0, let month = UInt8(exactly: time.month),
            let day = UInt8(exactly: time.day), let hours = UInt8(exactly: time.hour),
            let minutes = UInt8(exactly: time.minute), let seconds = UInt8(exactly: time.second)
        else { return nil }
        self.init(year: year, month: month, day: day, hours: hours, minutes: minutes, seconds: seconds)
    }

    /// The moment in the sensor's own zone; nil when a part of the date is not known.
    public var civilTime: CivilTime? {
        // A civil time may have the year 0; it refuses a month or a day of 0 by itself.
        guard year != 0 else { return nil }
        return CivilTime(
            year: Int(year), month: Int(month), day: Int(day), hour: Int(hours), minute: Int(minutes),
            second: Int(seconds))
    }

    func encode(into bytes: inout [UInt8]) {
        bytes.append(littleEndian: year)
        for field in [month, day, hours, minutes, seconds] { bytes.append(field) }
    }

    /// From the first year of the Gregorian calendar to the last of four digits.
    private static let years: ClosedRange<UInt16> = 1582...9999
}
