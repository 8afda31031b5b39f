import VitalsDetection
import VitalsGATT
import VitalsJSON
import VitalsModel

/// Everything that the engine knows of one sensor: its link, its streams, its alarms.
///
/// A stream exists from its first value on, since only its values show that a sensor has it.
struct SensorSession {
    let sensor: SensorAddress
    private let number: Int
    private let span: MonotonicTime.Span
    private let configuration: SensorConfiguration
    private var desk: AlarmDesk
    private var link = Link.unknown
    private var heartRate: HeartRateStream?
    private var oximetry: OximetryStream?
    private var pulseWave: PulseWaveStream?
    private var spotChecks: BlockBuilder<SpotCheckSample>
    /// Spot checks come when somebody takes them, so that their sensor may be silent.
    private var hasSpotChecks = false
    private var device = DeviceNotes()
    private var silence = SilenceWatch()
    /// The heart or pulse rate that the last packet brought; nil when it brought none.
    private(set) var rate: SourcedRate?

    /// Whether the link is up. A recording may begin with the link up already, without saying so.
    private enum Link { case unknown, up, down }

    init(sensor: SensorAddress, number: Int, span: MonotonicTime.Span, _ configuration: SensorConfiguration) {
        self.sensor = sensor
        self.number = number
        self.span = span
        self.configuration = configuration
        desk = AlarmDesk(sensor: sensor)
        spotChecks = BlockBuilder(sensor: sensor, span: span)
    }

    /// When to call `expire`; nil when nothing is due.
    var deadline: MonotonicTime? {
        .earliest(
            .earliest(.earliest(heartRate?.deadline, oximetry?.deadline), pulseWave?.deadline),
            .earliest(spotChecks.deadline, silence.deadline))
    }

    /// A value of a characteristic was received.
    mutating func receive(
        _ characteristic: BluetoothUUID, _ bytes: [UInt8], at stamp: Stamp, _ windows: inout WindowDesk,
        _ output: inout EngineOutput
    ) {
        rate = nil
        let decoded: Decoded<CharacteristicValue>
        do {
            decoded = try CharacteristicValue.decode(characteristic, bytes)
        } catch {
            output.keep(malformed: bytes, of: characteristic, from: sensor, error, at: stamp)
            return
        }
        if let stream = SampleStream(characteristic) { output.note(bytes, of: stream, from: sensor, at: stamp) }
        if !decoded.warnings.isEmpty {
            let names = ([characteristic.description] + decoded.warnings.names).joined(separator: " ")
            output.log(.debug, "odd packet", sensor: sensor, detail: names)
        }
        switch decoded.value {
        case .heartRateMeasurement(let measurement):
            silence.end(at: stamp, &desk, &output)
            if heartRate == nil {
                heartRate = HeartRateStream(
                    sensor: sensor, number: number * 2, span: span, configuration, kernels: windows.seriesKernels)
            }
            heartRate?.receive(measurement, at: stamp, &desk, &windows, &output)
            rate = heartRate.map { SourcedRate(source: .strap, reading: $0.rateReading) }
        case .plxContinuousMeasurement(let measurement):
            silence.end(at: stamp, &desk, &output)
            if oximetry == nil {
                oximetry = OximetryStream(sensor: sensor, number: number * 2 + 1, span: span, configuration)
            }
            oximetry?.receive(measurement, at: stamp, &desk, &windows, &output)
            rate = oximetry.map { SourcedRate(source: .oximeter, reading: $0.rateReading) }
        case .polarMeasurementData(let frame):
            silence.end(at: stamp, &desk, &output)
            if pulseWave == nil {
                pulseWave = PulseWaveStream(sensor: sensor, span: span, discord: configuration.ppgDiscord)
            }
            pulseWave?.receive(frame, at: stamp, kernels: windows.seriesKernels, desk, &output)
        case .plxSpotCheckMeasurement(let measurement):
            silence.end(at: stamp, &desk, &output)
            hasSpotChecks = true
            spotChecks.add(SpotCheckSample(measurement, stamp: stamp), &output)
        case .unknown, .heartRateControlPoint:
            output.log(
                .debug, "value of a characteristic that is not read", sensor: sensor, detail: "\(characteristic)")
        default:
            device.receive(
                characteristic, bytes, decoded.value, at: stamp, batteryLowPercent: configuration.batteryLowPercent,
                &desk, &output)
        }
    }

    /// Whom the sensor is on.
    var subject: SubjectWatch.Subject { configuration.subject.map { .configured($0) } ?? .wearer(ofSensor: number) }

    /// How it is compared with the other sensors on its subject; nil: not at all.
    var crossSensor: CrossSensor.Configuration? { configuration.crossSensor }

    /// The records that hold the heart rates or pulse rates from a time on.
    mutating func records(
        of source: CrossSensor.Source, since time: MonotonicTime, _ output: inout EngineOutput
    ) -> ClosedRange<UInt64>? {
        switch source {
        case .strap: heartRate?.records(since: time, &output)
        case .oximeter: oximetry?.records(since: time, &output)
        }
    }

    /// The link came up.
    mutating func linkUp(at stamp: Stamp, _ output: inout EngineOutput) {
        // An up without a down is a link that was lost unseen.
        if link == .up { closeStreams(at: stamp, &output) }
        link = .up
        output.append(.link, sensor: sensor, stamp: stamp) { json in json.member("state", "up") }
        heartRate?.linkUp(at: stamp, &desk, &output)
        oximetry?.linkUp(at: stamp, &desk, &output)
        watchSilence(at: stamp)
    }

    /// The link ended.
    mutating func linkDown(reason: String?, at stamp: Stamp, _ output: inout EngineOutput) {
        spotChecks.close(&output)
        heartRate?.closeBlock(&output)
        oximetry?.closeBlock(&output)
        pulseWave?.closeBlock(&output)
        link = .down
        output.append(.link, sensor: sensor, stamp: stamp) { json in
            if let reason { json.member("reason", reason.prefix(utf8Bytes: CoreLimits.textBytesMax)) }
            json.member("state", "down")
        }
        closeStreams(at: stamp, &output)
        watchSilence(at: stamp)
    }

    /// A sensor of which only the link is known has a time to bring its first measurement.
    private mutating func watchSilence(at stamp: Stamp) {
        guard heartRate == nil && oximetry == nil && pulseWave == nil && !hasSpotChecks else { return }
        silence.begin(at: stamp.monotonic, within: configuration.notCurrentAfter)
    }

    /// Something about the link was reported.
    mutating func note(_ report: LinkReport, at stamp: Stamp, _ output: inout EngineOutput) {
        report.write(at: stamp, &desk, &output)
    }

    /// Closes the open block of spot checks, so that what was fetched from the sensor becomes durable.
    mutating func closeSpotChecks(_ output: inout EngineOutput) { spotChecks.close(&output) }

    /// Does what is due at the stamp's time.
    mutating func expire(at stamp: Stamp, _ output: inout EngineOutput) {
        silence.expire(at: stamp, isConnected: link == .up, &desk, &output)
        heartRate?.expire(at: stamp, &desk, &output)
        oximetry?.expire(at: stamp, &desk, &output)
        pulseWave?.expire(at: stamp, desk, &output)
        if let deadline = spotChecks.deadline, deadline <= stamp.monotonic { spotChecks.close(&output) }
    }

    /// A window of one of the streams was judged.
    mutating func windowJudged(_ window: JudgedWindow, at stamp: Stamp, _ output: inout EngineOutput) {
        if window.stream % 2 == 0 {
            heartRate?.windowJudged(window, at: stamp, desk, &output)
        } else {
            oximetry?.windowJudged(window, at: stamp, desk, &output)
        }
    }

    /// Closes what is open and gives up what is raised: no more comes.
    mutating func stop(at stamp: Stamp, _ output: inout EngineOutput) {
        heartRate?.closeBlock(&output)
        oximetry?.closeBlock(&output)
        pulseWave?.closeBlock(&output)
        spotChecks.close(&output)
        desk.abandonAll(at: stamp, &output)
    }

    private mutating func closeStreams(at stamp: Stamp, _ output: inout EngineOutput) {
        heartRate?.linkDown(at: stamp, &desk, &output)
        oximetry?.linkDown(at: stamp, &desk, &output)
        pulseWave?.linkDown(at: stamp, desk, &output)
    }
}
