import VitalsDetection
import VitalsJSON
import VitalsKernels
import VitalsModel

/// What every detector makes of one long, hostile series each: rhythms and values that drift, jump, repeat and vanish.
///
/// A replay's trace covers the detectors that the engine has; this covers all, also those that work in binary floats.
struct DetectorTask {
    private let kernels: KernelTable
    private let count: Int
    private var random = ProbeRandom(seed: 0xD37EC7)
    private var output = ProbeOutput()
    private var json = JSONWriter()

    /// `count` samples for each detector.
    init(kernels: KernelTable, count: Int) {
        self.kernels = kernels
        self.count = count
    }

    /// Runs all of them, one after the other.
    consuming func run() {
        rhythms()
        rates()
        saturations()
        courses()
        waves()
        output.flush()
    }

    /// An evaluation as a line.
    private mutating func write(_ detector: DetectorIdentity, _ evaluation: some DetectorOutput) {
        json.object { json in
            json.member("decision", evaluation.decisionName)
            json.member("detector", detector.description)
            json.name("numbers")
            json.object { json in evaluation.trace { name, value in json.member(name, value) } }
            if let refusal = evaluation.refusalName { json.member("refusal", refusal) }
        }
        json.endLine()
        output.write(json.bytes)
        json.removeAll()
    }

    // MARK: Intervals between beats

    private mutating func rhythms() {
        var fibrillation = AtrialFibrillation()
        var ectopy = Ectopy()
        var cleaning = RRCleaning()
        var (variability, raw) = (HeartRateVariability(), HeartRateVariability())
        var time = MonotonicTime(microseconds: 0)
        for beat in 0..<count {
            let rr = interval(beat)
            time = time + BeatInterval.span(ticks: Int64(rr))
            if random.int(0...4_999) == 0 {
                time = time + .seconds(Int64(random.int(1...900)))
                _ = fibrillation.gap(until: time)
                if let late = ectopy.gap(until: time) { write(Ectopy.identity, late) }
                for late in cleaning.gap(until: time) { take(late, &variability) }
                if let window = raw.gap(until: time) { write(HeartRateVariability.identity, window) }
            }
            write(AtrialFibrillation.identity, fibrillation.judge(rr: rr, at: time))
            if let judged = ectopy.judge(rr: rr, at: time) { write(Ectopy.identity, judged) }
            if let judged = cleaning.judge(rr: rr, at: time) { take(judged, &variability) }
            if let window = raw.judge(rr: rr, at: time) { write(HeartRateVariability.identity, window) }
        }
    }

    private mutating func take(_ judged: RRCleaning.Output, _ variability: inout HeartRateVariability) {
        write(RRCleaning.identity, judged)
        if let window = variability.judge(judged) { write(HeartRateVariability.identity, window) }
    }

    /// Ten minutes or so of each: steady, breathing, irregular, with early beats and pauses, any bits.
    private mutating func interval(_ beat: Int) -> UInt16 {
        switch beat / 700 % 5 {
        case 0: UInt16(820 + random.int(-15...15))
        case 1: UInt16(800 + (beat % 16 - 8) * 12 + random.int(-4...4))
        case 2: UInt16(random.int(330...1_150))
        case 3: random.int(0...11) == 0 ? (beat % 2 == 0 ? 480 : 1_240) : UInt16(850 + random.int(-10...10))
        default: random.int(0...19) == 0 ? UInt16(truncatingIfNeeded: random.next()) : 700
        }
    }

    // MARK: Rates, with their signal

    private mutating func rates() {
        var rules = RateRules()
        var signal = SignalState(configuration: .heartRate)
        var low = LimitDetector(configuration: .heartRateLow)
        var high = LimitDetector(configuration: .heartRateHigh)
        var time = MonotonicTime(microseconds: 0)
        var rate = 72
        for second in 0..<count {
            time = time + .milliseconds(Int64(random.int(0...99) == 0 ? random.int(1_000...40_000) : 1_000))
            rate = min(max(rate + random.int(-3...3) + (second / 600 % 2 == 0 ? 0 : random.int(-9...9)), 0), 260)
            let beats = rate == 0 ? 0 : random.int(0...2)
            let notification = SignalNotification(
                time: time, contact: random.int(0...49) == 0 ? .notDetected : .detected,
                value: random.int(0...39) == 0 ? nil : Int32(rate) * 100,
                rrIntervals: (0..<beats).map { _ in UInt16(min(61_440 / max(rate, 1), 65_535)) })
            let state = signal.receive(notification)
            write(SignalState.identity, state)
            write(RateRules.identity, rules.judge(notification))
            let value = notification.value.map { Reading.value($0) } ?? .absent(.invalidValue)
            let reading = state.refusal.map { Reading.absent($0) } ?? value
            write(LimitDetector.identity, low.judge(reading, at: time, beats: beats))
            write(LimitDetector.identity, high.judge(reading, at: time, beats: beats))
        }
    }

    // MARK: Saturation

    private mutating func saturations() {
        var seconds = SaturationSeconds(configuration: SaturationSeconds.Configuration())
        var desaturation = Desaturation()
        var compatible = CompatibleDesaturation()
        var warning = EarlyWarning()
        var cross = CrossSensor()
        var level: Int32 = 96_00
        for second in 0..<count {
            let time = MonotonicTime(microseconds: Int64(second) * 1_000_000)
            let fall = second % 97 < 30 ? -random.int(0...60) : random.int(0...50)
            level = min(max(level + Int32(fall), 60_00), 100_00)
            let reading: Reading = random.int(0...199) == 0 ? .absent(.signalLost) : .value(level / 100 * 100)
            let pulse: Reading = .value(Int32(random.int(38...140)) * 100)
            write(SaturationSeconds.identity, seconds.judge(reading, at: time))
            write(Desaturation.identity, desaturation.judge(reading, at: time))
            write(CompatibleDesaturation.identity, compatible.judge(reading, at: time))
            if let score = warning.judge(spO2: reading, pulse: pulse, at: time) { write(EarlyWarning.identity, score) }
            write(CrossSensor.identity, cross.judge(second % 2 == 0 ? .strap : .oximeter, pulse, at: time))
        }
        write(CompatibleDesaturation.identity, compatible.finish())
    }

    // MARK: Any course

    private mutating func courses() {
        var score = TrendScore()
        var trend = TrendDetector(configuration: .standard(for: .heartRate))
        var ewma = EWMAChart(configuration: .init(targetQ16: 70 << 16, sigmaQ16: 2 << 16))
        var cusum = CUSUMChart(configuration: .init(targetQ16: 70 << 16, slackQ16: 1 << 16, limitQ16: 8 << 16))
        var drift = PageHinkley()
        var level = 70 << 16
        for place in 0..<count {
            level += random.int(-40_000...40_000) + (random.int(0...1_999) == 0 ? random.int(-20...20) << 16 : 0)
            let sample = Int64(min(max(level, 0), 250 << 16))
            let isMissing = random.int(0...299) == 0
            write(TrendScore.identity, score.judge(isMissing ? nil : sample))
            let time = MonotonicTime(microseconds: Int64(place) * 1_000_000)
            let reading: Reading = isMissing ? .absent(.signalLost) : .value(Int32(sample * 100 >> 16))
            if let slot = trend.observe(reading, at: time) { write(TrendDetector.identity, slot) }
            write(EWMAChart.identity, ewma.judge(sample))
            write(CUSUMChart.identity, cusum.judge(sample))
            write(PageHinkley.identity, drift.judge(Double(sample) / 65_536))
        }
    }

    // MARK: Waves

    private mutating func waves() {
        let series = SeriesKernelTable(kernels)
        var discord = Discord(
            configuration: .init(
                windowSamples: 64, historyWindows: 512, minimumHistory: 100, distanceLimitThousandths: 8_000),
            kernels: series)
        var waves = [25, 55, 135].map { PulseWave(configuration: .init(samplingRate: $0), kernels: series) }
        var published = PulseWave(configuration: .init(samplingRate: 64, windows: .published), kernels: series)
        var phase = 0
        for place in 0..<count {
            phase = (phase + 40 + random.int(-3...3)) % 1_000
            // A pulse by halves: up in a fifth of the beat, down in the rest, with noise, steps and holes.
            let shape = phase < 200 ? phase * 5 : 1_000 - (phase - 200) * 5 / 4
            let noise = random.int(-60...60) + (place / 5_000 % 3 == 2 ? random.int(-900...900) : 0)
            let sample: Int32? = random.int(0...2_999) == 0 ? nil : Int32(shape * 20 + noise + place / 1_000 * 37)
            write(Discord.identity, discord.judge(sample))
            for index in waves.indices {
                if let window = waves[index].judge(sample) { write(PulseWave.identity, window) }
            }
            if let window = published.judge(sample) { write(PulseWave.identity, window) }
        }
        for index in waves.indices { if let window = waves[index].finish() { write(PulseWave.identity, window) } }
        if let window = published.finish() { write(PulseWave.identity, window) }
    }
}
