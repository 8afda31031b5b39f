import Testing
import VitalsModel

@testable import VitalsCore

@Suite("Subscribing and reading")
struct SupervisorSubscriptionTests {
    private let strap = LinkScript.strap
    private let hci0 = LinkScript.hci0

    /// Answers every command over the link as done, until there is none, and says which there were.
    private func answerAll(_ script: inout LinkScript) -> [LinkCommand] {
        var all: [LinkCommand] = []
        while true {
            let commands = script.commands()
            if commands.isEmpty { return all }
            all += commands
            for command in commands { script.answer(command) }
        }
    }

    @Test("measurements first, then descriptions, each once per connection, one command at a time")
    func order() {
        var script = LinkScript()
        for _ in 0..<2 {
            script.resolve(strap, [.manufacturer, .model, .battery, .continuous, .heartRate])
            #expect(
                answerAll(&script) == [
                    .subscribe(strap, handle: 0x12, .startNotify), .subscribe(strap, handle: 0x22, .startNotify),
                    .read(strap, handle: 0x42), .read(strap, handle: 0x44), .read(strap, handle: 0x32),
                    .subscribe(strap, handle: 0x32, .startNotify),
                ])
            script.send(.disconnected(strap, reason: nil))
            script.answer(.startDiscovery(hci0, services: []))
            script.pass(1)
        }
    }

    @Test("a description that cannot be read is skipped")
    func unreadable() {
        var script = LinkScript()
        script.resolve(strap, [.manufacturer, .model, .heartRate])
        script.answer(.subscribe(strap, handle: 0x12, .startNotify))
        script.refuse(.read(strap, handle: 0x42), .other)
        #expect(script.commands().last == .read(strap, handle: 0x44))
        // What hung once is not read further: it would hold up everything else.
        script.refuse(.read(strap, handle: 0x44), .deadline)
        #expect(script.commands() == [] && script.status()?.phase == .streaming)
    }

    @Test("the battery comes from the service or from 2A19, never from both (lesson 15)")
    func battery() {
        var script = LinkScript()
        script.resolve(strap, [.battery, .heartRate])
        script.send(.battery(strap, percent: 80))
        #expect(script.events() == [.value(sensor: strap, characteristic: .batteryLevel, bytes: [80])])
        script.answer(.subscribe(strap, handle: 0x12, .startNotify))
        #expect(script.commands() == [])

        var direct = LinkScript()
        direct.resolve(strap, [.battery, .heartRate])
        direct.answer(.subscribe(strap, handle: 0x12, .startNotify))
        direct.send(.value(strap, handle: 0x32, bytes: [81]), .done(.read(strap, handle: 0x32)))
        direct.send(.battery(strap, percent: 81))
        #expect(direct.events() == [.value(sensor: strap, characteristic: .batteryLevel, bytes: [81])])
        // Unless 2A19 cannot be subscribed to after all.
        direct.refuse(.subscribe(strap, handle: 0x32, .startNotify), .other)
        direct.pass(1)
        direct.refuse(.subscribe(strap, handle: 0x32, .acquireNotify), .other)
        direct.send(.battery(strap, percent: 79))
        #expect(direct.events() == [.value(sensor: strap, characteristic: .batteryLevel, bytes: [79])])
    }

    @Test("values that come before the table are kept with their stamps and handed on first (lesson 8)")
    func earlyValues() {
        var script = LinkScript()
        script.connect()
        let stamp = script.stamp
        script.send(.value(strap, handle: 0x12, bytes: [0, 60]))
        script.pass(1)
        #expect(script.take() == [])
        script.send(.resolved(strap, [.heartRate]))
        let value = SensorEvent.Kind.value(sensor: strap, characteristic: .heartRateMeasurement, bytes: [0, 60])
        #expect(script.take().first == .input(.sensor(SensorEvent(stamp: stamp, kind: value))))
    }

    @Test("they are bounded, and counted when there is no room or no table ever")
    func earlyValuesBounded() {
        var script = LinkScript()
        script.connect()
        for _ in 0..<100 { script.send(.value(strap, handle: 0x12, bytes: [0, 60])) }
        #expect(script.status()?.counters.dropped == 100 - LinkLimits.earlyValuesMax)
        script.send(.disconnected(strap, reason: nil))
        #expect(script.status()?.counters.dropped == 100)
    }

    @Test("a value of a handle that the table does not know is counted and no value")
    func unknownHandle() {
        var script = LinkScript()
        script.stream()
        for _ in 0..<3 { script.send(.value(strap, handle: 0x99, bytes: [1])) }
        let outputs = script.take()
        #expect(outputs.count == 1 && script.status()?.counters.dropped == 3)
    }

    @Test("a subscription is tried the other way, and what worked is remembered (lesson 6)")
    func otherMethod() {
        let acquiring = LinkConfiguration.listing(strap).setting { $0.method = .acquireNotify }
        var script = LinkScript(acquiring)
        script.resolve()
        script.refuse(.subscribe(strap, handle: 0x12, .acquireNotify), .notSupported)
        script.pass(1)
        #expect(script.commands().last == .subscribe(strap, handle: 0x12, .startNotify))
        script.answer(.subscribe(strap, handle: 0x12, .startNotify))
        script.send(.disconnected(strap, reason: nil))
        script.answer(.startDiscovery(hci0, services: []))
        script.pass(1)
        script.resolve()
        #expect(script.commands() == [.subscribe(strap, handle: 0x12, .startNotify)])
    }

    @Test("an acquired subscription that ends by itself is made anew by signals, with a pause (lessons 6 and 7)")
    func acquireEnds() {
        var script = LinkScript(.listing(strap).setting { $0.method = .acquireNotify })
        script.resolve()
        script.answer(.subscribe(strap, handle: 0x12, .acquireNotify))
        _ = script.take()
        script.send(.subscriptionEnded(strap, handle: 0x12))
        #expect(script.commands() == [])
        script.pass(1)
        #expect(script.commands() == [.subscribe(strap, handle: 0x12, .startNotify)])
        // Again and again, it is repeated less and less often.
        var count = 0
        for _ in 0..<60 {
            script.answer(.subscribe(strap, handle: 0x12, .startNotify))
            script.send(.subscriptionEnded(strap, handle: 0x12))
            script.pass(1)
            count += script.commands().count { $0 == .subscribe(strap, handle: 0x12, .startNotify) }
        }
        #expect(count <= 6)
    }

    @Test("a service that goes while a descriptor is acquired is asked for signals from then on (lesson 7)")
    func acquireCrash() {
        var script = LinkScript(.listing(strap).setting { $0.method = .acquireNotify })
        script.resolve()
        script.send(.serviceDown(reason: "gone"), .serviceUp, .adapter(hci0, LinkScript.adapter))
        script.answer(.startDiscovery(hci0, services: []))
        script.resolve()
        #expect(script.commands() == [.subscribe(strap, handle: 0x12, .startNotify)])
    }

    @Test("a session that the service kept is ended and made anew (lesson 11)")
    func heldSession() {
        var script = LinkScript()
        script.resolve()
        script.refuse(.subscribe(strap, handle: 0x12, .startNotify), .inProgress)
        script.pass(1)
        #expect(script.commands().last == .unsubscribe(strap, handle: 0x12))
        script.refuse(.unsubscribe(strap, handle: 0x12), .other)
        #expect(script.commands() == [.subscribe(strap, handle: 0x12, .startNotify)])
    }

    @Test("what is refused over two links is a trouble; with nothing else it is tried at growing intervals")
    func refused() {
        var script = LinkScript()
        for round in 1...2 {
            script.resolve()
            script.refuse(.subscribe(strap, handle: 0x12, .startNotify), .other, "no")
            script.pass(1)
            script.refuse(.subscribe(strap, handle: 0x12, .acquireNotify), .other, "no")
            #expect(script.status()?.conditions == (round == 1 ? [] : [.subscriptionRefused]))
            #expect(script.sensorCommands().last == .disconnect(strap))
            script.answer(.disconnect(strap))
            script.send(.disconnected(strap, reason: nil))
            script.answer(.startDiscovery(hci0, services: []))
            script.pass(2)
        }
        #expect(script.status()?.counters.recoveries == [.reconnect: 1])
        if case .retry(let time)? = script.status()?.wait {
            #expect(time - script.now > .seconds(20) && time - script.now <= .seconds(30))
        } else {
            Issue.record("it does not wait for its next try")
        }
    }

    @Test("what is refused while another measurement streams is tried again in place")
    func refusedBesideAnother() {
        var script = LinkScript()
        for _ in 0..<2 {
            script.resolve(strap, [.heartRate, .continuous])
            script.answer(.subscribe(strap, handle: 0x12, .startNotify))
            script.refuse(.subscribe(strap, handle: 0x22, .startNotify), .notPermitted, "no")
            script.pass(1)
            script.refuse(.subscribe(strap, handle: 0x22, .acquireNotify), .notPermitted, "no")
            guard script.status()?.phase != .streaming else { break }
            script.answer(.disconnect(strap))
            script.send(.disconnected(strap, reason: nil))
            script.answer(.startDiscovery(hci0, services: []))
            script.pass(1)
        }
        #expect(script.status()?.phase == .streaming && script.status()?.conditions == [.subscriptionRefused])
        _ = script.take()
        for _ in 0..<300 {
            script.pass(1)
            script.send(.value(strap, handle: 0x12, bytes: [0, 60]))
        }
        #expect(script.commands() == [.subscribe(strap, handle: 0x22, .startNotify)])
        script.answer(.subscribe(strap, handle: 0x22, .startNotify))
        #expect(script.status()?.conditions == [])
    }

    @Test("a subscription that hangs for ever is given up with the link (lesson 9)")
    func hangs() {
        var script = LinkScript()
        script.resolve()
        _ = script.take()
        script.pass(40)
        #expect(script.sensorCommands() == [.disconnect(strap)])
        #expect(script.status()?.counters.recoveries == [.reconnect: 1])
    }

    @Test(
        "a bond that is required is made as soon as there is a link, whenever the table comes",
        arguments: [true, false])
    func bondFirst(isResolvedFirst: Bool) {
        var script = LinkScript(.listing(strap).setting { $0.requiresBond = true })
        script.beginConnect()
        script.send(.connected(strap, hci0))
        #expect(!script.commands().contains(.pair(strap)))
        script.answer(.connect(strap, hci0))
        #expect(script.sensorCommands() == [.pair(strap)] && script.status()?.phase == .pairing)
        script.pass(45)
        if isResolvedFirst {
            script.send(.resolved(strap, [.heartRate]), .done(.pair(strap)))
        } else {
            script.answer(.pair(strap))
            #expect(script.status()?.phase == .resolving)
            script.send(.resolved(strap, [.heartRate]))
        }
        #expect(script.sensorCommands() == [.subscribe(strap, handle: 0x12, .startNotify)])
        #expect(script.status()?.isBonded == true)
    }

    @Test("a required bond that is not made ends the link, and a table that does not come after it does too")
    func bondNotMade() {
        var script = LinkScript(.listing(strap).setting { $0.requiresBond = true })
        script.connect()
        script.refuse(.pair(strap), .authentication)
        #expect(script.sensorCommands() == [.disconnect(strap)])
        var unresolved = LinkScript(.listing(strap).setting { $0.requiresBond = true })
        unresolved.connect()
        unresolved.answer(.pair(strap))
        unresolved.pass(30)
        #expect(unresolved.sensorCommands() == [.disconnect(strap)])
    }

    @Test("a bond that the sensor asks for is made then, once")
    func bondOnDemand() {
        var script = LinkScript()
        script.resolve()
        script.refuse(.subscribe(strap, handle: 0x12, .startNotify), .notPermitted, "Not paired")
        #expect(script.commands().last == .pair(strap))
        script.answer(.pair(strap))
        #expect(script.commands() == [.subscribe(strap, handle: 0x12, .startNotify)])
        script.refuse(.subscribe(strap, handle: 0x12, .startNotify), .notPaired)
        #expect(script.sensorCommands() == [.disconnect(strap)])
    }

    @Test("a description that wants a bond is not worth the link")
    func bondForRead() {
        var script = LinkScript()
        script.resolve(strap, [.manufacturer, .heartRate])
        script.answer(.subscribe(strap, handle: 0x12, .startNotify))
        script.refuse(.read(strap, handle: 0x42), .notPaired)
        #expect(script.commands().last == .pair(strap))
        script.refuse(.pair(strap), .authentication)
        #expect(script.status()?.phase == .streaming && script.status()?.conditions == [])
    }

    @Test("commands that say that there is no link end it, if nothing else does")
    func notConnected() {
        var script = LinkScript()
        script.resolve(strap, [.manufacturer, .heartRate])
        script.answer(.subscribe(strap, handle: 0x12, .startNotify))
        script.refuse(.read(strap, handle: 0x42), .notConnected)
        _ = script.take()
        script.pass(5)
        #expect(script.sensorCommands() == [.disconnect(strap)])
    }

    @Test("a table that changed is used from then on (lesson 10)")
    func changedTable() {
        var script = LinkScript()
        script.stream()
        script.send(.resolved(strap, [.heartRate]))
        #expect(script.commands() == [])
        let moved = RemoteCharacteristic.make(.heartRateMeasurement, 0x16, .notify)
        script.send(.resolved(strap, [moved]))
        #expect(script.commands() == [.subscribe(strap, handle: 0x16, .startNotify)])
        script.answer(.subscribe(strap, handle: 0x16, .startNotify))
        script.send(.value(strap, handle: 0x16, bytes: [0, 61]))
        #expect(script.events() == [.value(sensor: strap, characteristic: .heartRateMeasurement, bytes: [0, 61])])
    }

    @Test("a table of any size takes bounded room")
    func hugeTable() {
        var script = LinkScript()
        let table = (0..<UInt16(5_000)).map { RemoteCharacteristic.make(.heartRateMeasurement, $0, .notify) }
        script.resolve(strap, table)
        #expect(script.commands() == [.subscribe(strap, handle: 0, .startNotify)])
        #expect(script.supervisor.storedCount < 3 * LinkLimits.characteristicsMax)
    }

    @Test("the clock is set when the configuration wants it and the gateway's is synchronised (lesson 29)")
    func clock() {
        for (sets, isSynchronised) in [(true, true), (true, false), (false, true)] {
            var script = LinkScript(.listing(strap).setting { $0.setsClock = sets })
            script.isSynchronised = isSynchronised
            script.resolve(strap, [.clock, .heartRate])
            script.answer(.subscribe(strap, handle: 0x12, .startNotify))
            script.send(.value(strap, handle: 0x52, bytes: [UInt8](repeating: 0, count: 10)))
            _ = script.take()
            script.answer(.read(strap, handle: 0x52))
            let written = script.commands().contains {
                if case .write(strap, handle: 0x52, _) = $0 { true } else { false }
            }
            #expect(written == (sets && isSynchronised))
        }
    }

    @Test("the quality of a link is reported at its interval")
    func quality() {
        var script = LinkScript()
        script.hear(rssi: -71)
        script.answer(.stopDiscovery(hci0))
        script.send(.connected(strap, hci0), .done(.connect(strap, hci0)), .resolved(strap, [.heartRate]))
        script.pass(0.25)
        script.answer(.subscribe(strap, handle: 0x12, .startNotify))
        _ = script.take()
        for _ in 0..<299 {
            script.pass(1)
            script.send(.value(strap, handle: 0x12, bytes: [0, 60]))
        }
        #expect(script.reports() == [])
        script.pass(1)
        #expect(
            script.reports() == [
                .quality(
                    LinkQuality(
                        rssi: -71, adapter: "hci0", values: 299, connections: 1, failures: 0,
                        setup: .milliseconds(250)))
            ])
    }
}
