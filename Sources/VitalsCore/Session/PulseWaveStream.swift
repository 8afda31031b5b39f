import VitalsDetection
import VitalsGATT
import VitalsJSON
import VitalsKernels
import VitalsModel

/// The photoplethysmogram of one sensor: its block, its pulse and what in its shape was never seen before.
///
/// Both detectors make findings and no alarm: the pulse of a limb that moves is often lost, and the rate alarms are those
/// of the sensor's own heart rate. A wave that stays away is an absence.
struct PulseWaveStream {
    private var block: BlockBuilder<PPGSample>
    private let discordLimits: Discord.Configuration?
    private var clock = SamplingClock()
    private var detectors: Detectors?
    /// The first frame, until the second one tells the rate.
    private var waiting: PPGSample.Channels?
    private var lastFrame: MonotonicTime?
    private var isAbsent = false
    private var hasPulse: Bool?

    /// What judges a wave of a known rate.
    private struct Detectors {
        let rate: Int
        var wave: PulseWave
        var quality: PulseQuality
        var discord: Discord?
        /// The sum of the counts that make one sample of the discord detector, and how many it has.
        var sum = 0
        var taken = 0
        let thinning: Int

        /// Adds a count; the mean of as many as make one sample, rounded towards zero, when there are so many.
        mutating func thin(_ count: Int32) -> Int32? {
            sum += Int(count)
            taken += 1
            guard taken == thinning else { return nil }
            defer { (sum, taken) = (0, 0) }
            return Int32(truncatingIfNeeded: sum / thinning)
        }
    }

    init(sensor: SensorAddress, span: MonotonicTime.Span, discord: Discord.Configuration?) {
        block = BlockBuilder(sensor: sensor, span: span)
        discordLimits = discord
    }

    /// When to call `expire`.
    var deadline: MonotonicTime? { .earliest(block.deadline, absenceDue) }

    private var absenceDue: MonotonicTime? { isAbsent ? nil : lastFrame.map { $0 + CoreLimits.waveAbsentAfter } }

    mutating func receive(
        _ frame: PolarMeasurementData, at stamp: Stamp, kernels: SeriesKernelTable, _ desk: AlarmDesk,
        _ output: inout EngineOutput
    ) {
        let sample = PPGSample(frame, stamp: stamp)
        block.add(sample, &output)
        guard sample.channels.count > 0 else { return }
        if isAbsent { write("streaming", since: stamp.monotonic, at: stamp, desk, &output) }
        isAbsent = false
        lastFrame = stamp.monotonic
        switch clock.place(frame.timestamp, count: sample.channels.count) {
        case .first, .restart:
            interrupt(at: stamp, desk, &output)
            detectors = nil
            waiting = sample.channels
            return
        case .missing: interrupt(at: stamp, desk, &output)
        case .next: break
        }
        if detectors == nil { detectors = makeDetectors(kernels) }
        if let first = waiting { judge(first, at: stamp, desk, &output) }
        waiting = nil
        judge(sample.channels, at: stamp, desk, &output)
    }

    /// The link ended: what comes later is another series.
    mutating func linkDown(at stamp: Stamp, _ desk: AlarmDesk, _ output: inout EngineOutput) {
        block.close(&output)
        interrupt(at: stamp, desk, &output)
        detectors = nil
        waiting = nil
        clock = SamplingClock()
        lastFrame = nil
        isAbsent = false
    }

    /// Does what is due at the stamp's time.
    mutating func expire(at stamp: Stamp, _ desk: AlarmDesk, _ output: inout EngineOutput) {
        if let deadline = block.deadline, deadline <= stamp.monotonic { block.close(&output) }
        guard let due = absenceDue, due <= stamp.monotonic, let lastFrame else { return }
        block.close(&output)
        isAbsent = true
        write("stale", since: lastFrame, at: stamp, desk, &output)
    }

    /// Closes the open block.
    mutating func closeBlock(_ output: inout EngineOutput) { block.close(&output) }

    /// Nil for a rate that the detectors do not take.
    private func makeDetectors(_ kernels: SeriesKernelTable) -> Detectors? {
        guard let rate = clock.rate, VitalsDetectionLimits.pulseWaveRates ~= rate else { return nil }
        let configuration = PulseWave.Configuration(samplingRate: rate, isInverted: true)
        return Detectors(
            rate: rate, wave: PulseWave(configuration: configuration, kernels: kernels),
            quality: PulseQuality(configuration: .init(samplingRate: rate, isInverted: true)),
            discord: discordLimits.map { Discord(configuration: $0, kernels: kernels) },
            thinning: max(1, rate / VitalsDetectionLimits.pulseThinnedRate))
    }

    private mutating func judge(
        _ channels: PPGSample.Channels, at stamp: Stamp, _ desk: AlarmDesk, _ output: inout EngineOutput
    ) {
        for count in channels.first {
            if let result = detectors?.quality.judge(count) {
                output.trace(PulseQuality.identity, result, of: "ppg", sensor: desk.sensor, at: stamp.monotonic)
            }
            if let result = detectors?.wave.judge(count) { report(result, at: stamp, desk, &output) }
            guard let mean = detectors?.thin(count), let result = detectors?.discord?.judge(mean) else { continue }
            output.trace(Discord.identity, result, of: "ppg", sensor: desk.sensor, at: stamp.monotonic)
            guard result.decision == .discord, let detectors else { continue }
            let samples = result.configuration.windowSamples * detectors.thinning
            find("ppg-discord", Discord.identity, result, samples: samples, at: stamp, desk, &output)
        }
    }

    /// Samples are missing: what the detectors wait for will not come.
    private mutating func interrupt(at stamp: Stamp, _ desk: AlarmDesk, _ output: inout EngineOutput) {
        if let result = detectors?.wave.judge(nil) { report(result, at: stamp, desk, &output) }
        _ = detectors?.quality.judge(nil)
        detectors?.sum = 0
        detectors?.taken = 0
        _ = detectors?.discord?.judge(nil)
    }

    /// A window's verdict; a finding where the pulse comes or goes.
    private mutating func report(
        _ result: PulseWave.Output, at stamp: Stamp, _ desk: AlarmDesk, _ output: inout EngineOutput
    ) {
        output.trace(PulseWave.identity, result, of: "ppg", sensor: desk.sensor, at: stamp.monotonic)
        let isPulse = result.decision == .pulse
        defer { hasPulse = isPulse }
        guard isPulse != hasPulse else { return }
        let condition = isPulse ? "pulse-wave-found" : "pulse-wave-lost"
        find(condition, PulseWave.identity, result, samples: result.windowSamples, at: stamp, desk, &output)
    }

    /// A finding about the newest so many samples.
    private mutating func find(
        _ condition: String, _ detector: DetectorIdentity, _ result: some DetectorOutput, samples: Int,
        at stamp: Stamp, _ desk: AlarmDesk, _ output: inout EngineOutput
    ) {
        let rate = detectors?.rate ?? VitalsDetectionLimits.pulseWaveRates.lowerBound
        // A frame more than the window has: the filter's delay, and that a frame's samples came before it.
        let microseconds = Int64(samples) * 1_000_000 / Int64(rate) + CoreLimits.waveMargin.microseconds
        let from = MonotonicTime(
            microseconds: stamp.monotonic.microseconds.subtractingSaturating(microseconds))
        desk.find(condition, by: detector, result, since: from, at: stamp, in: &block, &output)
    }

    private func write(
        _ state: String, since: MonotonicTime, at stamp: Stamp, _ desk: AlarmDesk, _ output: inout EngineOutput
    ) {
        output.append(.absence, sensor: desk.sensor, stamp: stamp, subject: SampleStream.ppg.name) { json in
            json.member("since", since.microseconds)
            json.member("state", state)
        }
    }
}
