import VitalsDetection
import VitalsKernels
import VitalsModel

/// Readings and beats of many hours, from a fixed seed, and what each detector takes for one of them.
struct DetectorLoad {
    private let saturations: [Int32]
    private let rates: [Int32]
    private let beats: [UInt16]

    /// So many seconds, with slow swings, steps, some irregular stretches and no gap.
    init(seconds: Int) {
        var state: UInt32 = 1
        func random(_ count: Int) -> Int {
            state = state &* 1_664_525 &+ 1_013_904_223
            return Int(state >> 16) % count
        }
        var (saturation, rate) = (97, 70)
        var saturations: [Int32] = []
        var rates: [Int32] = []
        var beats: [UInt16] = []
        for second in 0..<seconds {
            if random(30) == 0 { saturation = min(max(saturation + random(7) - 3, 85), 100) }
            if random(60) == 0 { rate = min(max(rate + random(11) - 5, 45), 120) }
            saturations.append(Int32(saturation * 100))
            rates.append(Int32((rate + random(3) - 1) * 100))
            let isIrregular = second / 1_000 % 4 == 3
            beats.append(UInt16(61_440 / rate + (isIrregular ? random(400) - 200 : random(40) - 20)))
        }
        (self.saturations, self.rates, self.beats) = (saturations, rates, beats)
    }

    /// Each detector of one reading or beat at a time with its cost, ns.
    func costs() -> [(name: String, nanoseconds: Double)] {
        [
            ("limit", limit()), ("signal state", signalState()), ("rate rules", rateRules()),
            ("atrial fibrillation, one stream", rhythm(words: 127)),
            ("atrial fibrillation, 64 streams", rhythms(words: 127)), ("ectopy", ectopy()), ("RR cleaning", cleaning()),
            ("heart-rate variability", variability()), ("desaturation", desaturation()),
            ("desaturation, compatible", compatible()), ("change", change()), ("trend", trend()),
            ("early warning", earlyWarning()), ("cross sensor", crossSensor()), ("Hampel", hampel(width: 11)),
            ("saturation seconds", saturationSeconds()),
        ]
    }

    func rhythm(words: Int) -> Double {
        var detector = AtrialFibrillation(configuration: AtrialFibrillation.Configuration(words: words))
        return cost(beats) { beat, time in keep(detector.judge(rr: beat, at: time).decision) }
    }

    func rhythms(words: Int) -> Double {
        var batch = AtrialFibrillationBatch(
            streams: 64, configuration: AtrialFibrillation.Configuration(words: words), kernels: .best)
        let steps = (0..<beats.count / 64).map { Array(beats[$0 * 64..<($0 + 1) * 64]) }
        let times = (0..<steps.count).map { step in
            Array(repeating: MonotonicTime(microseconds: Int64(step) * 800_000), count: 64)
        }
        var present = 0
        let found = nanoseconds(operations: steps.count * 64) {
            for step in steps.indices {
                batch.judge(rr: steps[step], at: times[step])
                for stream in 0..<64 where batch.decision(of: stream) == .present { present += 1 }
            }
        }
        keep(present)
        return found["nanoseconds"] as? Double ?? .nan
    }

    func hampel(width: Int) -> Double {
        var filter = HampelFilter(configuration: HampelFilter.Configuration(width: width))
        return cost(rates) { rate, _ in keep(filter.judge(rate).decision) }
    }

    func discord(window: Int, history: Int) -> Double {
        var series = DiscordSeries(window: window, history: history, kernels: .best)
        return cost(Array(rates.prefix(3 * history + 2_000))) { rate, _ in keep(series.append(Int(rate))) }
    }

    private func limit() -> Double {
        var detector = LimitDetector(
            configuration: LimitDetector.Configuration(
                quantity: .spO2, side: .below, limit: 90_00, delay: .seconds(15)))
        return cost(saturations) { value, time in keep(detector.judge(.value(value), at: time).transition) }
    }

    private func saturationSeconds() -> Double {
        var detector = SaturationSeconds()
        return cost(saturations) { value, time in keep(detector.judge(.value(value), at: time).refusal) }
    }

    private func signalState() -> Double {
        var detector = SignalState()
        return cost(beats) { beat, time in
            keep(detector.receive(SignalNotification(time: time, value: 70_00, rrIntervals: [beat])).refusal)
        }
    }

    private func rateRules() -> Double {
        var detector = RateRules()
        return cost(beats) { beat, time in
            keep(detector.judge(SignalNotification(time: time, value: 70_00, rrIntervals: [beat])).refusal)
        }
    }

    private func ectopy() -> Double {
        var detector = Ectopy()
        return cost(beats) { beat, time in keep(detector.judge(rr: beat, at: time)?.isMalikEctopic) }
    }

    private func cleaning() -> Double {
        var detector = RRCleaning()
        return cost(beats) { beat, time in keep(detector.judge(rr: beat, at: time)?.rr) }
    }

    private func variability() -> Double {
        var detector = HeartRateVariability()
        return cost(beats) { beat, time in keep(detector.judge(rr: beat, at: time)?.refusal) }
    }

    private func desaturation() -> Double {
        var detector = Desaturation()
        return cost(saturations) { value, time in keep(detector.judge(.value(value), at: time).refusal) }
    }

    private func compatible() -> Double {
        var detector = CompatibleDesaturation()
        return cost(saturations) { value, time in keep(detector.judge(.value(value), at: time).settled.count) }
    }

    private func change() -> Double {
        var detector = ChangeDetector(configuration: .standard(for: .heartRate))
        var batch = WindowBatch(kernels: .best)
        var windows: [JudgedWindow] = []
        return cost(rates) { rate, time in
            detector.observe(.value(rate), at: time, stream: 0, into: &batch)
            if batch.isFull {
                batch.judge(into: &windows)
                windows.removeAll(keepingCapacity: true)
            }
        }
    }

    private func trend() -> Double {
        var detector = TrendDetector(configuration: .standard(for: .heartRate))
        return cost(rates) { rate, time in keep(detector.observe(.value(rate), at: time)?.refusal) }
    }

    private func earlyWarning() -> Double {
        var detector = EarlyWarning()
        return cost(saturations) { value, time in
            keep(detector.judge(spO2: .value(value), pulse: .value(70_00), at: time)?.refusal)
        }
    }

    private func crossSensor() -> Double {
        var detector = CrossSensor()
        return cost(rates) { rate, time in
            keep(detector.judge(.strap, .value(rate), at: time).refusal)
            keep(detector.judge(.oximeter, .value(rate + 3_00), at: time).refusal)
        }
    }

    /// ns for each of so many values, a second apart.
    private func cost<Value>(_ values: [Value], _ work: (Value, MonotonicTime) -> Void) -> Double {
        let found = nanoseconds(operations: values.count) {
            for (second, value) in values.enumerated() {
                work(value, MonotonicTime(microseconds: Int64(second) * 1_000_000))
            }
        }
        return found["nanoseconds"] as? Double ?? .nan
    }
}
