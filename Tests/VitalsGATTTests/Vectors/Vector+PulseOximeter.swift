import VitalsGATT
import VitalsModel

extension Vector {
    /// PLX Continuous Measurement, 2A5F.
    static let plxContinuous: [Vector] = [
        continuous("00 61 00 48 00", PLXContinuousMeasurement(normal: pair(0x0061, 0x0048))),
        continuous("00 d2 f3 d0 f2", PLXContinuousMeasurement(normal: pair(0xF3D2, 0xF2D0))),
        continuous(
            "01 61 00 48 00 60 00 4a 00",
            PLXContinuousMeasurement(normal: pair(0x0061, 0x0048), fast: pair(0x0060, 0x004A))),
        continuous(
            "02 61 00 48 00 62 00 47 00",
            PLXContinuousMeasurement(normal: pair(0x0061, 0x0048), slow: pair(0x0062, 0x0047))),
        continuous(
            "1f 61 00 48 00 60 00 49 00 62 00 47 00 40 01 00 02 00 5a e1",
            PLXContinuousMeasurement(
                normal: pair(0x0061, 0x0048), fast: pair(0x0060, 0x0049), slow: pair(0x0062, 0x0047),
                measurementStatus: [.earlyEstimatedData, .fullyQualifiedData],
                deviceAndSensorStatus: .signalAnalysisOngoing, pulseAmplitudeIndex: SFLOAT(rawValue: 0xE15A))),
        continuous(
            "0c ff 07 ff 07 00 20 00 08 00",
            PLXContinuousMeasurement(
                normal: SpO2PR(spO2: .nan, pulseRate: .nan), measurementStatus: .measurementUnavailable,
                deviceAndSensorStatus: .sensorUnconnectedToUser)),
        continuous(
            "04 61 00 48 00 00 80",
            PLXContinuousMeasurement(
                normal: pair(0x0061, 0x0048), measurementStatus: .invalidMeasurementDetected)),
        continuous(
            "08 61 00 48 00 20 00 00",
            PLXContinuousMeasurement(normal: pair(0x0061, 0x0048), deviceAndSensorStatus: .lowPerfusionDetected)),
        continuous("00 00 08 00 08", PLXContinuousMeasurement(normal: SpO2PR(spO2: .nres, pulseRate: .nres))),
        continuous(
            "00 fe 07 02 08",
            PLXContinuousMeasurement(normal: SpO2PR(spO2: .positiveInfinity, pulseRate: .negativeInfinity))),
        continuous(
            "e0 61 00 48 00", PLXContinuousMeasurement(normal: pair(0x0061, 0x0048)), encodes: "00 61 00 48 00"),
        continuous(
            "00 61 00 48 00 01", PLXContinuousMeasurement(normal: pair(0x0061, 0x0048)), warnings: .trailingBytes,
            encodes: "00 61 00 48 00"),
        continuous("00 c8 00 48 00", PLXContinuousMeasurement(normal: pair(0x00C8, 0x0048))),
        Vector(malformed: .plxContinuousMeasurement, "", .flags, at: 0, needs: 1),
        Vector(malformed: .plxContinuousMeasurement, "00 61", .spO2, at: 1, needs: 2),
        Vector(malformed: .plxContinuousMeasurement, "04 61 00 48 00 00", .measurementStatus, at: 5, needs: 2),
        Vector(malformed: .plxContinuousMeasurement, "10 61 00 48 00", .pulseAmplitudeIndex, at: 5, needs: 2),
    ]

    /// PLX Spot-Check Measurement, 2A5E.
    static let plxSpotCheck: [Vector] = [
        spotCheck("00 60 00 46 00", PLXSpotCheckMeasurement(spotCheck: pair(0x0060, 0x0046))),
        spotCheck(
            "01 60 00 46 00 ea 07 0b 15 07 1e 00",
            PLXSpotCheckMeasurement(spotCheck: pair(0x0060, 0x0046), timestamp: morning)),
        spotCheck(
            "03 60 00 46 00 ea 07 0b 15 07 1e 00 00 02",
            PLXSpotCheckMeasurement(
                spotCheck: pair(0x0060, 0x0046), timestamp: morning, measurementStatus: .dataFromMeasurementStorage)),
        spotCheck(
            "1f 60 00 46 00 ea 07 0b 15 07 1e 00 00 03 00 00 00 2c f1",
            PLXSpotCheckMeasurement(
                spotCheck: pair(0x0060, 0x0046), timestamp: morning,
                measurementStatus: [.fullyQualifiedData, .dataFromMeasurementStorage], deviceAndSensorStatus: [],
                pulseAmplitudeIndex: SFLOAT(rawValue: 0xF12C), isDeviceClockSet: false)),
        spotCheck(
            "10 60 00 46 00",
            PLXSpotCheckMeasurement(spotCheck: pair(0x0060, 0x0046), isDeviceClockSet: false)),
        spotCheck(
            "02 ff 07 ff 07 00 20",
            PLXSpotCheckMeasurement(
                spotCheck: SpO2PR(spO2: .nan, pulseRate: .nan), measurementStatus: .measurementUnavailable)),
        spotCheck(
            "01 60 00 46 00 00 00 00 00 00 00 00",
            PLXSpotCheckMeasurement(spotCheck: pair(0x0060, 0x0046), timestamp: .unknown)),
        spotCheck(
            "01 60 00 46 00 ea 07 0d 20 19 3c 3c", PLXSpotCheckMeasurement(spotCheck: pair(0x0060, 0x0046)),
            warnings: .timestampImpossible, encodes: "00 60 00 46 00"),
        spotCheck(
            "01 60 00 46 00 ea 07 0b 15 07 1e 00 99",
            PLXSpotCheckMeasurement(spotCheck: pair(0x0060, 0x0046), timestamp: morning), warnings: .trailingBytes,
            encodes: "01 60 00 46 00 ea 07 0b 15 07 1e 00"),
        Vector(malformed: .plxSpotCheckMeasurement, "", .flags, at: 0, needs: 1),
        Vector(malformed: .plxSpotCheckMeasurement, "01 60 00 46 00 ea 07 0b 15 07", .timestamp, at: 5, needs: 7),
    ]

    /// PLX Features, 2A60.
    static let plxFeatures: [Vector] = [
        features("00 00", PLXFeatures(supported: [])),
        features(
            "7f 00 e0 ff ff ff 00",
            PLXFeatures(
                supported: [
                    .measurementStatusSupport, .deviceAndSensorStatusSupport, .spotCheckStorage, .timestamp,
                    .spO2PRFast, .spO2PRSlow, .pulseAmplitudeIndex,
                ],
                measurementStatusSupport: MeasurementStatus(rawValue: 0xFFE0),
                deviceAndSensorStatusSupport: DeviceAndSensorStatus(rawValue: 0xFFFF))),
        features(
            "03 00 e0 ff ff ff 00",
            PLXFeatures(
                supported: [.measurementStatusSupport, .deviceAndSensorStatusSupport],
                measurementStatusSupport: MeasurementStatus(rawValue: 0xFFE0),
                deviceAndSensorStatusSupport: DeviceAndSensorStatus(rawValue: 0xFFFF))),
        features(
            "01 00 80 01",
            PLXFeatures(
                supported: .measurementStatusSupport,
                measurementStatusSupport: [.validatedData, .fullyQualifiedData])),
        features("01 00", PLXFeatures(supported: .measurementStatusSupport), warnings: .supportFieldMissing),
        features("02 00 ff ff", PLXFeatures(supported: .deviceAndSensorStatusSupport), warnings: .supportFieldMissing),
        features(
            "03 00 e0 ff ff",
            PLXFeatures(
                supported: [.measurementStatusSupport, .deviceAndSensorStatusSupport],
                measurementStatusSupport: MeasurementStatus(rawValue: 0xFFE0)),
            warnings: .supportFieldMissing),
        features("00 00 01", PLXFeatures(supported: []), warnings: .trailingBytes),
        features("80 00", PLXFeatures(supported: .multipleBonds)),
        Vector(malformed: .plxFeatures, "", .supportedFeatures, at: 0, needs: 2),
        Vector(malformed: .plxFeatures, "00", .supportedFeatures, at: 0, needs: 2),
    ]

    /// 2026-11-21 07:30:00.
    static let morning = DateTime(year: 2026, month: 11, day: 21, hours: 7, minutes: 30, seconds: 0)

    static func pair(_ spO2: UInt16, _ pulseRate: UInt16) -> SpO2PR {
        SpO2PR(spO2: SFLOAT(rawValue: spO2), pulseRate: SFLOAT(rawValue: pulseRate))
    }

    private static func continuous(
        _ hex: String, _ value: PLXContinuousMeasurement, warnings: DecodeWarnings = [], encodes: String? = nil
    ) -> Vector {
        Vector(
            .plxContinuousMeasurement, hex, .plxContinuousMeasurement(value), warnings: warnings, encodes: encodes)
    }

    private static func spotCheck(
        _ hex: String, _ value: PLXSpotCheckMeasurement, warnings: DecodeWarnings = [], encodes: String? = nil
    ) -> Vector {
        Vector(.plxSpotCheckMeasurement, hex, .plxSpotCheckMeasurement(value), warnings: warnings, encodes: encodes)
    }

    private static func features(_ hex: String, _ value: PLXFeatures, warnings: DecodeWarnings = []) -> Vector {
        Vector(.plxFeatures, hex, .plxFeatures(value), warnings: warnings)
    }
}
