import VitalsCore
import VitalsJSON
import VitalsModel
import VitalsSimulator

/// How the alarms of nights compare with what was true.
struct NightScore {
    /// Counts of one condition.
    struct Count {
        /// True events that nothing stood before.
        var visible = 0
        /// Those of them that were alarmed.
        var found = 0
        /// True events under a fault.
        var disturbed = 0
        /// Those of them that were alarmed.
        var disturbedFound = 0
        /// Alarms.
        var alarms = 0
        /// Alarms without a true event.
        var unfounded = 0
    }

    private(set) var pause = Count()
    private(set) var asystole = Count()
    private(set) var bradycardia = Count()
    /// Alarms of the limits on heart rate and pulse rate below 40 bpm, and those without a heart rate below 45 in the
    /// minute before: what the sensor itself claimed, for which the rules above do not answer.
    private(set) var lowRate = Count()
    private(set) var nights = 0
    private(set) var hours: Int64 = 0
    private(set) var beats = 0
    private(set) var faults: [String: Int] = [:]
    /// The first nights with an unfounded or a missed alarm, to look at.
    private(set) var remarks: [String] = []

    /// A raised alarm.
    struct Alarm {
        let condition: AlarmCondition
        let time: Int64
        var end = Int64.max
    }

    mutating func add(_ truth: NightTruth, _ alarms: [Alarm], seed: UInt64, hours length: Int64) {
        nights += 1
        hours += length
        beats += truth.beats
        for (kind, count) in truth.faults { faults[kind.rawValue, default: 0] += count }
        scorePauses(truth, alarms, seed)
        scoreAsystole(truth, alarms, seed)
        scoreBradycardia(truth, alarms, seed)
        for alarm in alarms where [.heartRateLow, .pulseRateLow].contains(alarm.condition) {
            lowRate.alarms += 1
            if !truth.isSlow(in: (alarm.time - 60_000_000)...alarm.time) { lowRate.unfounded += 1 }
        }
    }

    private mutating func scorePauses(_ truth: NightTruth, _ alarms: [Alarm], _ seed: UInt64) {
        let own = alarms.filter { $0.condition == .pause }
        for pause in truth.pauses {
            // The alarm of an earlier pause may stand: it says that there are pauses.
            let end = pause.stretch.upperBound
            let isFound = own.contains { $0.time <= end + Self.latency && $0.end > end }
            pause.isUndisturbed ? (self.pause.visible += 1) : (self.pause.disturbed += 1)
            if isFound { pause.isUndisturbed ? (self.pause.found += 1) : (self.pause.disturbedFound += 1) }
            if pause.isUndisturbed, !isFound { remark("pause missed", seed, end) }
        }
        self.pause.alarms += own.count
        for alarm in own where !truth.pauses.contains(where: { Self.follows(alarm, $0.stretch.upperBound) }) {
            self.pause.unfounded += 1
            remark("pause unfounded", seed, alarm.time)
        }
    }

    private mutating func scoreAsystole(_ truth: NightTruth, _ alarms: [Alarm], _ seed: UInt64) {
        let own = alarms.filter { $0.condition == .asystole }
        let events = truth.pauses.filter { $0.ticks >= 4_096 }
        for event in events {
            let isFound = own.contains {
                $0.time >= event.stretch.lowerBound && $0.time <= event.stretch.upperBound + Self.latency
            }
            event.isUndisturbed ? (asystole.visible += 1) : (asystole.disturbed += 1)
            if isFound { event.isUndisturbed ? (asystole.found += 1) : (asystole.disturbedFound += 1) }
            if event.isUndisturbed, !isFound { remark("asystole missed", seed, event.stretch.upperBound) }
        }
        asystole.alarms += own.count
        for alarm in own {
            // A pause just below 4 s that a missed beat or a lost report made longer is a true event too.
            let isTrue = truth.pauses.contains {
                alarm.time >= $0.stretch.lowerBound + 3_000_000 && alarm.time <= $0.stretch.upperBound + Self.latency
            }
            if !isTrue {
                asystole.unfounded += 1
                remark("asystole unfounded", seed, alarm.time)
            }
        }
    }

    private mutating func scoreBradycardia(_ truth: NightTruth, _ alarms: [Alarm], _ seed: UInt64) {
        let own = alarms.filter { $0.condition == .extremeBradycardia }
        // A run of fewer beats lies at the limit; whether its five stand in one window is chance.
        for run in truth.slowRuns where run.beats >= 10 {
            let isFound = own.contains {
                $0.time <= run.stretch.upperBound + Self.latency && $0.end >= run.stretch.lowerBound
            }
            run.isUndisturbed ? (bradycardia.visible += 1) : (bradycardia.disturbed += 1)
            if isFound { run.isUndisturbed ? (bradycardia.found += 1) : (bradycardia.disturbedFound += 1) }
            if run.isUndisturbed, !isFound { remark("bradycardia missed", seed, run.stretch.upperBound) }
        }
        bradycardia.alarms += own.count
        for alarm in own where !truth.isSlow(in: (alarm.time - Self.memory)...alarm.time) {
            bradycardia.unfounded += 1
            remark("bradycardia unfounded", seed, alarm.time)
        }
    }

    private static func follows(_ alarm: Alarm, _ end: Int64) -> Bool {
        (end...(end + latency)).contains(alarm.time)
    }

    /// From a beat to the packet that tells it: the period of the measurements, the radio and two lost packets.
    private static let latency: Int64 = 6_000_000
    /// The five intervals of a mean may have gaps between them.
    private static let memory: Int64 = 20_000_000
    private static let remarksMax = 40

    private mutating func remark(_ what: String, _ seed: UInt64, _ time: Int64) {
        guard remarks.count < Self.remarksMax else { return }
        remarks.append("\(what): night \(seed) at \(time / 1_000) ms")
    }
}

extension NightScore {
    private var rows: [(name: String, count: Count)] {
        [("pause", pause), ("asystole", asystole), ("extreme-bradycardia", bradycardia), ("low-rate-limits", lowRate)]
    }

    /// A table for people.
    var table: String {
        var lines = ["\(nights) nights, \(hours) h, \(beats) beats; faults: \(faultText)"]
        lines.append("condition             visible  found  disturbed  found  alarms  unfounded")
        for (name, count) in rows {
            let numbers = [
                count.visible, count.found, count.disturbed, count.disturbedFound, count.alarms, count.unfounded,
            ]
            lines.append(Self.padded(name, 20) + numbers.map { Self.padded("\($0)", -9) }.joined())
        }
        return (lines + remarks).joined(separator: "\n")
    }

    /// One JSON object for the report.
    var json: [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.member("beats", Int64(beats))
            json.name("conditions")
            json.object { json in
                for (name, count) in rows.sorted(by: { $0.name < $1.name }) {
                    json.name(name)
                    json.object { json in
                        json.member("alarms", Int64(count.alarms))
                        json.member("disturbed", Int64(count.disturbed))
                        json.member("disturbedFound", Int64(count.disturbedFound))
                        json.member("found", Int64(count.found))
                        json.member("unfounded", Int64(count.unfounded))
                        json.member("visible", Int64(count.visible))
                    }
                }
            }
            json.name("faults")
            json.object { json in
                for (name, count) in faults.sorted(by: { $0.key < $1.key }) { json.member(name, Int64(count)) }
            }
            json.member("hours", hours)
            json.member("nights", Int64(nights))
            json.name("remarks")
            json.array { json in for remark in remarks { json.value(remark) } }
        }
        return json.bytes
    }

    private var faultText: String {
        faults.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
    }

    /// Filled up with spaces on the right, or on the left for a negative width.
    private static func padded(_ text: String, _ width: Int) -> String {
        let fill = String(repeating: " ", count: max(0, abs(width) - text.count))
        return width < 0 ? fill + text : text + fill
    }
}
