import VitalsCapture
import VitalsCore
import VitalsDetection
import VitalsKernels
import VitalsModel
import VitalsSimulator

extension Comparison {
    /// `detectors`: what each detector costs a sample, ns; without the two on waveforms, which have commands of their own.
    static func detectors(_ arguments: Arguments) -> [String: Any] {
        let load = DetectorLoad(seconds: 100_000)
        return Dictionary(uniqueKeysWithValues: load.costs().map { ($0.name, $0.nanoseconds) })
    }

    /// `sensors COUNT`: an engine with so many sensors that send both characteristics once a second; ns an event, with
    /// its share of windows, blocks and records. It runs until every window has been full for a while.
    static func sensors(_ arguments: Arguments) throws -> [String: Any] {
        let count = try arguments.number(0)
        var sensor = SensorSpecification(address: SensorAddress(rawValue: 0xC000_0001_0000), kind: .both)
        sensor.copies = Int64(count)
        // The windows of the change detectors are full after 96 s.
        let warmUp = 2 * 110 * count
        let scenario = Scenario(
            duration: ScenarioSpan(milliseconds: count >= 10_000 ? 130_000 : 200_000), sensors: [sensor])
        var simulator = try Simulator(scenario, seed: 1)
        var engine = Engine(configuration: EngineConfiguration(), digest: "", version: "0", kernels: .best)
        var effects: [Effect] = []
        var events: [SensorEvent] = []
        for _ in 0..<warmUp {
            guard let event = simulator.nextEvent() else { break }
            engine.handle(.sensor(event), into: &effects)
            effects.removeAll(keepingCapacity: true)
        }
        while let event = simulator.nextEvent(), events.count < 200_000 { events.append(event) }
        guard !events.isEmpty else { throw Failure("no events are left to be timed") }
        return nanoseconds(operations: events.count) {
            for event in events {
                engine.handle(.sensor(event), into: &effects)
                effects.removeAll(keepingCapacity: true)
            }
        }
    }

    /// `lengths`: ns a sample of the detectors whose window can be longer or shorter, by its length.
    static func lengths(_ arguments: Arguments) throws -> [String: Any] {
        let load = DetectorLoad(seconds: 40_000)
        var found: [String: Any] = [:]
        for words in [16, 32, 64, 127, 255] {
            found["atrial fibrillation, \(words) words"] = load.rhythm(words: words)
            found["atrial fibrillation, 64 streams, \(words) words"] = load.rhythms(words: words)
        }
        for width in [3, 11, 31, 101] { found["Hampel, \(width) beats"] = load.hampel(width: width) }
        for history in [256, 1_024, 4_096] {
            found["discord of 64 samples, \(history) windows"] = load.discord(window: 64, history: history)
        }
        for window in [16, 256] {
            found["discord of \(window) samples, 1024 windows"] = load.discord(window: window, history: 1_024)
        }
        return found
    }
}
