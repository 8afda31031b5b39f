import VitalsGATT
import VitalsModel

extension Vector {
    /// FB005C82: frames of a photoplethysmogram, and of streams that are kept as bytes.
    static let polarMeasurementData: [Vector] = [
        frame("01 00 00 15 1b 7f ce cb 0b 00", []),
        frame(
            "01 00 00 15 1b 7f ce cb 0b 00 01 00 00 fe ff ff ff ff 7f 00 00 80",
            [PPGCounts(first: 1, second: -2, third: 8_388_607, ambient: -8_388_608)]),
        frame(
            "01 00 00 15 1b 7f ce cb 0b 00 10 27 00 20 4e 00 30 75 00 00 00 00 11 27 00 1f 4e 00 31 75 00 ff ff ff",
            [counts(10_000, 20_000, 30_000, 0), counts(10_001, 19_999, 30_001, -1)]),
        // The upper two bits of the type are others'.
        frame("41 00 00 15 1b 7f ce cb 0b 00", [], encodes: "01 00 00 15 1b 7f ce cb 0b 00"),
        // Compressed: the first sample alone; two differences of 4 bits; three of none; one of 6.
        frame(
            "01 00 00 15 1b 7f ce cb 0b 80 01 00 00 02 00 00 03 00 00 04 00 00", frameType: 0x80, [counts(1, 2, 3, 4)]),
        frame(
            "01 00 00 15 1b 7f ce cb 0b 80 01 00 00 02 00 00 03 00 00 04 00 00 04 02 21 43 65 87", frameType: 0x80,
            [counts(1, 2, 3, 4), counts(2, 4, 6, 8), counts(7, 10, 13, 0)]),
        frame(
            "01 00 00 15 1b 7f ce cb 0b 80 01 00 00 02 00 00 03 00 00 04 00 00 00 03 06 01 41 f0 1f",
            frameType: 0x80,
            [counts(1, 2, 3, 4), counts(1, 2, 3, 4), counts(1, 2, 3, 4), counts(1, 2, 3, 4), counts(2, 3, 2, 11)],
            encodes: "01 00 00 15 1b 7f ce cb 0b 80 01 00 00 02 00 00 03 00 00 04 00 00 04 04 00 00 00 00 00 00 11 7f"),
        // A sum of differences runs over as the counter of 24 bits does.
        frame(
            "01 00 00 15 1b 7f ce cb 0b 80 ff ff 7f 00 00 80 00 00 00 00 00 00 02 01 0d", frameType: 0x80,
            [counts(8_388_607, -8_388_608, 0, 0), counts(-8_388_608, 8_388_607, 0, 0)]),
        other("00 00 00 15 1b 7f ce cb 0b 00 64 00 00 ce ff ff 2c 01 00", 0, 0, "64 00 00 ce ff ff 2c 01 00"),
        other("03 00 00 15 1b 7f ce cb 0b 00 48 41 03 0a 00 06", 3, 0, "48 41 03 0a 00 06"),
        other("01 00 00 15 1b 7f ce cb 0b 05 01 02", 1, 5, "01 02"),
        other("01 00 00 15 1b 7f ce cb 0b 85", 1, 0x85, ""),
        Vector(malformed: .polarMeasurementData, "", .measurementType, at: 0, needs: 1),
        Vector(malformed: .polarMeasurementData, "00 00 00", .frameTimestamp, at: 1, needs: 8),
        Vector(malformed: .polarMeasurementData, "01 00 00 15 1b 7f ce cb 0b", .frameType, at: 9, needs: 1),
        Vector(
            malformed: .polarMeasurementData, "01 00 00 15 1b 7f ce cb 0b 00 01 00 00 fe ff ff ff ff 7f 00 00",
            .ppgSample, at: 10, needs: 12),
        Vector(malformed: .polarMeasurementData, "01 00 00 15 1b 7f ce cb 0b 80", .ppgSample, at: 10, needs: 12),
        Vector(
            malformed: .polarMeasurementData, "01 00 00 15 1b 7f ce cb 0b 80 01 00 00 02 00 00 03 00 00 04 00 00 04",
            .deltaCount, at: 23, needs: 1),
        Vector(
            malformed: .polarMeasurementData,
            "01 00 00 15 1b 7f ce cb 0b 80 01 00 00 02 00 00 03 00 00 04 00 00 04 02 21 43 65", .deltas, at: 24,
            needs: 4),
    ]

    /// 2026-12-07T23:06:40, as a sensor's clock counts.
    private static let moment: UInt64 = 850_000_000_000_000_000

    private static func frame(
        _ hex: String, frameType: UInt8 = 0, _ counts: [PPGCounts], encodes: String? = nil
    ) -> Vector {
        let value = PolarMeasurementData(measurement: 1, timestamp: moment, frameType: frameType, content: .ppg(counts))
        return Vector(.polarMeasurementData, hex, .polarMeasurementData(value), encodes: encodes)
    }

    private static func other(_ hex: String, _ measurement: UInt8, _ frameType: UInt8, _ rest: String) -> Vector {
        let value = PolarMeasurementData(
            measurement: measurement, timestamp: moment, frameType: frameType, content: .other(bytes(rest)))
        return Vector(.polarMeasurementData, hex, .polarMeasurementData(value))
    }

    private static func counts(_ first: Int32, _ second: Int32, _ third: Int32, _ ambient: Int32) -> PPGCounts {
        PPGCounts(first: first, second: second, third: third, ambient: ambient)
    }
}
