import VitalsCore
import VitalsGATT
import VitalsModel

extension SampleBlock {
    /// The samples as the packets that they came in: they decode to the same measurements.
    func events(of sensor: SensorAddress) -> [SensorEvent] {
        func event(_ stamp: Stamp, _ measurement: some CharacteristicEncodable) -> SensorEvent {
            var bytes: [UInt8] = []
            measurement.encode(into: &bytes)
            return SensorEvent(
                stamp: stamp,
                kind: .value(sensor: sensor, characteristic: type(of: measurement).characteristic, bytes: bytes))
        }
        switch samples {
        case .heartRate(let samples): return samples.map { event($0.stamp, HeartRateMeasurement($0)) }
        case .oximetry(let samples): return samples.map { event($0.stamp, PLXContinuousMeasurement($0)) }
        case .spotCheck(let samples): return samples.map { event($0.stamp, PLXSpotCheckMeasurement($0)) }
        case .ppg(let samples): return samples.map { event($0.stamp, $0.frame) }
        }
    }
}

extension HeartRateMeasurement {
    /// The measurement that a sample keeps.
    init(_ sample: HeartRateSample) {
        self.init(
            heartRate: sample.heartRate, contact: sample.contact, energyExpended: sample.energyExpended,
            rrIntervals: sample.rrIntervals)
    }
}

extension PLXContinuousMeasurement {
    /// The measurement that a sample keeps.
    init(_ sample: OximetrySample) {
        self.init(
            normal: SpO2PR(sample.normal), fast: sample.fast.map { SpO2PR($0) }, slow: sample.slow.map { SpO2PR($0) },
            measurementStatus: sample.measurementStatus.map { MeasurementStatus(rawValue: $0) },
            deviceAndSensorStatus: sample.deviceStatus.map { DeviceAndSensorStatus(rawValue: $0) },
            pulseAmplitudeIndex: sample.pulseAmplitudeIndex.map { SFLOAT(rawValue: $0) })
    }
}

extension PLXSpotCheckMeasurement {
    /// The measurement that a sample keeps. A time that is not known is left out.
    init(_ sample: SpotCheckSample) {
        self.init(
            spotCheck: SpO2PR(sample.value),
            timestamp: sample.deviceTime.flatMap { DateTime(CivilTime(secondsSinceEpoch: $0)) },
            measurementStatus: sample.measurementStatus.map { MeasurementStatus(rawValue: $0) },
            deviceAndSensorStatus: sample.deviceStatus.map { DeviceAndSensorStatus(rawValue: $0) },
            pulseAmplitudeIndex: sample.pulseAmplitudeIndex.map { SFLOAT(rawValue: $0) })
    }
}

extension SpO2PR {
    fileprivate init(_ pair: SpO2PulseRate) {
        self.init(spO2: SFLOAT(rawValue: pair.spO2), pulseRate: SFLOAT(rawValue: pair.pulseRate))
    }
}
