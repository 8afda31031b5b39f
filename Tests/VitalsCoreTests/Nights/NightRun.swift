import VitalsCore
import VitalsJSON
import VitalsKernels
import VitalsModel
import VitalsSimulator

/// A night through the simulator and the whole engine, as a gateway would live through it.
enum NightRun {
    /// Plays the night of a seed into the score.
    static func play(seed: UInt64, hours: Int64, into score: inout NightScore) throws {
        let scenario = NightScenario(seed: seed, hours: hours).scenario
        var engine = Engine(
            configuration: EngineConfiguration(), digest: "nights", version: "0", kernels: .best)
        var effects: [Effect] = []
        var truth = NightTruth()
        var alarms: [NightScore.Alarm] = []
        var last = Stamp(monotonic: MonotonicTime(microseconds: 0), wall: scenario.start, isSynchronised: true)
        engine.handle(.start(last), into: &effects)
        for output in try Simulator(scenario, includesBeats: true) {
            switch output {
            case .event(let event):
                last = event.stamp
                engine.handle(.sensor(event), into: &effects)
                collect(&effects, into: &alarms)
            case .truth(let event) where event.sensor == NightScenario.strap: truth.take(event)
            case .truth: break
            }
        }
        engine.handle(.stop(last), into: &effects)
        collect(&effects, into: &alarms)
        truth.close(at: hours * 3_600_000_000)
        score.add(truth, alarms, seed: seed, hours: hours)
    }

    private static func collect(_ effects: inout [Effect], into alarms: inout [NightScore.Alarm]) {
        for effect in effects {
            guard case .append(let record) = effect, record.kind == .alarm,
                let condition = AlarmCondition(rawValue: record.subject),
                let state = try? JSONParser.parse(record.body)["state"]?.string
            else { continue }
            let time = record.stamp.monotonic.microseconds
            if state == "raised" {
                alarms.append(NightScore.Alarm(condition: condition, time: time))
            } else if let index = alarms.lastIndex(where: { $0.condition == condition && $0.end == .max }) {
                alarms[index].end = time
            }
        }
        effects.removeAll(keepingCapacity: true)
    }
}
