import Testing
import VitalsModel

@testable import VitalsCore

@Suite("Discovery")
struct SupervisorDiscoveryTests {
    private let strap = LinkScript.strap
    private let hci0 = LinkScript.hci0

    private var discovering: AdapterState {
        var state = LinkScript.adapter
        state.isDiscovering = true
        return state
    }

    @Test("is stopped before a connection and resumed after it, when somebody is still missing")
    func aroundConnecting() {
        var script = LinkScript(.listing(strap, LinkScript.other))
        script.hear()
        #expect(script.commands() == [.stopDiscovery(hci0)])
        // Not before the answer.
        script.pass(1)
        #expect(script.commands() == [])
        script.answer(.stopDiscovery(hci0))
        #expect(script.commands() == [.connect(strap, hci0)])
        script.send(.connected(strap, hci0))
        #expect(script.commands() == [])
        script.answer(.connect(strap, hci0))
        #expect(script.commands() == [.startDiscovery(hci0, services: [])])
    }

    @Test("ends when every listed sensor is linked")
    func notNeeded() {
        var script = LinkScript()
        script.streamSpotChecks()
        script.pass(3_600)
        #expect(script.commands().allSatisfy { if case .startDiscovery = $0 { false } else { true } })
    }

    @Test("goes on for sensors that are admitted by their service while slots are free")
    func openAdmission() {
        var configuration = LinkConfiguration()
        configuration.admittedServices = [BluetoothUUID(0x180D)]
        configuration.slots = 1
        var script = LinkScript(configuration, isReady: false)
        script.send(.serviceUp, .adapter(hci0, LinkScript.adapter))
        let start = LinkCommand.startDiscovery(hci0, services: [BluetoothUUID(0x180D)])
        #expect(script.commands() == [start])
        script.answer(start)
        script.hear()
        script.answer(.stopDiscovery(hci0))
        script.send(.connected(strap, hci0), .done(.connect(strap, hci0)), .resolved(strap, [.heartRate]))
        #expect(script.commands().last == .subscribe(strap, handle: 0x12, .startNotify))
        // The one slot is taken.
        #expect(script.supervisor.adapters.map(\.isListening) == [false])
        script.send(.disconnected(strap, reason: nil))
        #expect(script.commands().last == start)
    }

    @Test("a sensor is never connected to because of its name")
    func names() {
        var configuration = LinkConfiguration()
        configuration.admittedServices = [BluetoothUUID(0x180D)]
        var script = LinkScript(configuration)
        script.answer(.startDiscovery(hci0, services: [BluetoothUUID(0x180D)]))
        script.hear(LinkScript.other, services: [], name: "Polar H10")
        #expect(script.supervisor.sensors.isEmpty)
    }

    @Test("that is in progress elsewhere is tried again with growing pauses, at most 30 s (lesson 2)")
    func inProgress() {
        var script = LinkScript(isReady: false)
        script.send(.serviceUp, .adapter(hci0, LinkScript.adapter))
        let start = LinkCommand.startDiscovery(hci0, services: [])
        var times: [MonotonicTime] = []
        for _ in 0..<14 {
            while !script.commands().contains(start) { script.pass(0.1) }
            times.append(script.now)
            script.refuse(start, .inProgress)
            // Perhaps the service still counts a session of ours.
            #expect(script.commands() == [.stopDiscovery(hci0)])
            script.refuse(.stopDiscovery(hci0), .other, "No discovery started")
        }
        let gaps = zip(times.dropFirst(), times).map { $0 - $1 }
        #expect(gaps.allSatisfy { $0 <= .milliseconds(30_100) } && gaps.last.map { $0 > .seconds(22) } == true)
        #expect(script.supervisor.conditions == [.discoveryStuck])
        while !script.commands().contains(start) { script.pass(0.1) }
        script.answer(start)
        #expect(script.supervisor.conditions == [])
    }

    @Test("of somebody else is a trouble after a minute, and names the adapter (lesson 3)")
    func stuck() {
        var script = LinkScript()
        script.streamSpotChecks()
        script.send(.adapter(hci0, discovering))
        script.pass(59)
        #expect(script.supervisor.conditions == [])
        script.pass(1)
        let detail = "hci0 discovers although nobody here asked for it"
        #expect(script.reports() == [.condition(.discoveryStuck, isPresent: true, detail: detail)])
        script.send(.adapter(hci0, LinkScript.adapter))
        #expect(script.supervisor.conditions == [])
    }

    @Test(
        "that goes on between two attempts to connect is a trouble too: listening ourselves begins nothing anew (lesson 3)"
    )
    func stuckBetween() {
        var script = LinkScript()
        script.send(.adapter(hci0, discovering))
        let began = script.now
        while script.supervisor.conditions.isEmpty, script.now - began < .seconds(300) {
            script.hear()
            for command in script.commands() {
                switch command {
                case .connect:
                    script.pass(40)
                    script.refuse(command, .other, "le-connection-abort-by-local")
                // The adapter says that it discovers, whatever is done.
                case .stopDiscovery, .startDiscovery: script.send(.done(command))
                default: script.answer(command)
                }
            }
            script.pass(0.5)
        }
        #expect(script.supervisor.conditions == [.discoveryStuck])
        #expect(script.now - began < .seconds(120))
        script.send(.adapter(hci0, LinkScript.adapter))
        #expect(script.supervisor.conditions == [])
    }

    @Test("that fails just after the adapter came is tried again every two seconds (lesson 4)")
    func freshAdapter() {
        var script = LinkScript(isReady: false)
        script.send(.serviceUp, .adapter(hci0, LinkScript.adapter))
        let start = LinkCommand.startDiscovery(hci0, services: [])
        var tries = 0
        for _ in 0..<140 {
            for command in script.commands() {
                if command == start { tries += 1 }
                script.refuse(command, .inProgress)
            }
            script.pass(0.1)
        }
        #expect(tries >= 7 && tries <= 12)
    }

    @Test("that ended by itself is started again after 20 s, and counted")
    func endedByItself() {
        var script = LinkScript()
        script.send(.adapter(hci0, LinkScript.adapter))
        script.pass(20)
        #expect(
            script.take().contains(
                .input(
                    .link(
                        script.stamp, sensor: nil,
                        .recovery(.restartDiscovery, count: 1, detail: "hci0: discovery ended by itself")))))
        script.answer(.stopDiscovery(hci0))
        #expect(script.commands() == [.startDiscovery(hci0, services: [])])
    }

    @Test("that cannot be stopped does not keep a sensor from being connected to for ever")
    func cannotBeStopped() {
        var script = LinkScript()
        script.send(.adapter(hci0, discovering))
        script.hear()
        for _ in 0..<3 {
            #expect(script.commands() == [.stopDiscovery(hci0)])
            script.refuse(.stopDiscovery(hci0), .inProgress)
            script.hear()
            script.pass(1)
        }
        #expect(script.commands() == [.stopDiscovery(hci0)])
        script.refuse(.stopDiscovery(hci0), .inProgress)
        #expect(script.commands() == [.connect(strap, hci0)])
    }

    @Test("a silent adapter is recovered step by step, then named, and anything heard ends it (lesson 13)")
    func silence() {
        var configuration = LinkConfiguration.listing(strap)
        configuration.resetsAdapter = true
        var script = LinkScript(configuration)
        var steps: [LinkRecovery] = []
        for _ in 0..<300 {
            script.pass(1)
            for output in script.take() {
                if case .input(.link(_, nil, .recovery(let step, let count, let detail))) = output {
                    #expect(count == 1 && detail == "hci0: nothing is heard")
                    steps.append(step)
                }
                if case .command(let command) = output { script.answer(command) }
            }
        }
        #expect(steps == [.restartDiscovery, .powerCycle, .reset])
        #expect(script.supervisor.conditions == [.adapterSilent])
        script.hear(LinkScript.other)
        #expect(script.supervisor.conditions == [])
        #expect(script.supervisor.adapters.map(\.recoveries) == [[.restartDiscovery: 1, .powerCycle: 1, .reset: 1]])
    }

    @Test("an adapter over which a link streams is never switched off, however little it hears (lesson 13)")
    func streamingAdapter() {
        var script = LinkScript(.listing(strap, LinkScript.other))
        script.stream()
        script.answer(.startDiscovery(hci0, services: []))
        for _ in 0..<600 {
            script.pass(1)
            script.send(.value(strap, handle: 0x12, bytes: [0, 60]))
        }
        #expect(script.commands().allSatisfy { $0 != .powerCycle(hci0) && $0 != .reset(hci0) })
    }

    @Test("a command that is never answered does not stop an adapter (lesson 9)")
    func unanswered() {
        var script = LinkScript()
        script.hear()
        script.pass(14)
        #expect(script.commands() == [.stopDiscovery(hci0)])
        script.hear()
        script.pass(1)
        #expect(script.commands() == [.connect(strap, hci0)])
    }
}
