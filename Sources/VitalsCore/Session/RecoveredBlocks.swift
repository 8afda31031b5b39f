import VitalsGATT
import VitalsModel

/// Makes blocks of what a killed run received and had in none. They close as any block does, by their span and their
/// size, and the samples have the stamps of their reception. Nothing is judged: an alarm about what is over helps
/// nobody.
struct RecoveredBlocks {
    private struct Streams {
        var heartRate: BlockBuilder<HeartRateSample>
        var oximetry: BlockBuilder<OximetrySample>
        var spotChecks: BlockBuilder<SpotCheckSample>
        var ppg: BlockBuilder<PPGSample>
    }

    private let span: MonotonicTime.Span
    private var streams: [Streams] = []
    private var numbers: [SensorAddress: Int] = [:]

    init(span: MonotonicTime.Span) { self.span = span }

    /// Adds a value, behind those that came before it.
    mutating func add(_ arrival: Arrival, _ output: inout EngineOutput) {
        let number = number(of: arrival.sensor)
        do {
            switch arrival.stream {
            case .heartRate:
                let measurement = try HeartRateMeasurement.decode(arrival.value).value
                streams[number].heartRate.add(HeartRateSample(measurement, stamp: arrival.stamp), &output)
            case .oximetry:
                let measurement = try PLXContinuousMeasurement.decode(arrival.value).value
                streams[number].oximetry.add(OximetrySample(measurement, stamp: arrival.stamp), &output)
            case .spotCheck:
                let measurement = try PLXSpotCheckMeasurement.decode(arrival.value).value
                streams[number].spotChecks.add(SpotCheckSample(measurement, stamp: arrival.stamp), &output)
            case .ppg:
                let frame = try PolarMeasurementData.decode(arrival.value).value
                streams[number].ppg.add(PPGSample(frame, stamp: arrival.stamp), &output)
            }
        } catch {
            // The run that noted it could decode it: another version did.
            output.keep(
                malformed: arrival.value, of: arrival.stream.characteristic, from: arrival.sensor, error,
                at: arrival.stamp)
        }
    }

    /// Closes what is open.
    mutating func close(_ output: inout EngineOutput) {
        for number in streams.indices {
            streams[number].heartRate.close(&output)
            streams[number].oximetry.close(&output)
            streams[number].spotChecks.close(&output)
            streams[number].ppg.close(&output)
        }
    }

    private mutating func number(of sensor: SensorAddress) -> Int {
        if let number = numbers[sensor] { return number }
        let number = streams.count
        streams.append(
            Streams(
                heartRate: BlockBuilder(sensor: sensor, span: span), oximetry: BlockBuilder(sensor: sensor, span: span),
                spotChecks: BlockBuilder(sensor: sensor, span: span), ppg: BlockBuilder(sensor: sensor, span: span)))
        numbers[sensor] = number
        return number
    }
}
