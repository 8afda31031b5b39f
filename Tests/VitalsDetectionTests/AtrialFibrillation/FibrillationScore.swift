import VitalsDetection
import VitalsTestKit

/// Figures of a rhythm detector against labels, as the literature counts them.
struct FibrillationScore: CustomStringConvertible {
    /// Beats by label and decision.
    struct Beats: CustomStringConvertible {
        var truePositive = 0
        var trueNegative = 0
        var falsePositive = 0
        var falseNegative = 0

        var sensitivity: Double { percent(truePositive, falseNegative) }
        var specificity: Double { percent(trueNegative, falsePositive) }
        var predictivity: Double { percent(truePositive, falsePositive) }
        var accuracy: Double { percent(truePositive + trueNegative, falsePositive + falseNegative) }

        mutating func add(_ label: Bool, _ decision: Bool) {
            switch (label, decision) {
            case (true, true): truePositive += 1
            case (true, false): falseNegative += 1
            case (false, true): falsePositive += 1
            case (false, false): trueNegative += 1
            }
        }

        static func + (left: Self, right: Self) -> Self {
            Beats(
                truePositive: left.truePositive + right.truePositive,
                trueNegative: left.trueNegative + right.trueNegative,
                falsePositive: left.falsePositive + right.falsePositive,
                falseNegative: left.falseNegative + right.falseNegative)
        }

        private func percent(_ good: Int, _ bad: Int) -> Double {
            good + bad == 0 ? .nan : 100 * Double(good) / Double(good + bad)
        }

        var description: String {
            "Se \(rounded(sensitivity)) Sp \(rounded(specificity)) PPV \(rounded(predictivity)) "
                + "Acc \(rounded(accuracy))"
        }
    }

    /// Episodes, causal: raised after 30 s, matched from onset to 120 s after the end.
    struct Episodes: CustomStringConvertible {
        /// From the onset to the alarm, s; 0 where one already stood, as when episodes follow each other closely.
        var latencies: [Double] = []
        /// The same without those.
        var raisedLatencies: [Double] = []
        var falseAlarms = 0
        var hoursWithout = 0.0
        private var found: [Int: Int] = [:]
        private var all: [Int: Int] = [:]

        /// - Parameter latency: negative where an alarm stood before the onset, nil where none came.
        mutating func add(length: Double, latency: Double?) {
            for bound in [30, 120] where length >= Double(bound) {
                all[bound, default: 0] += 1
                if latency != nil { found[bound, default: 0] += 1 }
            }
            guard let latency, length >= 30 else { return }
            latencies.append(max(0, latency))
            if latency >= 0 { raisedLatencies.append(latency) }
        }

        static func + (left: Self, right: Self) -> Self {
            var sum = left
            sum.latencies += right.latencies
            sum.raisedLatencies += right.raisedLatencies
            sum.falseAlarms += right.falseAlarms
            sum.hoursWithout += right.hoursWithout
            sum.found.merge(right.found, uniquingKeysWith: +)
            sum.all.merge(right.all, uniquingKeysWith: +)
            return sum
        }

        var medianLatency: Double { Self.median(latencies) }
        var medianRaisedLatency: Double { Self.median(raisedLatencies) }
        var falseAlarmsPerHour: Double { Double(falseAlarms) / hoursWithout }

        private static func median(_ values: [Double]) -> Double {
            values.isEmpty ? .nan : values.sorted()[values.count / 2]
        }

        func sensitivity(of bound: Int) -> Double {
            100 * Double(found[bound, default: 0]) / Double(max(1, all[bound, default: 0]))
        }

        var description: String {
            "episodes >= 120 s \(rounded(sensitivity(of: 120))) % of \(all[120, default: 0]), >= 30 s "
                + "\(rounded(sensitivity(of: 30))) % of \(all[30, default: 0]), "
                + "median latency \(rounded(medianLatency)) s, "
                + "where an alarm was raised \(rounded(medianRaisedLatency)) s, "
                + "\(falseAlarms) false alarms, \(rounded(falseAlarmsPerHour))/h in \(rounded(hoursWithout)) h"
        }
    }

    var beats = 0
    /// The detector's decision about the middle of its window, over the beats that have one.
    var centred = Beats()
    /// The same for the entropy alone.
    var published = Beats()
    /// The decision about the newest beat.
    var causal = Beats()
    var episodes = Episodes()

    /// Adds a recording with an output for each beat, nil in a gap.
    mutating func add(_ recording: Recording, _ outputs: [AtrialFibrillation.Output?], delay: Int) {
        let labels = recording.isFibrillation
        beats += labels.count
        var decisions: [Bool?] = []
        decisions.reserveCapacity(labels.count)
        for index in labels.indices {
            guard let output = outputs[index], output.refusal == nil else {
                decisions.append(nil)
                continue
            }
            let isPresent = output.decision == .present
            decisions.append(isPresent)
            causal.add(labels[index], isPresent)
            guard index >= delay else { continue }
            centred.add(labels[index - delay], output.centred == .present)
            published.add(labels[index - delay], output.isIrregular)
        }
        addEpisodes(recording, decisions)
    }

    static func + (left: Self, right: Self) -> Self {
        var sum = left
        sum.beats += right.beats
        sum.centred = left.centred + right.centred
        sum.published = left.published + right.published
        sum.causal = left.causal + right.causal
        sum.episodes = left.episodes + right.episodes
        return sum
    }

    private mutating func addEpisodes(_ recording: Recording, _ decisions: [Bool?]) {
        let seconds = recording.times.map { Double($0) / 1e6 }
        let labelled = Self.runs(recording.isFibrillation, seconds)
        var alarms: [(raised: Double, from: Double, to: Double)] = []
        for run in Self.runs(decisions.map { $0 == true }, seconds) where run.to - run.from >= 30 {
            if let last = alarms.last, run.from - last.to < 60 {
                alarms[alarms.count - 1].to = run.to
            } else {
                alarms.append((run.from + 30, run.from, run.to))
            }
        }
        for episode in labelled {
            let match = alarms.first { $0.raised <= episode.to + 120 && $0.to >= episode.from }
            episodes.add(length: episode.to - episode.from, latency: match.map { $0.raised - episode.from })
        }
        episodes.falseAlarms += alarms.count { alarm in
            !labelled.contains { alarm.from <= $0.to + 120 && alarm.to >= $0.from - 120 }
        }
        let length = (seconds.last ?? 0) - (seconds.first ?? 0)
        episodes.hoursWithout += (length - labelled.reduce(0) { $0 + $1.to - $1.from }) / 3_600
    }

    private static func runs(_ flags: [Bool], _ seconds: [Double]) -> [(from: Double, to: Double)] {
        var runs: [(from: Double, to: Double)] = []
        var start: Int?
        for index in flags.indices {
            if flags[index] {
                if start == nil { start = index }
            } else if let first = start {
                runs.append((seconds[first], seconds[index - 1]))
                start = nil
            }
        }
        if let first = start, let last = seconds.last { runs.append((seconds[first], last)) }
        return runs
    }

    var description: String {
        """
        \(beats) beats
          centred            \(centred)
          centred, paper's   \(published)
          causal             \(causal)
          \(episodes)
        """
    }
}

/// Three decimals, without a formatter.
private func rounded(_ value: Double) -> String {
    guard value.isFinite else { return "-" }
    let thousandths = Int((value * 1_000).rounded())
    let fraction = String(thousandths % 1_000 + 1_000).dropFirst()
    return "\(thousandths / 1_000).\(fraction)"
}
