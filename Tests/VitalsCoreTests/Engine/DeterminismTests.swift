import Testing
import VitalsCore
import VitalsJSON
import VitalsKernels
import VitalsModel
import VitalsTestKit

@Suite("The same inputs give the same bytes")
struct DeterminismTests {
    /// A night in small: six sensors at 1 Hz with levels that change, so that the change detector has work.
    static let inputs: [EngineInput] = {
        var random = SplitMix64(seed: 77)
        var inputs: [EngineInput] = [.start(.at(0))]
        for second in 0..<220 {
            for sensor in 1...6 {
                let stamp = Stamp.at(second * 1_000 + sensor * 37)
                let rate = UInt8((second / 100 % 2 == 0 ? 70 : 95) + random.int(-1...1))
                let rr = UInt16(61_440 / Int(rate) + random.int(-40...40))
                let value = SensorEvent.Kind.value(
                    sensor: .test(sensor), characteristic: .heartRateMeasurement,
                    bytes: Packet.heartRate(rate, rr: [rr]))
                inputs.append(.sensor(SensorEvent(stamp: stamp, kind: value)))
            }
        }
        return inputs + [.stop(.at(220_000))]
    }()

    @Test("Two engines, and an engine and its copy")
    func twice() {
        let first = EngineRun(Self.inputs, tracing: .all)
        #expect(first.effects == EngineRun(Self.inputs, tracing: .all).effects)
        var half = EngineRun(tracing: .all)
        for input in Self.inputs.prefix(600) { half.handle(input) }
        var other = half
        for input in Self.inputs.dropFirst(600) { half.handle(input) }
        for input in Self.inputs.dropFirst(600) { other.handle(input) }
        #expect(half.effects == first.effects)
        #expect(other.effects == first.effects)
    }

    @Test("Every level of kernels")
    func kernels() throws {
        let scalar = EngineRun(Self.inputs, kernels: try KernelTable(.scalar), tracing: .all)
        #expect(scalar.records(.finding, "change").count >= 6)
        for level in KernelLevel.supported where level != .scalar {
            let run = EngineRun(Self.inputs, kernels: try KernelTable(level), tracing: .all)
            #expect(run.effects == scalar.effects, "\(level)")
        }
    }

    @Test("Tracing adds evaluations and changes no record")
    func tracing() throws {
        let plain = EngineRun(Self.inputs)
        let traced = EngineRun(Self.inputs, tracing: .all)
        #expect(plain.records == traced.records)
        #expect(plain.logs == traced.logs)
        #expect(plain.traces.isEmpty)
        // The signal, two limits, the rate rules and the rhythm of each packet's one interval.
        let names = ["signal-state", "limit", "rate-rules", "atrial-fibrillation"].map { "\"detector\":\"\($0)\"" }
        let perPacket = traced.traces.filter { trace in
            names.contains { String(decoding: trace, as: UTF8.self).contains($0) }
        }
        #expect(perPacket.count == 220 * 6 * 5)
        for trace in traced.traces { _ = try JSONParser.parse(trace) }
    }

    @Test("Every record reads as a line of JSON with sorted members")
    func lines() throws {
        for record in EngineRun(EventMaker(seed: 5, count: 2_000).inputs).records {
            try RecordLine.check(record)
            guard let json = record.json, case .object(let members) = json else { continue }
            let names = members.map(\.name)
            #expect(names == names.sorted(), "\(record.kind) \(names)")
        }
    }
}
