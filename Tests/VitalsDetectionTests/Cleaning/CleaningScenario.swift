import VitalsDetection
import VitalsModel
import VitalsTestKit

/// Made intervals, and helpers to run a cleaning over them.
enum CleaningScenario {
    /// A sinus rhythm around a level, in 1/1024 s: a breathing swing as a triangle, and noise.
    static func sinus(_ count: Int, level: Int = 820, swing: Int = 40, noise: Int = 12, seed: UInt64) -> [UInt16] {
        var random = SplitMix64(seed: seed)
        return (0..<count).map { beat in
            let phase = abs(beat % 14 - 7)
            return UInt16(level + (phase * 2 - 7) * swing / 7 + random.int(-noise...noise))
        }
    }

    /// Anything that fits the field, in stretches: calm, wild, constant, single spikes.
    static func anything(_ count: Int, seed: UInt64) -> [UInt16] {
        var random = SplitMix64(seed: seed)
        var intervals: [UInt16] = []
        while intervals.count < count {
            let level = random.int(300...1_600)
            let spread = [0, 1, 8, 60, 250][random.int(0...4)]
            for _ in 0..<random.int(1...120) {
                let isSpike = random.int(0...19) == 0
                let interval = isSpike ? random.int(1...5_000) : level + random.int(-spread...spread)
                intervals.append(UInt16(max(1, interval)))
            }
        }
        return Array(intervals.prefix(count))
    }

    /// Every output of a stream over the intervals, which ends with a gap.
    static func stream(_ intervals: [UInt16]) -> [RRCleaning.Output] {
        var cleaning = RRCleaning()
        var outputs: [RRCleaning.Output] = []
        var ticks: Int64 = 0
        for interval in intervals {
            ticks += Int64(interval)
            if let output = cleaning.judge(rr: interval, at: time(ticks)) { outputs.append(output) }
        }
        return outputs + cleaning.gap(until: time(ticks))
    }

    /// So many 1/1024 s after the beginning.
    static func time(_ ticks: Int64) -> MonotonicTime {
        MonotonicTime(microseconds: 0) + BeatInterval.span(ticks: ticks)
    }
}
