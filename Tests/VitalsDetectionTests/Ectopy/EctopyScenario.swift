import VitalsDetection
import VitalsModel

/// Plays intervals to an ectopy detector.
enum EctopyScenario {
    /// One output a beat, the last by a gap.
    static func play(_ intervals: [UInt16], _ configuration: Ectopy.Configuration = .init()) -> [Ectopy.Output] {
        var detector = Ectopy(configuration: configuration)
        return play(intervals, &detector)
    }

    static func play(_ intervals: [UInt16], _ detector: inout Ectopy) -> [Ectopy.Output] {
        var outputs: [Ectopy.Output] = []
        var ticks: Int64 = 0
        for interval in intervals {
            ticks += Int64(interval)
            if let output = detector.judge(rr: interval, at: CleaningScenario.time(ticks)) { outputs.append(output) }
        }
        if let output = detector.gap(until: CleaningScenario.time(ticks)) { outputs.append(output) }
        return outputs
    }

    /// A sinus rhythm in which every so many beats one is premature and its pause makes up for it.
    static func rhythm(_ count: Int, everyNth period: Int, from start: Int, seed: UInt64) -> [UInt16] {
        var intervals = CleaningScenario.sinus(count, swing: 20, noise: 8, seed: seed)
        for beat in stride(from: start, to: count - 1, by: period) {
            let early = intervals[beat] / 3
            intervals[beat] -= early
            intervals[beat + 1] += early
        }
        return intervals
    }

    /// The 20 % rule as hrv-analysis walks through a list: it looks at the next interval, and after one that it threw out
    /// it takes the next without a look.
    static func malik(_ intervals: [UInt16]) -> [Bool] {
        var isThrownOut = [Bool](repeating: false, count: intervals.count)
        var index = 0
        while index + 1 < intervals.count {
            let own = Double(intervals[index])
            if !(abs(own - Double(intervals[index + 1])) <= 0.2 * own) {
                isThrownOut[index + 1] = true
                index += 1
            }
            index += 1
        }
        return isThrownOut
    }
}
