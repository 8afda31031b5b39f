import Testing
import VitalsGATT
import VitalsModel

/// Pulse Oximeter Service, beyond its vectors.
@Suite("Pulse Oximeter Service")
struct PulseOximeterTests {
    @Test(
        "a spot-check has a device time only where its clock is set and its date known",
        arguments: [
            ("01 60 00 46 00 ea 07 0b 15 07 1e 00", true), ("11 60 00 46 00 ea 07 0b 15 07 1e 00", false),
            ("01 60 00 46 00 00 00 00 00 00 00 00", false), ("00 60 00 46 00", false),
            ("01 60 00 46 00 ea 07 0d 20 19 3c 3c", false),
        ])
    func deviceTime(hex: String, isKnown: Bool) throws {
        let measurement = try PLXSpotCheckMeasurement.decode(Vector.bytes(hex)).value
        let expected = CivilTime(year: 2026, month: 11, day: 21, hour: 7, minute: 30)
        #expect(measurement.deviceTime == (isKnown ? expected : nil))
    }

    @Test("an unset clock and its time stamp survive re-encoding")
    func clockNotSet() throws {
        let bytes = Vector.bytes("11 60 00 46 00 ea 07 0b 15 07 1e 00")
        #expect(try PLXSpotCheckMeasurement.decode(bytes).value.encoded == bytes)
    }

    @Test("reserved status bits are kept as sent, and say nothing")
    func reservedBits() throws {
        let bytes = Vector.bytes("0c 61 00 48 00 1f 00 00 00 ff")
        let measurement = try PLXContinuousMeasurement.decode(bytes).value
        #expect(measurement.measurementStatus?.rawValue == 0x001F)
        #expect(measurement.deviceAndSensorStatus?.rawValue == 0xFF0000)
        #expect(measurement.measurementStatus?.names == [])
        #expect(measurement.deviceAndSensorStatus?.names == [])
        #expect(measurement.validity == .valid)
        #expect(measurement.encoded == bytes)
        #expect(DeviceAndSensorStatus(rawValue: 0xFF00_0001) == .extendedDisplayUpdateOngoing)
    }

    @Test("the two measurements read the same flag byte each in its own way")
    func flagsDiffer() throws {
        let bytes = Vector.bytes("04 61 00 48 00 00 80 00")
        let continuous = try PLXContinuousMeasurement.decode(bytes)
        #expect(continuous.value.measurementStatus == .invalidMeasurementDetected)
        #expect(continuous.warnings == .trailingBytes)
        let spotCheck = try PLXSpotCheckMeasurement.decode(bytes)
        #expect(spotCheck.value.deviceAndSensorStatus == DeviceAndSensorStatus(rawValue: 0x008000))
        #expect(spotCheck.value.measurementStatus == nil)
        #expect(spotCheck.warnings == [])
    }

    @Test("status and feature bits carry the SIG's names in the SIG's order")
    func names() {
        #expect(
            MeasurementStatus(rawValue: .max).names == [
                "measurement-ongoing", "early-estimated-data", "validated-data", "fully-qualified-data",
                "data-from-measurement-storage", "data-for-demonstration", "data-for-testing", "calibration-ongoing",
                "measurement-unavailable", "questionable-measurement-detected", "invalid-measurement-detected",
            ])
        #expect(
            DeviceAndSensorStatus(rawValue: .max).names == [
                "extended-display-update-ongoing", "equipment-malfunction-detected",
                "signal-processing-irregularity-detected", "inadequate-signal-detected", "poor-signal-detected",
                "low-perfusion-detected", "erratic-signal-detected", "non-pulsatile-signal-detected",
                "questionable-pulse-detected", "signal-analysis-ongoing", "sensor-interference-detected",
                "sensor-unconnected-to-user", "unknown-sensor-connected", "sensor-displaced", "sensor-malfunctioning",
                "sensor-disconnected",
            ])
        #expect(
            PLXFeatures.Supported(rawValue: .max).names == [
                "measurement-status-support", "device-and-sensor-status-support", "spot-check-storage", "timestamp",
                "spo2pr-fast", "spo2pr-slow", "pulse-amplitude-index", "multiple-bonds",
            ])
        #expect(MeasurementStatus.invalidMeasurementDetected.names == ["invalid-measurement-detected"])
    }

    @Test("record access has a name for every number that is not reserved (lesson 24)")
    func recordAccessNames() {
        #expect(
            (0...9).map { RecordAccessControlPoint.OpCode(rawValue: $0).name } == [
                nil, "report-stored-records", "delete-stored-records", "abort-operation",
                "report-number-of-stored-records", "number-of-stored-records-response", "response-code",
                "combined-report", "combined-report-response", nil,
            ])
        #expect(
            (0...7).map { RecordAccessControlPoint.Operator(rawValue: $0).name } == [
                "null", "all-records", "less-than-or-equal", "greater-than-or-equal", "within-range", "first-record",
                "last-record", nil,
            ])
        #expect(
            (0...11).map { RecordAccessControlPoint.ResponseCode(rawValue: $0).name } == [
                nil, "success", "op-code-not-supported", "invalid-operator", "operator-not-supported",
                "invalid-operand", "no-records-found", "abort-unsuccessful", "procedure-not-completed",
                "operand-not-supported", "server-busy", nil,
            ])
    }
}
