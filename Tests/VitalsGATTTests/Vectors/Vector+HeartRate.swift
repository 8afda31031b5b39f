import VitalsGATT
import VitalsModel

extension Vector {
    /// Heart Rate Service: 2A37, 2A38, 2A39.
    static let heartRate: [Vector] = [
        measurement("00 48", 72),
        measurement("16 48 e8 03 de 03", 72, .detected, rr: [1000, 990]),
        measurement("06 48", 72, .detected),
        measurement("04 48", 72, .notDetected),
        measurement("02 00", 0, encodes: "00 00"),
        measurement("01 48 01", 328),
        measurement("0e 48 e8 03", 72, .detected, energy: 1000),
        measurement("1e 48 8f 02 f9 03", 72, .detected, energy: 655, rr: [1017]),
        measurement("10 48 00 04 b6 03 1b 04", 72, rr: [1024, 950, 1051]),
        measurement("1f 2c 01 10 00 00 04 0c 04", 300, .detected, energy: 16, rr: [1024, 1036]),
        measurement(
            "16 48 e8 03 e7 03 e6 03 e5 03 e4 03 e3 03 e2 03 e1 03 e0 03", 72, .detected,
            rr: [1000, 999, 998, 997, 996, 995, 994, 993, 992]),
        measurement("e0 48", 72, encodes: "00 48"),
        measurement("16 48 e8", 72, .detected, warnings: .rrIntervalCutShort, encodes: "06 48"),
        measurement("10 48", 72, warnings: .rrIntervalsMissing, encodes: "00 48"),
        measurement("10 48 00 04 b6", 72, rr: [1024], warnings: .rrIntervalCutShort, encodes: "10 48 00 04"),
        measurement("01 48 00", 72, encodes: "00 48"),
        measurement("00 48 01", 72, warnings: .trailingBytes, encodes: "00 48"),
        measurement("01 ff ff", 65535),
        measurement("08 48 ff ff", 72, energy: 65535),
        Vector(malformed: .heartRateMeasurement, "", .flags, at: 0, needs: 1),
        Vector(malformed: .heartRateMeasurement, "16", .heartRate, at: 1, needs: 1),
        Vector(malformed: .heartRateMeasurement, "ff", .heartRate, at: 1, needs: 2),
        Vector(malformed: .heartRateMeasurement, "01 48", .heartRate, at: 1, needs: 2),
        Vector(malformed: .heartRateMeasurement, "1e 48 10", .energyExpended, at: 2, needs: 2),

        Vector(.bodySensorLocation, "00", .bodySensorLocation(.other)),
        Vector(.bodySensorLocation, "01", .bodySensorLocation(.chest)),
        Vector(.bodySensorLocation, "02", .bodySensorLocation(.wrist)),
        Vector(.bodySensorLocation, "03", .bodySensorLocation(.finger)),
        Vector(.bodySensorLocation, "04", .bodySensorLocation(.hand)),
        Vector(.bodySensorLocation, "05", .bodySensorLocation(.earLobe)),
        Vector(.bodySensorLocation, "06", .bodySensorLocation(.foot)),
        Vector(
            .bodySensorLocation, "07", .bodySensorLocation(BodySensorLocation(rawValue: 7)),
            warnings: .reservedValue),
        Vector(.bodySensorLocation, "01 00", .bodySensorLocation(.chest), warnings: .trailingBytes),
        Vector(malformed: .bodySensorLocation, "", .bodySensorLocation, at: 0, needs: 1),

        Vector(.heartRateControlPoint, "01", .heartRateControlPoint(.resetEnergyExpended)),
        controlPoint("00", 0),
        controlPoint("02", 2),
        controlPoint("ff", 255),
        Vector(malformed: .heartRateControlPoint, "", .heartRateControlPoint, at: 0, needs: 1),
    ]

    private static func measurement(
        _ hex: String, _ heartRate: UInt16, _ contact: SensorContact = .unsupported, energy: UInt16? = nil,
        rr: [UInt16] = [], warnings: DecodeWarnings = [], encodes: String? = nil
    ) -> Vector {
        let value = HeartRateMeasurement(
            heartRate: heartRate, contact: contact, energyExpended: energy, rrIntervals: rr)
        return Vector(.heartRateMeasurement, hex, .heartRateMeasurement(value), warnings: warnings, encodes: encodes)
    }

    /// A command that a sensor must refuse.
    private static func controlPoint(_ hex: String, _ command: UInt8) -> Vector {
        let value = CharacteristicValue.heartRateControlPoint(HeartRateControlPoint(rawValue: command))
        return Vector(.heartRateControlPoint, hex, value, warnings: .reservedValue)
    }
}
