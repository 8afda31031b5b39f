import VitalsGATT
import VitalsModel

/// The clock of a sensor against the gateway's, and what to write to set it.
///
/// A sensor's clock has no zone. It is set to UTC, unless the sensor says in 2A0F (Local Time Information) which zone it
/// shows.
struct SensorClock: Hashable, Sendable {
    /// What the sensor's clock is ahead of UTC by its own word, s.
    private var zone: Int64 = 0
    /// What the clock was read as: microseconds from 1970-01-01T00:00:00 in its own zone.
    private var reading: Reading?

    private struct Reading: Hashable, Sendable {
        /// Nil when the sensor does not know its date.
        let clock: Int64?
        let stamp: Stamp
    }

    /// A value of 2A2B, 2A08 or 2A0F came.
    mutating func note(_ uuid: BluetoothUUID, _ bytes: [UInt8], at stamp: Stamp) {
        switch uuid {
        case .currentTime:
            guard let time = try? CurrentTime.decode(bytes) else { return }
            reading = Reading(clock: time.value.microsecondsSinceEpoch, stamp: stamp)
        case .dateTime:
            reading = Reading(clock: Self.dateTime(bytes), stamp: stamp)
        case .localTimeInformation:
            zone = Self.zone(bytes) ?? 0
        default: break
        }
    }

    /// The bytes that set the clock, when it was read, is off, and the gateway's own clock can be trusted.
    func correction(of uuid: BluetoothUUID, at stamp: Stamp) -> [UInt8]? {
        guard let reading, reading.stamp.isSynchronised, stamp.isSynchronised else { return nil }
        let zoneMicroseconds = zone * 1_000_000
        if let clock = reading.clock {
            let right = reading.stamp.wall.microseconds.addingSaturating(zoneMicroseconds)
            let off = clock.subtractingSaturating(right)
            guard off.magnitude > UInt64(LinkLimits.clockTolerance.microseconds) else { return nil }
        }
        let local = stamp.wall.microseconds.addingSaturating(zoneMicroseconds)
        let seconds = local.subtractingSaturating(Self.remainder(local, 1_000_000)) / 1_000_000
        guard let dateTime = DateTime(CivilTime(secondsSinceEpoch: seconds)) else { return nil }
        let time = CurrentTime(
            dateTime: dateTime, dayOfWeek: Self.dayOfWeek(seconds),
            fractions256: UInt8(truncatingIfNeeded: Self.remainder(local, 1_000_000) * 256 / 1_000_000),
            adjustReason: .externalReferenceTimeUpdate)
        // 2A08 is the first seven bytes of 2A2B: both begin with a Date Time.
        return uuid == .currentTime ? time.encoded : Array(time.encoded.prefix(7))
    }

    /// 2A08 is read as the beginning of a 2A2B.
    private static func dateTime(_ bytes: [UInt8]) -> Int64? {
        guard bytes.count >= 7, let time = try? CurrentTime.decode(Array(bytes.prefix(7)) + [0, 0, 0]) else {
            return nil
        }
        return time.value.microsecondsSinceEpoch
    }

    /// The zone and daylight saving time of 2A0F, s; nil when the sensor does not know (GATT Specification Supplement, Time
    /// Zone: quarters of an hour from -48 to +56; DST Offset: 0, 2, 4 or 8 of them).
    private static func zone(_ bytes: [UInt8]) -> Int64? {
        guard bytes.count >= 2 else { return nil }
        let quarters = Int64(Int8(bitPattern: bytes[0]))
        guard (-48...56).contains(quarters), [0, 2, 4, 8].contains(bytes[1]) else { return nil }
        return (quarters + Int64(bytes[1])) * 900
    }

    /// 1970-01-01 was a Thursday.
    private static func dayOfWeek(_ seconds: Int64) -> CurrentTime.DayOfWeek? {
        let days = seconds.subtractingSaturating(remainder(seconds, 86_400)) / 86_400
        return CurrentTime.DayOfWeek(rawValue: UInt8(truncatingIfNeeded: remainder(days + 3, 7) + 1))
    }

    /// The remainder that is never negative.
    private static func remainder(_ value: Int64, _ divisor: Int64) -> Int64 {
        let remainder = value % divisor
        return remainder < 0 ? remainder + divisor : remainder
    }
}
