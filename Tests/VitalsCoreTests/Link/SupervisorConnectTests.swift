import Testing
import VitalsModel
import VitalsTestKit

@testable import VitalsCore

@Suite("Making a link")
struct SupervisorConnectTests {
    private let strap = LinkScript.strap
    private let other = LinkScript.other
    private let hci0 = LinkScript.hci0

    private func isConnect(_ command: LinkCommand) -> Bool { command.isConnect }

    @Test("the whole way: heard, connected, resolved, subscribed, streaming")
    func wholeWay() {
        var script = LinkScript()
        #expect(script.status()?.wait == .advertisement)
        script.beginConnect()
        #expect(script.commands() == [.stopDiscovery(hci0), .connect(strap, hci0)])
        #expect(script.status()?.phase == .connecting)
        script.send(.connected(strap, hci0))
        #expect(script.events() == [.linkUp(sensor: strap)])
        #expect(script.status()?.phase == .resolving)
        script.send(.resolved(strap, [.manufacturer, .heartRate]))
        // One command at a time: the connection is not answered yet.
        #expect(script.commands() == [])
        script.answer(.connect(strap, hci0))
        #expect(script.commands() == [.subscribe(strap, handle: 0x12, .startNotify)])
        #expect(script.status()?.phase == .subscribing)
        script.pass(0.5)
        script.answer(.subscribe(strap, handle: 0x12, .startNotify))
        #expect(script.commands() == [.read(strap, handle: 0x42)])
        #expect(script.status()?.phase == .streaming && script.status()?.adapter == hci0)
        script.send(.value(strap, handle: 0x12, bytes: [0, 60]))
        #expect(
            script.events() == [.value(sensor: strap, characteristic: .heartRateMeasurement, bytes: [0, 60])])
        #expect(script.status()?.lastValue == script.now)
    }

    @Test("a sensor that is only remembered is not connected to")
    func remembered() {
        var script = LinkScript()
        script.hear(rssi: nil)
        script.pass(60)
        #expect(!script.commands().contains(where: isConnect))
    }

    @Test("a failure is followed by growing pauses up to a minute, and by hearing it again")
    func backoff() {
        var script = LinkScript()
        var gaps: [MonotonicTime.Span] = []
        for _ in 0..<9 {
            let began = script.now
            var sent: [LinkCommand] = []
            while !sent.contains(where: isConnect) {
                script.hear()
                script.pass(0.1)
                for command in script.commands() {
                    sent.append(command)
                    if !command.isConnect { script.answer(command) }
                }
            }
            gaps.append(script.now - began)
            script.refuse(.connect(strap, hci0), .other, "le-connection-abort-by-local")
        }
        let limits: [Int64] = [0, 1, 2, 4, 8, 16, 32, 60, 60]
        for (gap, limit) in zip(gaps, limits) {
            #expect(gap <= .milliseconds(limit * 1_000 + 300) && gap.microseconds >= limit * 750_000, "\(limit) s")
        }
        #expect(script.status()?.counters.failures == 9)
    }

    @Test("an attempt that an earlier process left is cancelled, and tried again within seconds (lesson 1)")
    func inProgress() {
        var script = LinkScript()
        script.beginConnect()
        script.refuse(.connect(strap, hci0), .inProgress)
        #expect(script.sensorCommands().last == .disconnect(strap))
        script.answer(.disconnect(strap))
        script.answer(.startDiscovery(hci0, services: []))
        script.pass(1)
        script.hear()
        script.answer(.stopDiscovery(hci0))
        #expect(script.commands().last == .connect(strap, hci0))
    }

    @Test("only the third one in a row has an unbonded sensor forgotten, a bonded one never (lesson 1)")
    func inProgressAgain() {
        for isBonded in [false, true] {
            var script = LinkScript()
            var forgotten: [Int] = []
            for round in 1...7 {
                script.hear(isBonded: isBonded)
                script.answer(.stopDiscovery(hci0))
                script.refuse(.connect(strap, hci0), .inProgress)
                script.answer(.disconnect(strap))
                if script.commands().contains(.forget(strap)) {
                    forgotten.append(round)
                    script.answer(.forget(strap))
                }
                script.answer(.startDiscovery(hci0, services: []))
                script.pass(1)
            }
            #expect(forgotten == (isBonded ? [] : [3, 6]))
        }
    }

    @Test("a link that was left over is taken over when its table comes (lesson 1)")
    func adopted() {
        var script = LinkScript()
        script.hear(rssi: nil, isConnected: true)
        script.send(.connected(strap, hci0), .resolved(strap, [.heartRate]))
        #expect(script.commands() == [.stopDiscovery(hci0), .subscribe(strap, handle: 0x12, .startNotify)])
    }

    @Test("a link that was left over and never resolves is ended after five seconds (lessons 1 and 4)")
    func notAdopted() {
        for saysConnected in [true, false] {
            var script = LinkScript()
            script.hear(rssi: nil, isConnected: true)
            if saysConnected { script.send(.connected(strap, hci0)) }
            script.pass(4.9)
            #expect(!script.commands().contains(.disconnect(strap)))
            script.pass(0.1)
            #expect(script.commands().contains(.disconnect(strap)))
        }
    }

    @Test("a link without a table is ended after thirty seconds (lesson 10)")
    func neverResolves() {
        var script = LinkScript()
        script.connect()
        script.pass(29.9)
        #expect(script.commands() == [])
        script.pass(0.1)
        #expect(script.sensorCommands() == [.disconnect(strap)])
    }

    @Test("an incomplete table is read anew three times, then somebody is told (lesson 10)", arguments: [false, true])
    func incompleteTable(isBonded: Bool) {
        var script = LinkScript()
        for round in 1...4 {
            script.connect(isBonded: isBonded)
            script.send(.resolved(strap, [.battery]))
            script.answer(.disconnect(strap))
            script.send(.disconnected(strap, reason: nil))
            let outputs = script.take()
            #expect(outputs.contains(.command(.forget(strap))) != isBonded)
            if !isBonded { script.answer(.forget(strap)) }
            #expect((script.status()?.conditions == [.tableIncomplete]) == (round == 4))
            script.answer(.startDiscovery(hci0, services: []))
            script.pass(1)
        }
        #expect(script.status()?.counters.recoveries == [.rediscover: 3])
        // From now on at growing intervals, up to five minutes, and for good.
        for limit: Int64 in [30, 60, 120, 240, 300, 300] {
            var waited = 0.0
            while script.status()?.phase != .connecting, waited < 400 {
                script.hear(isBonded: isBonded)
                script.pass(0.5)
                waited += 0.5
                for command in script.commands() where command.sensor == nil { script.answer(command) }
            }
            #expect(waited <= Double(limit) + 1 && waited >= Double(limit) * 0.7, "\(waited) of \(limit) s")
            script.send(
                .connected(strap, hci0), .done(.connect(strap, hci0)), .resolved(strap, [.battery]),
                .done(.disconnect(strap)), .disconnected(strap, reason: nil), .done(.forget(strap)))
            for command in script.commands() where command.sensor == nil { script.answer(command) }
        }
        #expect(script.status()?.conditions == [.tableIncomplete])
        script.pass(300)
        script.answer(.startDiscovery(hci0, services: []))
        script.connect(isBonded: isBonded)
        script.send(.resolved(strap, [.heartRate]))
        #expect(script.status()?.conditions == [])
    }

    @Test("done without a link, and a link that was gone before, are failures")
    func doneWithoutLink() {
        var script = LinkScript()
        script.beginConnect()
        script.answer(.connect(strap, hci0))
        script.pass(5)
        #expect(script.sensorCommands().last == .disconnect(strap))
        var lost = LinkScript()
        lost.beginConnect()
        lost.send(.connected(strap, hci0), .disconnected(strap, reason: "0x3e"), .done(.connect(strap, hci0)))
        #expect(lost.events() == [.linkUp(sensor: strap), .linkDown(sensor: strap, reason: "0x3e")])
        #expect(lost.status()?.phase == .waiting && lost.status()?.counters.failures == 1)
    }

    @Test("what became of the link says more than the answer: a failure with the link up is none (lesson 12)")
    func failureWithLink() {
        var script = LinkScript()
        script.beginConnect()
        script.send(.connected(strap, hci0), .resolved(strap, [.heartRate]))
        script.refuse(.connect(strap, hci0), .other, "le-connection-abort-by-local")
        #expect(script.commands().last == .subscribe(strap, handle: 0x12, .startNotify))
    }

    @Test("a connection that is never answered is cancelled (lesson 9)")
    func unanswered() {
        var script = LinkScript()
        script.beginConnect()
        script.pass(64.9)
        #expect(script.commands().last == .connect(strap, hci0))
        script.pass(0.1)
        #expect(script.sensorCommands() == [.disconnect(strap)])
        #expect(script.status()?.counters.unanswered == 1)
        // The answer that comes late belongs to nothing.
        script.refuse(.connect(strap, hci0), .other)
        #expect(script.status()?.phase == .ending)
    }

    @Test("a link that does not end is told three times, then taken for lost, and looked at again later")
    func doesNotEnd() {
        var script = LinkScript()
        script.connect()
        script.pass(30)
        for _ in 0..<3 {
            #expect(script.sensorCommands() == [.disconnect(strap)])
            script.refuse(.disconnect(strap), .other)
            script.pass(1)
        }
        #expect(script.status()?.phase == .ending)
        script.pass(4)
        #expect(script.events() == [.linkDown(sensor: strap, reason: "disconnect-unconfirmed")])
        // Nothing that it still sends is taken for a value of a link.
        script.send(.value(strap, handle: 0x12, bytes: [0, 60]))
        #expect(script.events() == [])
        script.pass(5)
        #expect(script.commands().contains(.disconnect(strap)))
    }

    @Test("one connection at a time is made over an adapter; the sensor that waits longest is next")
    func oneAtATime() {
        var script = LinkScript(.listing(strap, other))
        script.hear(other)
        script.pass(0.1)
        script.hear(strap)
        script.answer(.stopDiscovery(hci0))
        #expect(script.commands() == [.stopDiscovery(hci0), .connect(strap, hci0)])
        script.pass(10)
        script.hear(other)
        #expect(script.commands() == [])
        script.refuse(.connect(strap, hci0), .other)
        #expect(script.commands() == [.connect(other, hci0)])
    }

    @Test("when the controller has no room, its links are its slots, and who waits is told so (lesson 12)")
    func connectionLimit() {
        var script = LinkScript(.listing(strap, other))
        script.stream(strap)
        script.answer(.startDiscovery(hci0, services: []))
        script.beginConnect(other)
        script.refuse(.connect(other, hci0), .connectionLimit, "le-connection-concurrent-connection-limit")
        #expect(script.supervisor.adapters.map(\.slots) == [1])
        script.answer(.startDiscovery(hci0, services: []))
        for _ in 0..<31 {
            script.pass(1)
            script.send(.value(strap, handle: 0x12, bytes: [0, 60]))
            script.hear(other)
        }
        #expect(script.status(other)?.conditions == [.noSlot] && script.status(other)?.wait == .slot)
        script.send(.disconnected(strap, reason: nil))
        script.hear(other)
        script.answer(.stopDiscovery(hci0))
        script.send(.connected(other, hci0))
        #expect(script.status(other)?.conditions == [])
    }

    @Test("who waits for a slot and goes away is no longer said to wait")
    func slotNoLongerWanted() {
        var configuration = LinkConfiguration.listing(strap, other)
        configuration.slots = 1
        var script = LinkScript(configuration)
        script.stream(strap)
        script.answer(.startDiscovery(hci0, services: []))
        for _ in 0..<35 {
            script.pass(1)
            script.send(.value(strap, handle: 0x12, bytes: [0, 60]))
            script.hear(other)
        }
        #expect(script.status(other)?.conditions == [.noSlot])
        for _ in 0..<60 {
            script.pass(1)
            script.send(.value(strap, handle: 0x12, bytes: [0, 60]))
        }
        #expect(script.status(other)?.conditions == [])
    }

    @Test("a sensor that ends the service waits, is named, and all others go on (lesson 48)")
    func crashes() {
        var script = LinkScript(.listing(strap, other))
        for round in 1...3 {
            script.hear(other)
            script.answer(.stopDiscovery(hci0))
            #expect(script.commands().last == .connect(other, hci0))
            script.pass(1)
            script.send(.serviceDown(reason: "gone"))
            #expect(script.status(other)?.conditions == (round == 1 ? [] : [.crashesService]))
            script.pass(1)
            script.send(.serviceUp, .adapter(hci0, LinkScript.adapter))
            script.answer(.startDiscovery(hci0, services: []))
            guard round > 1 else { continue }
            // It is heard all the time, and left alone for 1, then 2 minutes.
            for _ in 0..<(round == 2 ? 55 : 115) {
                script.hear(other)
                script.pass(1)
            }
            #expect(!script.commands().contains(where: isConnect))
            if round == 2 {
                script.stream(strap)
                script.answer(.startDiscovery(hci0, services: []))
            }
            for _ in 0..<5 {
                script.pass(1)
                script.send(.value(strap, handle: 0x12, bytes: [0, 60]))
            }
        }
        script.resolve(other)
        script.answer(.subscribe(other, handle: 0x12, .startNotify))
        #expect(script.status(other)?.conditions == [])
    }

    @Test("a bond refused twice is a trouble and tried every five minutes; the sensor is never forgotten (lesson 14)")
    func bondRefused() {
        var script = LinkScript()
        for _ in 0..<2 {
            script.hear(isBonded: true)
            script.answer(.stopDiscovery(hci0))
            script.refuse(.connect(strap, hci0), .authentication, "org.bluez.Error.AuthenticationFailed")
            script.answer(.startDiscovery(hci0, services: []))
            script.pass(1)
        }
        #expect(script.status()?.conditions == [.pairingNeeded])
        _ = script.take()
        for _ in 0..<290 {
            script.hear(isBonded: true)
            script.pass(1)
            for command in script.commands() {
                #expect(!command.isConnect && command != .forget(strap))
                script.answer(command)
            }
        }
        script.pass(10)
        script.answer(.startDiscovery(hci0, services: []))
        script.connect(isBonded: true)
        script.send(.resolved(strap, [.heartRate]))
        script.answer(.subscribe(strap, handle: 0x12, .startNotify))
        #expect(script.status()?.conditions == [])
    }

    @Test("a bonded link that ends five times before it can be used raises the suspicion of a lost bond (lesson 14)")
    func earlyLosses() {
        var script = LinkScript()
        for round in 1...5 {
            script.hear(isBonded: true)
            script.answer(.stopDiscovery(hci0))
            script.send(
                .connected(strap, hci0), .done(.connect(strap, hci0)), .disconnected(strap, reason: nil),
                .done(.startDiscovery(hci0, services: [])))
            #expect(script.status()?.conditions == (round < 5 ? [] : [.pairingNeeded]))
            script.pass(20)
        }
    }

    @Test("a sensor that is not listed is forgotten ten minutes after it was heard last")
    func forgotten() {
        var configuration = LinkConfiguration()
        configuration.admitsBonded = true
        var script = LinkScript(configuration)
        script.hear(rssi: nil, isBonded: true)
        #expect(script.supervisor.sensors.count == 1)
        script.pass(599)
        #expect(script.supervisor.sensors.count == 1)
        script.pass(1)
        #expect(script.supervisor.sensors.isEmpty)
    }

    @Test("a crowd of sensors is noticed up to a bound")
    func crowd() {
        var configuration = LinkConfiguration()
        configuration.admittedServices = [BluetoothUUID(0x180D)]
        var script = LinkScript(configuration)
        for number in 0..<UInt64(LinkLimits.heardMax + 100) {
            script.hear(SensorAddress(rawValue: 0xC0_0000 + number), rssi: nil)
        }
        #expect(script.supervisor.sensors.count == LinkLimits.heardMax)
    }
}
