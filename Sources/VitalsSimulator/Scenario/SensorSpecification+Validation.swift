import VitalsModel

extension SensorSpecification {
    /// The subject's name; the address stands in where none is given.
    var subjectName: String { subject ?? address.description }

    /// Checks every value of the sensor against its range.
    func validate(_ path: String) throws(ScenarioError) {
        try checkWhole("\(path).copies", copies, 1...Int64(VitalsSimulatorLimits.sensorCountMax))
        if let subject { try checkText("\(path).subject", subject) }
        try heart?.validate("\(path).heart")
        try checkWhole("\(path).strap.intervals_max", strap.intervalsMax, 1...9)
        try oximeter.validate("\(path).oximeter")
        try check("\(path).link.period", link.period, 250...10_000)
        // Core 5.4, volume 6, part B, 4.5.1: 7.5 ms to 4 s; above 250 ms a period of 250 ms could not be kept.
        try check("\(path).link.connection_interval", link.connectionInterval, 7_500...250_000, "ms")
        try check("\(path).link.jitter", link.jitter, 0...200_000, "ms")
        try check("\(path).link.retransmitted", link.retransmitted, 0...100_000, "%")
        try device.validate("\(path).device")
    }
}

extension HeartParameters {
    func validate(_ path: String) throws(ScenarioError) {
        try check("\(path).heart_rate", heartRate, 30_000...200_000, "bpm")
        try check("\(path).drift", drift, 0...20_000, "bpm")
        try check("\(path).drift_period", driftPeriod, 60_000...86_400_000)
        try check("\(path).circadian", circadian, 0...20_000, "bpm")
        try check("\(path).respiration", respiration, 4_000...60_000, "per minute")
        try check("\(path).respiratory_depth", respiratoryDepth, 0...20_000, "%")
        try check("\(path).variability", variability, 0...10_000, "%")
    }
}

extension OximeterParameters {
    func validate(_ path: String) throws(ScenarioError) {
        try check("\(path).spo2", spO2, 50_000...100_000, "%")
        try check("\(path).variability", variability, 0...5_000, "%")
        // Two decimals of 100 % would need a mantissa of 10000; an SFLOAT word holds 2045 at most.
        try checkWhole("\(path).decimals", decimals, 0...1)
        try check("\(path).pulse_amplitude", pulseAmplitude, 0...20_000, "%")
        guard spotCheckEvery.milliseconds != 0 else { return }
        try check("\(path).spot_check_every", spotCheckEvery, 10_000...86_400_000)
    }
}

extension DeviceParameters {
    func validate(_ path: String) throws(ScenarioError) {
        try checkText("\(path).manufacturer", manufacturer)
        if let model { try checkText("\(path).model", model) }
        if let serial { try checkText("\(path).serial", serial) }
        try checkText("\(path).firmware", firmware)
        try check("\(path).battery", battery, 0...100_000, "%")
        try check("\(path).battery_drain", batteryDrain, 0...100_000, "% an hour")
        try check("\(path).battery_read_every", batteryReadEvery, 10_000...86_400_000)
        try check("\(path).clock_offset", clockOffset, -1_900_000_000_000...1_900_000_000_000)
        try check("\(path).clock_drift", clockDrift, -1_000_000...1_000_000, "parts per million")
        try check("\(path).clock_read_every", clockReadEvery, 10_000...86_400_000)
    }
}

/// A number lies in its range, given in thousandths.
func check(
    _ key: String, _ value: ScenarioNumber, _ range: ClosedRange<Int64>, _ unit: String
) throws(ScenarioError) {
    guard !range.contains(value.thousandths) else { return }
    let lower = ScenarioNumber(thousandths: range.lowerBound)
    let upper = ScenarioNumber(thousandths: range.upperBound)
    throw ScenarioError(key: key, message: "\(value) is outside \(lower) to \(upper) \(unit)")
}

/// A length of time lies in its range, given in milliseconds.
func check(_ key: String, _ value: ScenarioSpan, _ range: ClosedRange<Int64>) throws(ScenarioError) {
    guard !range.contains(value.milliseconds) else { return }
    let lower = ScenarioSpan(milliseconds: range.lowerBound)
    let upper = ScenarioSpan(milliseconds: range.upperBound)
    throw ScenarioError(key: key, message: "\(value) is outside \(lower) to \(upper)")
}

/// A whole number lies in its range.
func checkWhole(_ key: String, _ value: Int64, _ range: ClosedRange<Int64>) throws(ScenarioError) {
    guard !range.contains(value) else { return }
    throw ScenarioError(key: key, message: "\(value) is outside \(range.lowerBound) to \(range.upperBound)")
}

/// A text is not too long.
func checkText(_ key: String, _ text: String) throws(ScenarioError) {
    let limit = VitalsSimulatorLimits.textBytesMax
    guard text.utf8.count > limit else { return }
    throw ScenarioError(key: key, message: "the text has \(text.utf8.count) bytes; at most \(limit) are allowed")
}
