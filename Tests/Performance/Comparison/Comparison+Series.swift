import VitalsDetection
import VitalsKernels
import VitalsModel

extension Comparison {
    /// `hampel FILE [OUTPUT]`: one series (int32); 1 where the value in the middle of eleven stands out.
    static func hampel(_ arguments: Arguments) throws -> [String: Any] {
        let samples = try arguments.file(0, of: Int32.self)
        var filter = HampelFilter()
        var found = [UInt8](repeating: 0, count: samples.count)
        let answer = nanoseconds(operations: samples.count) {
            for (place, sample) in samples.enumerated() where filter.judge(sample).decision == .outlier {
                found[place - 5] = 1
            }
        }
        try arguments.write(found, to: 1)
        return answer
    }

    /// `discord FILE WINDOW FIRST LEVEL [OUTPUT]`: the left matrix profile of a series (int32), a sample at a time; only
    /// the samples from FIRST on are timed. The output is the nearest earlier window of each window, -1 without one.
    static func discord(_ arguments: Arguments) throws -> [String: Any] {
        let samples = try arguments.file(0, of: Int32.self)
        let (window, first) = (try arguments.number(1), try arguments.number(2))
        let kernels = SeriesKernelTable(try KernelTable(KernelLevel(named: arguments[3])))
        var series = DiscordSeries(window: window, history: samples.count, kernels: kernels)
        var neighbours: [Int64] = []
        neighbours.reserveCapacity(samples.count)
        func take(_ sample: Int32) {
            let neighbour = series.append(Int(sample))
            if series.isWhole { neighbours.append(neighbour.map { Int64(series.count - window - $0.lag) } ?? -1) }
        }
        for sample in samples.prefix(first) { take(sample) }
        let answer = nanoseconds(operations: samples.count - first) {
            for sample in samples.dropFirst(first) { take(sample) }
        }
        try arguments.write(neighbours, to: 4)
        return answer
    }

    /// `pulse FILE RATE`: a pulse wave (int32), a sample at a time: peaks and quality of each window.
    static func pulse(_ arguments: Arguments) throws -> [String: Any] {
        let samples = try arguments.file(0, of: Int32.self)
        let configuration = PulseWave.Configuration(samplingRate: try arguments.number(1), windows: .published)
        var detector = PulseWave(configuration: configuration, kernels: .best)
        var windows = 0
        var answer = nanoseconds(operations: samples.count) {
            for sample in samples where detector.judge(sample) != nil { windows += 1 }
        }
        answer["windows"] = windows
        return answer
    }

    /// `desaturation FILE [OUTPUT]`: a night of saturations (int32, hundredths), one a second, by the definition of pobm.
    static func desaturation(_ arguments: Arguments) throws -> [String: Any] {
        let samples = try arguments.file(0, of: Int32.self)
        var detector = CompatibleDesaturation()
        var events: [Int64] = []
        let answer = nanoseconds(operations: samples.count) {
            for (second, sample) in samples.enumerated() {
                let time = MonotonicTime(microseconds: Int64(second) * 1_000_000)
                for event in detector.judge(.value(sample), at: time).settled {
                    events += [Int64(event.begin), Int64(event.end)]
                }
            }
            for event in detector.finish().settled { events += [Int64(event.begin), Int64(event.end)] }
        }
        try arguments.write(events, to: 1)
        return answer
    }

    /// `page-hinkley FILE [OUTPUT]`: one series (float64); 1 where the chart signals.
    static func pageHinkley(_ arguments: Arguments) throws -> [String: Any] {
        let samples = try arguments.file(0, of: Double.self)
        var chart = PageHinkley()
        var found = [UInt8](repeating: 0, count: samples.count)
        let answer = nanoseconds(operations: samples.count) {
            for (place, sample) in samples.enumerated() where chart.judge(sample).isDrift { found[place] = 1 }
        }
        try arguments.write(found, to: 1)
        return answer
    }
}
