import Testing
import VitalsGATT
import VitalsModel

/// All 256 flag bytes of the three measurements at every length from 0 to 24: each field must come from its own place,
/// whatever stands before it (lesson 23).
@Suite("Flags")
struct FlagTests {
    private static let lengths = 0...24
    /// Behind the declared fields; as RR intervals they are the words 0xA1A0, 0xA3A2 and so on.
    private static let filler: [UInt8] = (0..<24).map { 0xA0 + $0 }

    @Test("Heart Rate Measurement: every flag byte at every length (lesson 23)", arguments: UInt8.min...UInt8.max)
    func heartRate(flags: UInt8) {
        let isSet = { (bit: UInt8) in flags & 1 << bit != 0 }
        let head = [flags] + (isSet(0) ? [0x48, 0x01] : [0x48]) + (isSet(3) ? [0x8F, 0x02] : [])
        for length in Self.lengths {
            let bytes = Array((head + Self.filler).prefix(length))
            let rest = length - head.count
            let count = isSet(4) ? max(0, rest) / 2 : 0
            let value = HeartRateMeasurement(
                heartRate: isSet(0) ? 0x0148 : 0x48,
                contact: isSet(2) ? (isSet(1) ? .detected : .notDetected) : .unsupported,
                energyExpended: isSet(3) ? 0x028F : nil,
                rrIntervals: (0..<count).map { 0xA1A0 + 0x0202 * UInt16($0) })
            expect(.heartRateMeasurement, bytes, is: .heartRateMeasurement(value))
        }
    }

    @Test("PLX Continuous Measurement: every flag byte at every length (lesson 23)", arguments: UInt8.min...UInt8.max)
    func plxContinuous(flags: UInt8) {
        let isSet = { (bit: UInt8) in flags & 1 << bit != 0 }
        var head: [UInt8] = [flags, 0xD2, 0xF3, 0xD0, 0xF2]
        if isSet(0) { head += [0x60, 0x00, 0x49, 0x00] }
        if isSet(1) { head += [0x62, 0x00, 0x47, 0x00] }
        if isSet(2) { head += [0x40, 0x01] }
        if isSet(3) { head += [0x56, 0x34, 0x12] }
        if isSet(4) { head += [0x5A, 0xE1] }
        let value = PLXContinuousMeasurement(
            normal: Vector.pair(0xF3D2, 0xF2D0),
            fast: isSet(0) ? Vector.pair(0x0060, 0x0049) : nil,
            slow: isSet(1) ? Vector.pair(0x0062, 0x0047) : nil,
            measurementStatus: isSet(2) ? MeasurementStatus(rawValue: 0x0140) : nil,
            deviceAndSensorStatus: isSet(3) ? DeviceAndSensorStatus(rawValue: 0x123456) : nil,
            pulseAmplitudeIndex: isSet(4) ? SFLOAT(rawValue: 0xE15A) : nil)
        for length in Self.lengths {
            let bytes = Array((head + Self.filler).prefix(length))
            expect(.plxContinuousMeasurement, bytes, is: .plxContinuousMeasurement(value))
        }
    }

    @Test("PLX Spot-Check Measurement: every flag byte at every length (lesson 23)", arguments: UInt8.min...UInt8.max)
    func plxSpotCheck(flags: UInt8) {
        let isSet = { (bit: UInt8) in flags & 1 << bit != 0 }
        var head: [UInt8] = [flags, 0xD2, 0xF3, 0xD0, 0xF2]
        if isSet(0) { head += [0xEA, 0x07, 0x0B, 0x15, 0x07, 0x1E, 0x00] }
        if isSet(1) { head += [0x00, 0x03] }
        if isSet(2) { head += [0x56, 0x34, 0x12] }
        if isSet(3) { head += [0x2C, 0xF1] }
        let value = PLXSpotCheckMeasurement(
            spotCheck: Vector.pair(0xF3D2, 0xF2D0),
            timestamp: isSet(0) ? Vector.morning : nil,
            measurementStatus: isSet(1) ? MeasurementStatus(rawValue: 0x0300) : nil,
            deviceAndSensorStatus: isSet(2) ? DeviceAndSensorStatus(rawValue: 0x123456) : nil,
            pulseAmplitudeIndex: isSet(3) ? SFLOAT(rawValue: 0xF12C) : nil,
            isDeviceClockSet: !isSet(4))
        for length in Self.lengths {
            let bytes = Array((head + Self.filler).prefix(length))
            expect(.plxSpotCheckMeasurement, bytes, is: .plxSpotCheckMeasurement(value))
        }
    }

    /// The length model decides between the value and a refusal, and which.
    private func expect(_ characteristic: BluetoothUUID, _ bytes: [UInt8], is value: CharacteristicValue) {
        let expected =
            LengthModel.trouble(characteristic, bytes)
            ?? .decoded(value, LengthModel.warnings(characteristic, bytes))
        let outcome = Vector.decode(characteristic, bytes)
        if outcome != expected { Issue.record("\(Hex.string(bytes)) came to \(outcome), not to \(expected)") }
    }
}
