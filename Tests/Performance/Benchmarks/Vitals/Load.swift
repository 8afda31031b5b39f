import VitalsCapture
import VitalsModel
import VitalsSimulator

/// Input for benchmarks, from the simulator with a fixed seed: the same on every machine.
enum Load {
    /// The seed of every load; it stands in the report.
    static let seed: UInt64 = 1

    /// `sensors` sensors that send both characteristics at 1 Hz, for so many seconds.
    static func events(sensors: Int64, seconds: Int64) -> [SensorEvent] {
        var sensor = SensorSpecification(address: SensorAddress(rawValue: 0xC000_0001_0000), kind: .both)
        sensor.copies = sensors
        return events(Scenario(duration: ScenarioSpan(milliseconds: seconds * 1_000), sensors: [sensor]))
    }

    /// Eight hours of five sensors: two straps, an oximeter, and one that is both, twice.
    static func night() -> [SensorEvent] {
        let kinds: [SensorKind] = [.strap, .strap, .oximeter, .both, .both]
        let sensors = kinds.enumerated().map { index, kind in
            SensorSpecification(address: SensorAddress(rawValue: 0xC000_0000_0001 + UInt64(index)), kind: kind)
        }
        return events(Scenario(duration: ScenarioSpan(milliseconds: 8 * 3_600_000), sensors: sensors))
    }

    /// Events as a JSON Lines capture.
    static func jsonLines(_ events: [SensorEvent]) -> [UInt8] {
        do {
            var writer = try CaptureWriter(start: WallTime(microseconds: 1_795_246_200_000_000))
            for event in events { try writer.write(event) }
            return writer.takeBytes()
        } catch {
            fatalError("the load cannot be written: \(error)")
        }
    }

    private static func events(_ scenario: Scenario) -> [SensorEvent] {
        do {
            var simulator = try Simulator(scenario, seed: seed)
            var events: [SensorEvent] = []
            while let event = simulator.nextEvent() { events.append(event) }
            return events
        } catch {
            fatalError("the load's scenario is not valid: \(error)")
        }
    }
}
