import VitalsDetection
import VitalsGATT
import VitalsKernels
import VitalsModel

/// The Heart Rate Measurement stream of one sensor: its block, its signal, and what judges it.
struct HeartRateStream {
    private var block: BlockBuilder<HeartRateSample>
    private var signal: SignalWatch
    private var low: LimitWatch
    private var high: LimitWatch
    private var rate: RateWatch?
    private var rhythm: RhythmWatch?
    private var ectopy: EctopyWatch?
    private var variability: VariabilityWatch?
    private var trend: TrendWatch?
    private var change: ChangeWatch?
    private var discord: DiscordWatch?
    /// The heart rate of the last packet, or why there is none.
    private(set) var rateReading = Reading.absent(.noDataYet)

    init(
        sensor: SensorAddress, number: Int, span: MonotonicTime.Span, _ configuration: SensorConfiguration,
        kernels: SeriesKernelTable
    ) {
        block = BlockBuilder(sensor: sensor, span: span)
        signal = SignalWatch(
            stream: .heartRate, signal: configuration.heartRateSignal, configuration: configuration)
        low = LimitWatch(configuration.heartRateLow, .heartRateLow, stream: .heartRate)
        high = LimitWatch(configuration.heartRateHigh, .heartRateHigh, stream: .heartRate)
        rate = configuration.rateRules.map {
            RateWatch($0, pauseHold: configuration.pauseHold, patience: configuration.notCurrentAfter)
        }
        rhythm = configuration.atrialFibrillation.map { RhythmWatch($0) }
        ectopy = configuration.ectopy.map { EctopyWatch($0, frequentBeats: configuration.frequentEctopyBeats) }
        variability = configuration.variability.map { VariabilityWatch($0) }
        trend = configuration.detectsTrend ? TrendWatch(.heartRate) : nil
        change = configuration.detectsChange ? ChangeWatch(.heartRate, stream: .heartRate, number: number) : nil
        discord = configuration.heartRateDiscord.map { DiscordWatch(.heartRate, $0, kernels: kernels) }
    }

    /// When to call `expire`.
    var deadline: MonotonicTime? { .earliest(signal.deadline, block.deadline, rate?.deadline) }

    mutating func receive(
        _ measurement: HeartRateMeasurement, at stamp: Stamp, _ desk: inout AlarmDesk, _ windows: inout WindowDesk,
        _ output: inout EngineOutput
    ) {
        block.add(HeartRateSample(measurement, stamp: stamp), &output)
        let bpm = measurement.heartRate <= CoreLimits.heartRateMax ? Int32(measurement.heartRate) * 100 : nil
        let notification = SignalNotification(
            time: stamp.monotonic, contact: measurement.contact,
            value: bpm, rrIntervals: measurement.rrIntervals)
        let state = signal.receive(notification, at: stamp, &desk, &output)
        let reading: Reading = state.refusal.map { .absent($0) } ?? bpm.map { .value($0) } ?? .absent(.invalidValue)
        rateReading = reading
        let beats = measurement.rrIntervals.count
        low.judge(reading, beats: beats, at: stamp, in: &block, &desk, &output)
        high.judge(reading, beats: beats, at: stamp, in: &block, &desk, &output)
        rate?.judge(notification, state, at: stamp, in: &block, &desk, &output)
        rhythm?.judge(notification, state, at: stamp, in: &block, &desk, &output)
        ectopy?.judge(notification, state, at: stamp, in: &block, desk, &output)
        variability?.judge(notification, state, at: stamp, in: &block, desk, &output)
        trend?.judge(reading, at: stamp, in: &block, desk, &output)
        change?.take(reading, at: stamp, &windows)
        discord?.take(reading, at: stamp, in: &block, desk, &output)
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
        rate?.expire(at: stamp, &desk, &output)
        // What was received is kept before what is missing is said.
        if signal.isDue(at: stamp.monotonic) { block.close(&output) }
        let result = signal.expire(at: stamp, &desk, &output)
        if let refusal = result { abandon(refusal, at: stamp, &desk, &output) }
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

    private mutating func abandon(
        _ refusal: Refusal, at stamp: Stamp, _ desk: inout AlarmDesk, _ output: inout EngineOutput
    ) {
        low.abandon(refusal, at: stamp, &desk, &output)
        high.abandon(refusal, at: stamp, &desk, &output)
        rate?.abandon(refusal, at: stamp, &desk, &output)
        rhythm?.abandon(refusal, at: stamp, &desk, &output)
    }
}

extension HeartRateSample {
    /// A packet as it was received. A heart rate of 0 is how straps say that they have none, and
    /// one beyond the range is none either.
    init(_ measurement: HeartRateMeasurement, stamp: Stamp) {
        let quality: Quality =
            switch measurement.contact {
            case .notDetected: .noContact
            case .detected, .unsupported:
                (1...CoreLimits.heartRateMax).contains(measurement.heartRate) ? .valid : .invalid
            }
        self.init(
            stamp: stamp, heartRate: measurement.heartRate, contact: measurement.contact,
            energyExpended: measurement.energyExpended, rrIntervals: measurement.rrIntervals, quality: quality)
    }
}
