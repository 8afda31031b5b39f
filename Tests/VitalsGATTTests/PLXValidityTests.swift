import Testing
import VitalsGATT
import VitalsModel

/// What an oximeter's statuses and numbers are worth.
@Suite("PLX validity")
struct PLXValidityTests {
    private static let good = Vector.pair(0x0061, 0x0048)

    @Test(
        "each bit of Measurement Status alone gives its class",
        arguments: zip(
            0..<16,
            [
                .valid, .valid, .valid, .valid, .valid, .provisional, .provisional, .valid, .valid, .valid,
                .invalid(.demonstration), .invalid(.testing), .provisional, .invalid(.measurementUnavailable),
                .questionable, .invalid(.invalidMeasurement),
            ] as [PLXValidity]))
    func measurementBits(bit: Int, expected: PLXValidity) {
        let status = MeasurementStatus(rawValue: 1 << UInt16(bit))
        #expect(PLXValidity.classify(Self.good, measurementStatus: status, deviceAndSensorStatus: nil) == expected)
    }

    @Test(
        "each bit of Device and Sensor Status alone gives its class",
        arguments: zip(
            0..<24,
            [
                .provisional, .invalid(.equipmentMalfunction), .questionable, .questionable, .questionable,
                .questionable, .questionable, .questionable, .questionable, .provisional, .questionable,
                .invalid(.sensorUnconnectedToUser), .invalid(.unknownSensorConnected), .invalid(.sensorDisplaced),
                .invalid(.sensorMalfunctioning), .invalid(.sensorDisconnected), .valid, .valid, .valid, .valid, .valid,
                .valid, .valid, .valid,
            ] as [PLXValidity]))
    func deviceBits(bit: Int, expected: PLXValidity) {
        let status = DeviceAndSensorStatus(rawValue: 1 << UInt32(bit))
        #expect(PLXValidity.classify(Self.good, measurementStatus: nil, deviceAndSensorStatus: status) == expected)
    }

    @Test("the graver class wins, and the reason that explains the others is named")
    func precedence() {
        let classify = { (measurement: MeasurementStatus, device: DeviceAndSensorStatus) in
            PLXValidity.classify(Self.good, measurementStatus: measurement, deviceAndSensorStatus: device)
        }
        #expect(classify(.earlyEstimatedData, .lowPerfusionDetected) == .questionable)
        #expect(classify(.questionableMeasurementDetected, .sensorDisplaced) == .invalid(.sensorDisplaced))
        #expect(classify(.measurementUnavailable, .sensorUnconnectedToUser) == .invalid(.sensorUnconnectedToUser))
        #expect(classify([.dataForTesting, .dataForDemonstration], .sensorDisconnected) == .invalid(.demonstration))
        #expect(classify([.validatedData, .fullyQualifiedData, .dataFromMeasurementStorage], []) == .valid)
    }

    @Test(
        "special values and numbers out of range are no measurement (lesson 25)",
        arguments: [
            (0x0061, 0x07FF, .invalid(.notANumber)), (0x07FF, 0x0048, .invalid(.notANumber)),
            (0x0800, 0x0800, .invalid(.notANumber)), (0x07FE, 0x0802, .invalid(.notANumber)),
            (0x0801, 0x0048, .invalid(.notANumber)), (0x17FF, 0x0048, .invalid(.notANumber)),
            (0x00C8, 0x07FF, .invalid(.notANumber)),
            (0x0064, 0x0048, .valid), (0xF3E8, 0x0048, .valid), (0x2001, 0x0048, .valid), (0x0000, 0x0048, .valid),
            (0x00C8, 0x0048, .invalid(.outOfRange)), (0x0065, 0x0048, .invalid(.outOfRange)),
            (0xF3E9, 0x0048, .invalid(.outOfRange)), (0xFFFF, 0x0048, .invalid(.outOfRange)),
            (0x0061, 0x012C, .valid), (0x0061, 0x2003, .valid), (0x0061, 0x8001, .valid),
            (0x0061, 0x012D, .invalid(.outOfRange)), (0x0061, 0x0000, .invalid(.outOfRange)),
            (0x0061, 0x0FFF, .invalid(.outOfRange)), (0x0061, 0x701F, .invalid(.outOfRange)),
        ] as [(UInt16, UInt16, PLXValidity)])
    func ranges(spO2: UInt16, pulseRate: UInt16, expected: PLXValidity) {
        let pair = Vector.pair(spO2, pulseRate)
        #expect(PLXValidity.classify(pair, measurementStatus: nil, deviceAndSensorStatus: nil) == expected)
    }

    @Test("all 65 536 words: a saturation is 0 to 100 %, a pulse rate above 0 and up to 300 bpm")
    func allWords() {
        var saturations = 0
        var pulseRates = 0
        for word in UInt16.min...UInt16.max {
            let sfloat = SFLOAT(rawValue: word)
            var number = Double(sfloat.value.number?.mantissa ?? 0)
            for _ in 0..<max(0, sfloat.value.number?.exponent ?? 0) { number *= 10 }
            var scale = 1.0
            for _ in 0..<max(0, -(sfloat.value.number?.exponent ?? 0)) { scale *= 10 }
            // One correctly rounded division: equal to a limit only when it is the limit.
            number /= scale
            let isNumber = sfloat.value.number != nil
            let spO2 = PLXValidity.classify(spO2: sfloat, measurementStatus: nil, deviceAndSensorStatus: nil)
            let pulse = PLXValidity.classify(pulseRate: sfloat, measurementStatus: nil, deviceAndSensorStatus: nil)
            if (spO2 == .valid) != (isNumber && number >= 0 && number <= 100) { Issue.record("\(word) is \(spO2)") }
            if (pulse == .valid) != (isNumber && number > 0 && number <= 300) { Issue.record("\(word) is \(pulse)") }
            saturations += spO2 == .valid ? 1 : 0
            pulseRates += pulse == .valid ? 1 : 0
        }
        #expect(saturations > 10_000)
        #expect(pulseRates > 10_000)
    }

    @Test("a lost pulse rate leaves the saturation usable by itself")
    func singles() {
        let pair = SpO2PR(spO2: SFLOAT(rawValue: 0x0057), pulseRate: .nan)
        let classify = { PLXValidity.classify($0, measurementStatus: nil, deviceAndSensorStatus: nil) }
        #expect(classify(pair) == .invalid(.notANumber))
        #expect(
            PLXValidity.classify(spO2: pair.spO2, measurementStatus: nil, deviceAndSensorStatus: nil) == .valid)
        #expect(
            PLXValidity.classify(
                pulseRate: pair.pulseRate, measurementStatus: nil, deviceAndSensorStatus: nil)
                == .invalid(.notANumber))
        #expect(
            PLXValidity.classify(
                spO2: pair.spO2, measurementStatus: .dataForDemonstration, deviceAndSensorStatus: nil)
                == .invalid(.demonstration))
        #expect(
            PLXValidity.classify(
                pulseRate: SFLOAT(rawValue: 0x0048), measurementStatus: nil, deviceAndSensorStatus: .poorSignalDetected)
                == .questionable)
    }

    @Test(
        "the written packets have the written validity",
        arguments: [
            ("00 61 00 48 00", .valid), ("00 d2 f3 d0 f2", .valid), ("01 61 00 48 00 60 00 4a 00", .valid),
            ("1f 61 00 48 00 60 00 49 00 62 00 47 00 40 01 00 02 00 5a e1", .provisional),
            ("0c ff 07 ff 07 00 20 00 08 00", .invalid(.sensorUnconnectedToUser)),
            ("04 61 00 48 00 00 80", .invalid(.invalidMeasurement)), ("08 61 00 48 00 20 00 00", .questionable),
            ("00 00 08 00 08", .invalid(.notANumber)), ("00 fe 07 02 08", .invalid(.notANumber)),
            ("00 c8 00 48 00", .invalid(.outOfRange)),
        ] as [(String, PLXValidity)])
    func packets(hex: String, expected: PLXValidity) throws {
        let measurement = try PLXContinuousMeasurement.decode(Vector.bytes(hex)).value
        #expect(measurement.validity == expected)
    }

    @Test("each pair of a packet is judged by its own numbers and the common statuses")
    func pairs() throws {
        let measurement = PLXContinuousMeasurement(
            normal: Self.good, fast: Vector.pair(0x07FF, 0x07FF), measurementStatus: .measurementOngoing)
        #expect(measurement.validity == .provisional)
        #expect(measurement.validity(of: Vector.pair(0x07FF, 0x07FF)) == .invalid(.notANumber))
        let spotCheck = try PLXSpotCheckMeasurement.decode(Vector.bytes("02 ff 07 ff 07 00 20")).value
        #expect(spotCheck.validity == .invalid(.measurementUnavailable))
    }

    @Test("a class and a reason are named as JSON names them")
    func names() {
        let classes: [PLXValidity] = [.valid, .provisional, .questionable, .invalid(.outOfRange)]
        #expect(classes.map(\.name) == ["valid", "provisional", "questionable", "invalid"])
        #expect(classes.map(\.reason) == [nil, nil, nil, .outOfRange])
        #expect(
            PLXValidity.Reason.allCases.map(\.rawValue) == [
                "demonstration", "testing", "sensor-unconnected-to-user", "sensor-disconnected", "sensor-displaced",
                "unknown-sensor-connected", "sensor-malfunctioning", "equipment-malfunction",
                "measurement-unavailable", "invalid-measurement", "not-a-number", "out-of-range",
            ])
    }
}
