import VitalsGATT
import VitalsModel

/// The Pulse Oximeter Service of a sensor: what it makes of the saturation and the pulse.
struct OximeterModel: Sendable {
    private let parameters: OximeterParameters
    private var oxygenation: Oxygenation
    private var random: RandomStream
    private var amplitudeNoise: PinkNoise
    /// Averages of SpO2 in 1/256 of a hundredth of a percent; nil until there is a measurement with contact.
    private var normal: Int64?
    private var slow: Int64?
    private var recent: [Int64] = []
    private var measurementsInContact = 0

    init(_ plan: SensorPlan) {
        parameters = plan.specification.oximeter
        oxygenation = Oxygenation(plan)
        random = RandomStream(seed: plan.sensorSeed, 40)
        amplitudeNoise = PinkNoise(&random)
    }

    /// Takes a beat.
    mutating func feel(_ beat: Beat, _ condition: SensorCondition) {
        guard condition.hasContact else {
            recent.removeAll(keepingCapacity: true)
            return
        }
        recent.append(beat.interval)
        if recent.count > VitalsSimulatorLimits.pulseRateBeats { recent.removeFirst() }
    }

    /// One measurement at a time: what the continuous packet says, in parts that a spot check shares.
    mutating func measure(at time: Int64, _ condition: SensorCondition) -> PLXContinuousMeasurement {
        let raw = oxygenation.spO2(at: time)
        let amplitude = pulseAmplitude(condition)
        // Drawn always, so that an episode of motion shifts no later random number.
        let isSpoilt = random.chance(millionths: condition.motion)
        let (lost, swing) = (random.below(801), random.within(700...1_300))
        let rate = pulseRate
        guard condition.hasContact, let rate else {
            if !condition.hasContact { forget() }
            return unavailable(isOff: !condition.hasContact)
        }
        measurementsInContact += 1
        normal = Self.average(normal, raw, shift: 2)
        slow = Self.average(slow, raw, shift: 4)
        var shown = (fast: raw, normal: (normal ?? 0) >> 8, slow: (slow ?? 0) >> 8, rate: rate)
        if isSpoilt {
            shown = (raw - lost, shown.normal - lost, shown.slow - lost / 4, rate * swing / 1_000)
        }
        return PLXContinuousMeasurement(
            normal: pair(shown.normal, shown.rate), fast: parameters.fast ? pair(shown.fast, shown.rate) : nil,
            slow: parameters.slow ? pair(shown.slow, shown.rate) : nil,
            measurementStatus: parameters.measurementStatus ? status(isSpoilt: isSpoilt) : nil,
            deviceAndSensorStatus: parameters.deviceStatus ? deviceStatus(condition, isSpoilt: isSpoilt) : nil,
            pulseAmplitudeIndex: amplitude)
    }

    /// An average that moves by 1 / 2^shift of the difference a measurement.
    private static func average(_ average: Int64?, _ value: Int64, shift: Int64) -> Int64 {
        guard let average else { return value << 8 }
        return average + (value << 8 - average) >> shift
    }

    /// The mean pulse rate of the last beats in tenths of a beat per minute, nil before the first.
    private var pulseRate: Int64? {
        let sum = recent.reduce(0, +)
        return sum > 0 ? min(3_000, (Int64(recent.count) * 614_400 + sum / 2) / sum) : nil
    }

    private mutating func pulseAmplitude(_ condition: SensorCondition) -> SFLOAT? {
        let noise = amplitudeNoise.next(&random)
        let mean = parameters.pulseAmplitude.hundredths
        guard mean > 0 else { return nil }
        guard condition.hasContact else { return .nan }
        let level = condition.lowPerfusion ?? mean
        let value = max(0, level + (level * noise) / 4_096 / 12)
        // Two decimals reach 20.45; above that one decimal is what the word can hold.
        return value <= 2_045 ? sfloat(value, exponent: -2) : sfloat((value + 5) / 10, exponent: -1)
    }

    /// SpO2 from hundredths and a pulse rate from tenths, with the decimals of this oximeter.
    private func pair(_ spO2: Int64, _ rate: Int64) -> SpO2PR {
        let saturation = min(max(spO2, 0), 10_000)
        guard parameters.decimals == 1 else {
            return SpO2PR(
                spO2: sfloat((saturation + 50) / 100, exponent: 0), pulseRate: sfloat((rate + 5) / 10, exponent: 0))
        }
        // One decimal reaches 204.5.
        return SpO2PR(
            spO2: sfloat((saturation + 5) / 10, exponent: -1),
            pulseRate: rate <= 2_045 ? sfloat(rate, exponent: -1) : sfloat((rate + 5) / 10, exponent: 0))
    }

    private func sfloat(_ mantissa: Int64, exponent: Int8) -> SFLOAT {
        SFLOAT(ExactDecimal(mantissa: Int32(clamping: mantissa), exponent: exponent)) ?? .nres
    }

    private func status(isSpoilt: Bool) -> MeasurementStatus {
        var status: MeasurementStatus = [.validatedData, .fullyQualifiedData]
        if measurementsInContact <= VitalsSimulatorLimits.earlyEstimates { status = .earlyEstimatedData }
        if isSpoilt { status.insert(.questionableMeasurementDetected) }
        return status
    }

    private func deviceStatus(_ condition: SensorCondition, isSpoilt: Bool) -> DeviceAndSensorStatus {
        var status: DeviceAndSensorStatus = []
        if condition.motion > 0 { status.insert(.poorSignalDetected) }
        if isSpoilt { status.formUnion([.signalProcessingIrregularityDetected, .erraticSignalDetected]) }
        if condition.lowPerfusion != nil { status.insert(.lowPerfusionDetected) }
        return status
    }

    /// What is sent when there is nothing to measure: off the body, or before the first interval is complete.
    private func unavailable(isOff: Bool) -> PLXContinuousMeasurement {
        let none = SpO2PR(spO2: .nan, pulseRate: .nan)
        return PLXContinuousMeasurement(
            normal: none, fast: parameters.fast ? none : nil, slow: parameters.slow ? none : nil,
            measurementStatus: parameters.measurementStatus ? .measurementUnavailable : nil,
            deviceAndSensorStatus: parameters.deviceStatus
                ? (isOff ? .sensorUnconnectedToUser : .signalAnalysisOngoing) : nil,
            pulseAmplitudeIndex: parameters.pulseAmplitude.thousandths > 0 ? .nan : nil)
    }

    private mutating func forget() {
        (normal, slow, measurementsInContact) = (nil, nil, 0)
        recent.removeAll(keepingCapacity: true)
    }

    /// The features of this oximeter, as read from 2A60.
    var features: [UInt8] {
        var supported: PLXFeatures.Supported = []
        if parameters.measurementStatus { supported.insert(.measurementStatusSupport) }
        if parameters.deviceStatus { supported.insert(.deviceAndSensorStatusSupport) }
        if parameters.spotCheckEvery.milliseconds > 0 { supported.insert(.timestamp) }
        if parameters.fast { supported.insert(.spO2PRFast) }
        if parameters.slow { supported.insert(.spO2PRSlow) }
        if parameters.pulseAmplitude.thousandths > 0 { supported.insert(.pulseAmplitudeIndex) }
        var bytes = littleEndian(UInt32(supported.rawValue), count: 2)
        let measurement: MeasurementStatus = [
            .earlyEstimatedData, .validatedData, .fullyQualifiedData, .measurementUnavailable,
            .questionableMeasurementDetected,
        ]
        let device: DeviceAndSensorStatus = [
            .signalProcessingIrregularityDetected, .poorSignalDetected, .lowPerfusionDetected, .erraticSignalDetected,
            .signalAnalysisOngoing, .sensorUnconnectedToUser,
        ]
        if parameters.measurementStatus { bytes += littleEndian(UInt32(measurement.rawValue), count: 2) }
        if parameters.deviceStatus { bytes += littleEndian(device.rawValue, count: 3) }
        return bytes
    }

    private func littleEndian(_ word: UInt32, count: UInt32) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) }
    }
}
