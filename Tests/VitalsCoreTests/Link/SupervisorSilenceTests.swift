import Testing
import VitalsModel

@testable import VitalsCore

@Suite("Streams that fall silent")
struct SupervisorSilenceTests {
    private let strap = LinkScript.strap
    private let hci0 = LinkScript.hci0

    /// A backend on which everything works: answers what there is, and says what it was.
    private func serve(_ script: inout LinkScript, _ table: [RemoteCharacteristic]) -> [LinkOutput] {
        var all: [LinkOutput] = []
        while true {
            let outputs = script.take()
            if outputs.isEmpty { return all }
            all += outputs
            for case .command(let command) in outputs {
                switch command {
                case .connect:
                    script.send(.connected(strap, hci0), .done(command), .resolved(strap, table))
                case .disconnect: script.send(.done(command), .disconnected(strap, reason: nil))
                case .powerCycle: script.send(.disconnected(strap, reason: nil), .done(command))
                default: script.answer(command)
                }
            }
        }
    }

    private func recoveries(_ outputs: [LinkOutput]) -> [LinkRecovery] {
        outputs.compactMap { if case .input(.link(_, _, .recovery(let step, _, _))) = $0 { step } else { nil } }
    }

    /// What is done in so many seconds in which the heart rate comes and the oximetry does not, or neither.
    private func run(_ seconds: Int, table: [RemoteCharacteristic], heartRate: Bool) -> (LinkScript, [LinkOutput]) {
        var script = LinkScript()
        var outputs: [LinkOutput] = []
        for _ in 0..<seconds {
            if script.status()?.phase == .waiting { script.hear() }
            if heartRate, script.status()?.phase == .streaming {
                script.send(.value(strap, handle: 0x12, bytes: [0, 60]))
            }
            outputs += serve(&script, table)
            script.pass(1)
            outputs += serve(&script, table)
        }
        return (script, outputs)
    }

    @Test("one silent stream beside a live one costs the live one a single gap, not one every five minutes (lesson 17)")
    func besideLiveStream() {
        let (script, outputs) = run(3_600, table: [.heartRate, .continuous], heartRate: true)
        #expect(script.status()?.conditions == [.silent])
        let steps = recoveries(outputs)
        #expect(steps.count { $0 == .reconnect } == 1 && !steps.contains(.powerCycle))
        #expect(steps.count { $0 == .resubscribe } >= 10 && steps.count { $0 == .resubscribe } <= 13)
        #expect(script.status()?.counters.connections == 2)
    }

    @Test("the whole ladder: each step is counted, the adapter is recovered once in half an hour (lessons 17 and 19)")
    func ladder() {
        let (script, outputs) = run(3_600, table: [.heartRate], heartRate: false)
        #expect(Array(recoveries(outputs).prefix(3)) == [.resubscribe, .reconnect, .powerCycle])
        #expect(script.status()?.conditions == [.silent])
        #expect(recoveries(outputs).count { $0 == .powerCycle } == 2)
        let counters = script.status()?.counters.recoveries ?? [:]
        #expect(counters[.resubscribe] == counters[.reconnect] && counters[.reconnect, default: 0] >= 9)
    }

    @Test("silence is noticed within its limit")
    func latency() {
        var configuration = LinkConfiguration.listing(strap)
        configuration.stale = .seconds(3)
        var script = LinkScript(configuration)
        script.stream()
        script.pass(2.9)
        script.send(.value(strap, handle: 0x12, bytes: [0, 60]))
        _ = script.take()
        script.pass(2.9)
        #expect(script.reports() == [])
        script.pass(0.1)
        #expect(script.reports() == [.recovery(.resubscribe, count: 1, detail: "2A37 is silent")])
    }

    @Test("a sensor that only takes spot checks may be silent")
    func spotChecks() {
        var script = LinkScript()
        script.streamSpotChecks()
        script.pass(3_600)
        #expect(script.sensorCommands() == [] && script.status()?.phase == .streaming)
    }
}
