import Benchmark
import VitalsCapture
import VitalsCore
import VitalsKernels
import VitalsModel

/// One event through the engine, with its share of windows, blocks and records; and a night with its record lines.
func engineBenchmarks() {
    for (sensors, seconds) in [(Int64(1), Int64(7_200)), (1_000, 150)] {
        let name = "engine, event of \(sensors) sensor\(sensors == 1 ? "" : "s")"
        Benchmark(name) { benchmark, load in
            for _ in benchmark.scaledIterations { load.step() }
        } setup: {
            EngineLoad(Load.events(sensors: sensors, seconds: seconds))
        }
    }
    Benchmark("engine, a night of 5 sensors", configuration: whole) { _, events in
        var engine = EngineLoad.engine()
        var effects: [Effect] = []
        for event in events {
            engine.handle(.sensor(event), into: &effects)
            effects.removeAll(keepingCapacity: true)
        }
        blackHole(engine.nextSequence)
    } setup: {
        Load.night()
    }
}

/// An engine in the middle of its events. At their end a new one begins, so that time never runs back.
private final class EngineLoad {
    private let events: [SensorEvent]
    private var engine = EngineLoad.engine()
    private var effects: [Effect] = []
    private var next = 0

    init(_ events: [SensorEvent]) { self.events = events }

    func step() {
        if next == events.count {
            engine = Self.engine()
            next = 0
        }
        engine.handle(.sensor(events[next]), into: &effects)
        next += 1
        blackHole(effects.count)
        effects.removeAll(keepingCapacity: true)
    }

    static func engine() -> Engine {
        Engine(configuration: EngineConfiguration(), digest: "", version: "0", kernels: .best)
    }
}
