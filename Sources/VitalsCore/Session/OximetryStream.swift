import VitalsDetection
import VitalsGATT
import VitalsModel

/// The PLX Continuous Measurement stream of one sensor: its block, its signal, and what judges it.
struct OximetryStream {
    private var block: BlockBuilder<OximetrySample>
    private var signal: SignalWatch
    private var low: LimitWatch
    private var desaturation: LimitWatch
    private var saturation: SaturationWatch?
    private var pulseLow: LimitWatch
    private var pulseHigh: LimitWatch
    private var events: DesaturationWatch?
    private var earlyWarning: EarlyWarningWatch?
    private var trend: TrendWatch?
    private var pulseTrend: TrendWatch?
    private var change: ChangeWatch?
    /// The pulse rate of the last packet, or why there is none.
    private(set) var rateReading = Reading.absent(.noDataYet)

    init(sensor: SensorAddress, number: Int, span: MonotonicTime.Span, _ configuration: SensorConfiguration) {
        block = BlockBuilder(sensor: sensor, span: span)
        signal = SignalWatch(stream: .oximetry, signal: configuration.oximetrySignal, configuration: configuration)
        low = LimitWatch(configuration.spO2Low, .spO2Low, stream: .oximetry)
        desaturation = LimitWatch(configuration.desaturation, .desaturation, stream: .oximetry)
        saturation = configuration.saturationSeconds.map { SaturationWatch($0) }
        pulseLow = LimitWatch(configuration.heartRateLow.ofPulseRate, .pulseRateLow, stream: .oximetry)
        pulseHigh = LimitWatch(configuration.heartRateHigh.ofPulseRate, .pulseRateHigh, stream: .oximetry)
        events = configuration.desaturationEvents.map { DesaturationWatch($0) }
        earlyWarning = configuration.earlyWarning.map { EarlyWarningWatch($0) }
        trend = configuration.detectsTrend ? TrendWatch(.spO2) : nil
        pulseTrend = configuration.detectsTrend ? TrendWatch(.pulseRate) : nil
        change = configuration.detectsChange ? ChangeWatch(.spO2, stream: .oximetry, number: number) : nil
    }

    /// When to call `expire`.
    var deadline: MonotonicTime? { .earliest(signal.deadline, block.deadline) }

    mutating func receive(
        _ measurement: PLXContinuousMeasurement, at stamp: Stamp, _ desk: inout AlarmDesk,
        _ windows: inout WindowDesk, _ output: inout EngineOutput
    ) {
        block.add(OximetrySample(measurement, stamp: stamp), &output)
        let spO2 = measurement.normal.spO2.value.number?.scaled(to: -2)
        let pulseRate = measurement.normal.pulseRate.value.number?.scaled(to: -2)
        let state = signal.receive(
            SignalNotification(
                time: stamp.monotonic, contact: measurement.isOffBody ? .notDetected : .unsupported,
                validity: SignalValidity(measurement.spO2Validity), value: spO2, pulseRate: pulseRate,
                pulseAmplitudeIndex: measurement.pulseAmplitudeIndex?.value.number?.scaled(to: -2)),
            at: stamp, &desk, &output)
        let reading = Self.reading(spO2, state, measurement.spO2Validity)
        let pulse = Self.reading(pulseRate, state, measurement.pulseRateValidity)
        low.judge(reading, at: stamp, in: &block, &desk, &output)
        desaturation.judge(reading, at: stamp, in: &block, &desk, &output)
        saturation?.judge(reading, at: stamp, in: &block, &desk, &output)
        pulseLow.judge(pulse, at: stamp, in: &block, &desk, &output)
        pulseHigh.judge(pulse, at: stamp, in: &block, &desk, &output)
        events?.judge(reading, at: stamp, in: &block, desk, &output)
        earlyWarning?.judge(spO2: reading, pulse: pulse, at: stamp, in: &block, desk, &output)
        trend?.judge(reading, at: stamp, in: &block, desk, &output)
        pulseTrend?.judge(pulse, at: stamp, in: &block, desk, &output)
        change?.take(reading, at: stamp, &windows)
        rateReading = pulse
    }

    mutating func linkUp(at stamp: Stamp, _ desk: inout AlarmDesk, _ output: inout EngineOutput) {
        signal.linkUp(at: stamp, &desk, &output)
    }

    mutating func linkDown(at stamp: Stamp, _ desk: inout AlarmDesk, _ output: inout EngineOutput) {
        block.close(&output)
        signal.linkDown(at: stamp, &desk, &output)
    }

    /// Does what is due at the stamp's time.
    mutating func expire(at stamp: Stamp, _ desk: inout AlarmDesk, _ output: inout EngineOutput) {
        if let deadline = block.deadline, deadline <= stamp.monotonic { block.close(&output) }
        // What was received is kept before what is missing is said.
        if signal.isDue(at: stamp.monotonic) { block.close(&output) }
        guard let refusal = signal.expire(at: stamp, &desk, &output) else { return }
        low.abandon(refusal, at: stamp, &desk, &output)
        desaturation.abandon(refusal, at: stamp, &desk, &output)
        saturation?.abandon(refusal, at: stamp, &desk, &output)
        pulseLow.abandon(refusal, at: stamp, &desk, &output)
        pulseHigh.abandon(refusal, at: stamp, &desk, &output)
        events?.abandon(refusal, at: stamp, in: &block, desk, &output)
    }

    /// A window of this stream was judged.
    mutating func windowJudged(
        _ window: JudgedWindow, at stamp: Stamp, _ desk: AlarmDesk, _ output: inout EngineOutput
    ) {
        change?.judged(window, at: stamp, in: &block, desk, &output)
    }

    /// The records that hold the samples from a time on; the open block is closed for it.
    mutating func records(since time: MonotonicTime, _ output: inout EngineOutput) -> ClosedRange<UInt64>? {
        block.records(since: time, &output)
    }

    /// Closes the open block.
    mutating func closeBlock(_ output: inout EngineOutput) { block.close(&output) }

    private static func reading(_ value: Int32?, _ state: SignalState.Output, _ validity: PLXValidity) -> Reading {
        if let refusal = state.refusal { return .absent(refusal) }
        switch validity {
        case .valid, .provisional: return value.map { .value($0) } ?? .absent(.invalidValue)
        case .questionable: return .absent(.questionableSignal)
        case .invalid: return .absent(.invalidValue)
        }
    }
}

extension PLXContinuousMeasurement {
    fileprivate var spO2Validity: PLXValidity {
        .classify(
            spO2: normal.spO2, measurementStatus: measurementStatus, deviceAndSensorStatus: deviceAndSensorStatus)
    }

    fileprivate var pulseRateValidity: PLXValidity {
        .classify(
            pulseRate: normal.pulseRate, measurementStatus: measurementStatus,
            deviceAndSensorStatus: deviceAndSensorStatus)
    }

    /// The sensor says that it is not on a finger.
    fileprivate var isOffBody: Bool {
        !(deviceAndSensorStatus ?? []).isDisjoint(with: [.sensorUnconnectedToUser, .sensorDisconnected])
    }
}

extension LimitDetector.Configuration {
    /// The same limit on an oximeter's pulse rate, which comes without a count of beats.
    fileprivate var ofPulseRate: Self {
        var copy = self
        copy.quantity = .pulseRate
        copy.beats = nil
        return copy
    }
}

extension SignalValidity {
    fileprivate init(_ validity: PLXValidity) {
        switch validity {
        case .valid: self = .valid
        case .provisional: self = .provisional
        case .questionable: self = .questionable
        case .invalid: self = .invalid
        }
    }
}

extension OximetrySample {
    /// A packet as it was received.
    init(_ measurement: PLXContinuousMeasurement, stamp: Stamp) {
        self.init(
            stamp: stamp, normal: SpO2PulseRate(measurement.normal), fast: measurement.fast.map { SpO2PulseRate($0) },
            slow: measurement.slow.map { SpO2PulseRate($0) },
            measurementStatus: measurement.measurementStatus?.rawValue,
            deviceStatus: measurement.deviceAndSensorStatus?.rawValue,
            pulseAmplitudeIndex: measurement.pulseAmplitudeIndex?.rawValue,
            quality: measurement.isOffBody ? .noContact : Quality(measurement.validity))
    }
}

extension SpotCheckSample {
    /// A packet as it was received.
    init(_ measurement: PLXSpotCheckMeasurement, stamp: Stamp) {
        self.init(
            stamp: stamp, value: SpO2PulseRate(measurement.spotCheck),
            deviceTime: measurement.deviceTime?.secondsSinceEpoch,
            measurementStatus: measurement.measurementStatus?.rawValue,
            deviceStatus: measurement.deviceAndSensorStatus?.rawValue,
            pulseAmplitudeIndex: measurement.pulseAmplitudeIndex?.rawValue, quality: Quality(measurement.validity))
    }
}

extension SpO2PulseRate {
    fileprivate init(_ pair: SpO2PR) { self.init(spO2: pair.spO2.rawValue, pulseRate: pair.pulseRate.rawValue) }
}

extension Quality {
    fileprivate init(_ validity: PLXValidity) {
        switch validity {
        case .valid: self = .valid
        case .provisional: self = .provisional
        case .questionable: self = .questionable
        case .invalid: self = .invalid
        }
    }
}
