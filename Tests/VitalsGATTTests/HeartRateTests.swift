import Testing
import VitalsGATT
import VitalsModel

/// Heart Rate Service, beyond its vectors.
@Suite("Heart Rate Service")
struct HeartRateTests {
    @Test(
        "the capacity for RR intervals follows from the MTU",
        arguments: [
            (23, .shortest, false, 9), (23, .uint16, false, 8), (23, .shortest, true, 8), (23, .uint16, true, 7),
            (517, .shortest, false, 255), (65_535, .shortest, false, 255), (5, .shortest, false, 0),
            (7, .shortest, false, 1), (0, .uint16, true, 0),
        ] as [(UInt16, HeartRateMeasurement.HeartRateFormat, Bool, Int)])
    func capacity(attMTU: UInt16, format: HeartRateMeasurement.HeartRateFormat, hasEnergy: Bool, expected: Int) {
        let capacity = HeartRateMeasurement.rrIntervalCapacity(
            attMTU: attMTU, format: format, hasEnergyExpended: hasEnergy)
        #expect(capacity == expected)
    }

    @Test("a full packet of the default MTU has 20 bytes or one less")
    func fullPackets() {
        let kinds: [(HeartRateMeasurement.HeartRateFormat, UInt16?)] = [(.shortest, nil), (.uint16, 7)]
        for (format, energy) in kinds {
            let capacity = HeartRateMeasurement.rrIntervalCapacity(
                attMTU: 23, format: format, hasEnergyExpended: energy != nil)
            let measurement = HeartRateMeasurement(
                heartRate: 72, energyExpended: energy, rrIntervals: [UInt16](repeating: 850, count: capacity))
            var bytes: [UInt8] = []
            measurement.encode(format, into: &bytes)
            #expect((19...20).contains(bytes.count))
        }
    }

    @Test("a 16-bit heart rate is sent where it is asked for, and read back alike")
    func wideHeartRate() throws {
        let measurement = HeartRateMeasurement(heartRate: 72, contact: .detected, rrIntervals: [1000])
        var bytes: [UInt8] = []
        measurement.encode(.uint16, into: &bytes)
        #expect(bytes == Vector.bytes("17 48 00 e8 03"))
        #expect(try HeartRateMeasurement.decode(bytes) == Decoded(measurement))
        #expect(measurement.encoded == Vector.bytes("16 48 e8 03"))
    }

    @Test("encoding appends and leaves out nothing, even beyond what a notification holds")
    func encodesWhole() {
        var bytes: [UInt8] = [0xAA]
        HeartRateMeasurement(heartRate: 256, rrIntervals: [UInt16](repeating: 1, count: 300)).encode(into: &bytes)
        #expect(bytes.count == 1 + 3 + 600)
        #expect(bytes.prefix(4) == [0xAA, 0x11, 0x00, 0x01])
    }

    @Test("contact and places are named as JSON names them (lesson 22)")
    func names() {
        #expect(SensorContact.allCases.map(\.name) == ["unsupported", "not-detected", "detected"])
        #expect(
            (0...7).map { BodySensorLocation(rawValue: $0).name } == [
                "other", "chest", "wrist", "finger", "hand", "ear-lobe", "foot", nil,
            ])
    }
}
