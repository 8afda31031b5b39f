import VitalsModel

/// How far an oximeter's numbers may be trusted, by its own word and by their range.
///
/// The first that applies counts: an invalidating status, a special value, a number out of range, a doubtful status, a
/// preliminary one. A number out of range is never shown as a measurement, and neither are demonstration and test data.
/// Data from storage is as good as it was when measured: being stored says nothing against it.
public enum PLXValidity: Hashable, Sendable {
    /// Usable.
    case valid
    /// Usable, and may still change: an early estimate, a measurement, calibration or analysis under way.
    case provisional
    /// The sensor doubts its own value.
    case questionable
    /// No measurement.
    case invalid(Reason)

    /// Why numbers are no measurement.
    public enum Reason: String, CaseIterable, Sendable {
        /// Data for Demonstration.
        case demonstration
        /// Data for Testing.
        case testing
        /// Sensor Unconnected to User: off the finger.
        case sensorUnconnectedToUser = "sensor-unconnected-to-user"
        /// Sensor Disconnected from the device.
        case sensorDisconnected = "sensor-disconnected"
        /// Sensor Displaced.
        case sensorDisplaced = "sensor-displaced"
        /// Unknown Sensor Connected.
        case unknownSensorConnected = "unknown-sensor-connected"
        /// Sensor Malfunctioning.
        case sensorMalfunctioning = "sensor-malfunctioning"
        /// Equipment Malfunction Detected.
        case equipmentMalfunction = "equipment-malfunction"
        /// Measurement Unavailable.
        case measurementUnavailable = "measurement-unavailable"
        /// Invalid Measurement Detected.
        case invalidMeasurement = "invalid-measurement"
        /// NaN, NRes, an infinity or the reserved word stands in place of a number.
        case notANumber = "not-a-number"
        /// SpO2 outside 0...100 %, or a pulse rate not above 0 or beyond 300 bpm.
        case outOfRange = "out-of-range"
    }

    /// The name in JSON and in text, without the reason.
    public var name: String {
        switch self {
        case .valid: "valid"
        case .provisional: "provisional"
        case .questionable: "questionable"
        case .invalid: "invalid"
        }
    }

    /// Why the numbers are no measurement, if they are none.
    public var reason: Reason? {
        if case .invalid(let reason) = self { return reason }
        return nil
    }

    /// Judges a pair: it is as good as the worse of its numbers.
    public static func classify(
        _ pair: SpO2PR, measurementStatus: MeasurementStatus?, deviceAndSensorStatus: DeviceAndSensorStatus?
    ) -> PLXValidity {
        let spO2 = reason(against: pair.spO2, isInRange: isSpO2)
        let pulseRate = reason(against: pair.pulseRate, isInRange: isPulseRate)
        let worse = pulseRate == .notANumber ? pulseRate : spO2 ?? pulseRate
        return grade(worse, measurementStatus ?? [], deviceAndSensorStatus ?? [])
    }

    /// Judges an oxygen saturation alone, for sensors that lose the pulse rate first.
    public static func classify(
        spO2: SFLOAT, measurementStatus: MeasurementStatus?, deviceAndSensorStatus: DeviceAndSensorStatus?
    ) -> PLXValidity {
        grade(reason(against: spO2, isInRange: isSpO2), measurementStatus ?? [], deviceAndSensorStatus ?? [])
    }

    /// Judges a pulse rate alone.
    public static func classify(
        pulseRate: SFLOAT, measurementStatus: MeasurementStatus?, deviceAndSensorStatus: DeviceAndSensorStatus?
    ) -> PLXValidity {
        grade(reason(against: pulseRate, isInRange: isPulseRate), measurementStatus ?? [], deviceAndSensorStatus ?? [])
    }

    /// What the numbers and the statuses say together.
    private static func grade(
        _ numbers: Reason?, _ measurement: MeasurementStatus, _ device: DeviceAndSensorStatus
    ) -> PLXValidity {
        if let reason = reason(against: measurement, device) ?? numbers { return .invalid(reason) }
        if measurement.contains(.questionableMeasurementDetected) || !device.isDisjoint(with: .doubtful) {
            return .questionable
        }
        if !measurement.isDisjoint(with: .preliminary) || !device.isDisjoint(with: .preliminary) {
            return .provisional
        }
        return .valid
    }

    /// The gravest invalidating bit: first what is no patient's, then what is wrong with the sensor, which usually also
    /// explains why the measurement is unavailable.
    private static func reason(
        against measurement: MeasurementStatus, _ device: DeviceAndSensorStatus
    ) -> Reason? {
        if measurement.isDisjoint(with: .invalidating), device.isDisjoint(with: .invalidating) { return nil }
        if measurement.contains(.dataForDemonstration) { return .demonstration }
        if measurement.contains(.dataForTesting) { return .testing }
        if device.contains(.sensorUnconnectedToUser) { return .sensorUnconnectedToUser }
        if device.contains(.sensorDisconnected) { return .sensorDisconnected }
        if device.contains(.sensorDisplaced) { return .sensorDisplaced }
        if device.contains(.unknownSensorConnected) { return .unknownSensorConnected }
        if device.contains(.sensorMalfunctioning) { return .sensorMalfunctioning }
        if device.contains(.equipmentMalfunctionDetected) { return .equipmentMalfunction }
        return measurement.contains(.measurementUnavailable) ? .measurementUnavailable : .invalidMeasurement
    }

    private static func reason(against word: SFLOAT, isInRange: (ExactDecimal) -> Bool) -> Reason? {
        guard let number = word.value.number else { return .notANumber }
        return isInRange(number) ? nil : .outOfRange
    }

    private static func isSpO2(_ number: ExactDecimal) -> Bool {
        number.mantissa >= 0 && isAtMost(VitalsGATTLimits.spO2PercentMax, number)
    }

    private static func isPulseRate(_ number: ExactDecimal) -> Bool {
        number.mantissa > 0 && isAtMost(VitalsGATTLimits.pulseRateMax, number)
    }

    /// Exact: with an SFLOAT's exponents (-8...7) both sides stay far below 2^63.
    private static func isAtMost(_ limit: Int64, _ number: ExactDecimal) -> Bool {
        var left = Int64(number.mantissa)
        var right = limit
        for _ in 0..<max(0, Int(number.exponent)) { left *= 10 }
        for _ in 0..<max(0, -Int(number.exponent)) { right *= 10 }
        return left <= right
    }
}

extension MeasurementStatus {
    /// No measurement of a patient's.
    fileprivate static let invalidating: MeasurementStatus = [
        .dataForDemonstration, .dataForTesting, .measurementUnavailable, .invalidMeasurementDetected,
    ]
    /// May still change.
    fileprivate static let preliminary: MeasurementStatus = [
        .measurementOngoing, .earlyEstimatedData, .calibrationOngoing,
    ]
}

extension DeviceAndSensorStatus {
    /// Nothing measured under these is a measurement.
    fileprivate static let invalidating: DeviceAndSensorStatus = [
        .equipmentMalfunctionDetected, .sensorUnconnectedToUser, .unknownSensorConnected, .sensorDisplaced,
        .sensorMalfunctioning, .sensorDisconnected,
    ]
    /// The signal is poor in some way.
    fileprivate static let doubtful: DeviceAndSensorStatus = [
        .signalProcessingIrregularityDetected, .inadequateSignalDetected, .poorSignalDetected, .lowPerfusionDetected,
        .erraticSignalDetected, .nonPulsatileSignalDetected, .questionablePulseDetected, .sensorInterferenceDetected,
    ]
    /// May still change.
    fileprivate static let preliminary: DeviceAndSensorStatus = [
        .extendedDisplayUpdateOngoing, .signalAnalysisOngoing,
    ]
}
