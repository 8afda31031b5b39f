import VitalsGATT
import VitalsModel

/// The clock of a sensor: the true time, plus an offset, plus a drift. It has no zone; the simulated ones keep UTC.
struct SensorClock: Sendable {
    /// What the true time is at the start, in microseconds since 1970.
    private let start: Int64
    /// Microseconds ahead at the start.
    private let offset: Int64
    /// Thousandths of a part per million.
    private let drift: Int64

    init(_ device: DeviceParameters, trueStart: Int64) {
        start = trueStart
        offset = device.clockOffset.microseconds
        drift = device.clockDrift.thousandths
    }

    /// What the clock shows at a time since the start, `extra` microseconds further ahead.
    func reading(at time: Int64, extra: Int64) -> Int64 {
        start + offset + extra + time + Self.gain(over: time, drift)
    }

    /// What a clock gains over a time, in microseconds: the time in milliseconds keeps the product inside 64 bits.
    static func gain(over time: Int64, _ drift: Int64) -> Int64 { time / 1_000 * drift / 1_000_000 }

    /// The reading as a date and time of day; nothing is known outside the years that the format can say.
    func dateTime(_ reading: Int64) -> DateTime {
        DateTime(CivilTime(secondsSinceEpoch: Self.seconds(reading))) ?? .unknown
    }

    /// The reading as a Current Time value (2A2B).
    func currentTime(_ reading: Int64) -> CurrentTime {
        let seconds = Self.seconds(reading)
        // 1970-01-01 was a Thursday; the count of days is made positive before the remainder.
        let day = (seconds + 4_000_000 * 86_400 * 7) / 86_400
        return CurrentTime(
            dateTime: dateTime(reading), dayOfWeek: CurrentTime.DayOfWeek(rawValue: UInt8((day + 3) % 7 + 1)),
            fractions256: UInt8(truncatingIfNeeded: (reading - seconds * 1_000_000) * 256 / 1_000_000),
            adjustReason: [])
    }

    private static func seconds(_ microseconds: Int64) -> Int64 {
        let quotient = microseconds / 1_000_000
        return microseconds % 1_000_000 < 0 ? quotient - 1 : quotient
    }
}
