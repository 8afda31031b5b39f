import VitalsGATT
import VitalsModel

extension Vector {
    /// Current Time, 2A2B.
    static let time: [Vector] = [
        currentTime("ea 07 0b 15 07 1e 00 06 80 00", morning, .saturday, 128),
        currentTime("ea 07 0b 15 07 1e 00 06 80 02", morning, .saturday, 128, .externalReferenceTimeUpdate),
        currentTime("00 00 00 00 00 00 00 00 00 00", .unknown, nil, 0),
        currentTime(
            "ea 07 0b 15 07 1e 00 08 80 00", morning, nil, 128, warnings: .reservedValue,
            encodes: "ea 07 0b 15 07 1e 00 00 80 00"),
        currentTime(
            "ea 07 0d 15 07 1e 00 06 80 00", .unknown, .saturday, 128, warnings: .timestampImpossible,
            encodes: "00 00 00 00 00 00 00 06 80 00"),
        currentTime(
            "ea 07 0b 15 07 1e 00 06 80 00 00", morning, .saturday, 128, warnings: .trailingBytes,
            encodes: "ea 07 0b 15 07 1e 00 06 80 00"),
        Vector(malformed: .currentTime, "ea 07 0b 15 07 1e 00 06 80", .adjustReason, at: 9, needs: 1),
        Vector(malformed: .currentTime, "", .dateTime, at: 0, needs: 7),
    ]

    private static func currentTime(
        _ hex: String, _ dateTime: DateTime?, _ day: CurrentTime.DayOfWeek?, _ fractions256: UInt8,
        _ reason: CurrentTime.AdjustReason = [], warnings: DecodeWarnings = [], encodes: String? = nil
    ) -> Vector {
        let value = CurrentTime(
            dateTime: dateTime ?? .unknown, dayOfWeek: day, fractions256: fractions256, adjustReason: reason)
        return Vector(.currentTime, hex, .currentTime(value), warnings: warnings, encodes: encodes)
    }
}
