import Foundation
import Testing
import VitalsCore
import VitalsModel

/// What must hold whatever the sensors send and whenever the engine is called.
@Suite("The engine keeps everything once")
struct ConservationTests {
    /// Seeds of a test: a few, or as many as `VITALS_ENGINE_SEEDS` says (thousands for a release).
    static let seeds: [UInt64] = Array(
        1...(ProcessInfo.processInfo.environment["VITALS_ENGINE_SEEDS"].flatMap { UInt64($0) } ?? 6))

    @Test("Samples out are samples in, in order, none lost and none double, for any pattern of ticks", arguments: seeds)
    func samples(seed: UInt64) throws {
        let made = EventMaker(seed: seed, count: 700)
        for inputs in [made.inputs, made.inputsWithTicks(seed: seed)] {
            let run = EngineRun(inputs)
            for sensor in 1...3 {
                #expect(try run.heartRates(of: sensor) == made.heartRates[sensor] ?? [])
                #expect(try run.oximetries(of: sensor) == made.oximetries[sensor] ?? [])
                #expect(try run.spotChecks(of: sensor) == made.spotChecks[sensor] ?? [])
            }
            #expect(run.records(.malformed).count == made.malformedCount)
        }
    }

    @Test("Ticks change no byte: the same events give the same records with and without them", arguments: seeds)
    func ticks(seed: UInt64) {
        let made = EventMaker(seed: seed, count: 700)
        let plain = EngineRun(made.inputs, tracing: .all)
        let ticked = EngineRun(made.inputsWithTicks(seed: seed &+ 1), tracing: .all)
        #expect(plain.effects == ticked.effects)
        #expect(plain.records.count > 100)
    }

    @Test("Sequences are dense from the first one on", arguments: [1, 4_000_000_000])
    func sequences(first: UInt64) {
        var run = EngineRun(nextSequence: first)
        for input in EventMaker(seed: 3, count: 600).inputs { run.handle(input) }
        #expect(run.records.map(\.sequence) == (0..<UInt64(run.records.count)).map { first + $0 })
        #expect(run.engine.nextSequence == first + UInt64(run.records.count))
    }

    @Test("Every alarm is raised before it is cleared, and never twice in between (lesson 43)", arguments: seeds)
    func pairs(seed: UInt64) {
        let run = EngineRun(EventMaker(seed: seed, count: 1_500).inputs)
        var raised: [String: UInt64] = [:]
        for alarm in run.records(.alarm) {
            let name = "\(alarm.sensor?.description ?? "-") \(alarm.subject)"
            if alarm.text("state") == "raised" {
                #expect(raised.updateValue(alarm.sequence, forKey: name) == nil, "\(name) raised twice")
            } else {
                #expect(alarm.number("raised").map { UInt64($0) } == raised.removeValue(forKey: name), "\(name)")
            }
        }
        #expect(run.records(.alarm).count > 4)
    }

    @Test("Records of one sensor are in the order of their times, but for windows judged and blocks closed later")
    func order() {
        let run = EngineRun(EventMaker(seed: 9, count: 1_500).inputs)
        let moments = run.records.filter { $0.kind != .samples }.map(\.stamp.monotonic)
        #expect(zip(moments, moments.dropFirst()).allSatisfy { $0 <= $1 })
    }
}
