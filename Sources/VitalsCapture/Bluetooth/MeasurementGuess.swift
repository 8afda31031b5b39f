import VitalsGATT
import VitalsModel

/// Takes a notified value for a Heart Rate or PLX Continuous Measurement by its structure alone.
///
/// Stricter than the decoders, which must accept what real sensors send: here the flags, the exact length and the range
/// of every number must speak for the characteristic, and nothing may speak for the other one.
enum MeasurementGuess {
    /// 2A37, 2A5F, or nil when the value fits neither, or both.
    static func characteristic(of value: [UInt8]) -> BluetoothUUID? {
        // Bits 5 to 7 of the flags are reserved in both.
        guard let flags = value.first, flags & 0xE0 == 0 else { return nil }
        return switch (isHeartRate(value), isPulseOximetry(value)) {
        case (true, false): .heartRateMeasurement
        case (false, true): .plxContinuousMeasurement
        default: nil
        }
    }

    private static func isHeartRate(_ value: [UInt8]) -> Bool {
        guard let decoded = try? HeartRateMeasurement.decode(value), decoded.warnings.isEmpty else { return false }
        // 0 to 300 bpm, intervals of 0.2 s to 3 s.
        return decoded.value.heartRate <= 300 && decoded.value.rrIntervals.allSatisfy { (205...3_072).contains($0) }
    }

    private static func isPulseOximetry(_ value: [UInt8]) -> Bool {
        guard let decoded = try? PLXContinuousMeasurement.decode(value), decoded.warnings.isEmpty else { return false }
        let measurement = decoded.value
        // Bits 0 to 4 of the one status and 16 to 23 of the other are reserved.
        let measurementStatus = measurement.measurementStatus?.rawValue ?? 0
        let deviceStatus = measurement.deviceAndSensorStatus?.rawValue ?? 0
        guard measurementStatus & 0x001F == 0, deviceStatus & 0x00FF_0000 == 0 else { return false }
        return [measurement.normal, measurement.fast, measurement.slow].allSatisfy { pair in
            guard let pair else { return true }
            return isPlausible(pair.spO2, max: VitalsGATTLimits.spO2PercentMax)
                && isPlausible(pair.pulseRate, max: VitalsGATTLimits.pulseRateMax)
        }
    }

    private static func isPlausible(_ number: SFLOAT, max: Int64) -> Bool {
        switch number.value {
        case .nan, .nres, .positiveInfinity, .negativeInfinity: true
        case .reserved: false
        case .number(let decimal):
            decimal.mantissa >= 0 && decimal.scaled(to: -1).map { Int64($0) <= max * 10 } ?? false
        }
    }
}
