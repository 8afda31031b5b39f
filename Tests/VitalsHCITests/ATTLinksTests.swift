import Glibc
import Testing
import VitalsCore
import VitalsModel

@testable import VitalsHCI

@Suite("Links without bluetoothd: the links")
struct ATTLinksTests: ATTLinksSuite {
    @Test("a link comes up, its table is read, values come, and it ends when told")
    func wholeLink() throws {
        let run = try LinkRun.listening()
        run.perform(.connect(strap, hci0))
        try run.until { if case .resolved = $0.last { true } else { false } }
        #expect(run.events.prefix(2) == [.connected(strap, hci0), .done(.connect(strap, hci0))])
        let subscribe = LinkCommand.subscribe(strap, handle: heartRate, .startNotify)
        run.perform(subscribe)
        try run.until(.done(subscribe))
        run.clear()
        for rate in UInt8(60)..<80 { run.device.say(.notification(heartRate, [0, rate])) }
        try run.until { $0.count == 20 }
        #expect(run.events == (60..<80).map { .value(strap, handle: heartRate, bytes: [0, $0]) })
        run.clear()
        run.perform(.disconnect(strap))
        try run.until(.done(.disconnect(strap)))
        #expect(run.events == [.disconnected(strap, reason: "terminated-by-local-host"), .done(.disconnect(strap))])
        run.perform(.disconnect(strap))
        try run.until { $0.count == 3 }
        #expect(run.events.last == .done(.disconnect(strap)))
    }

    @Test("after any number of reconnections each notification is one value (lesson 5)")
    func reconnections() throws {
        let run = try LinkRun.listening()
        for turn in UInt8(0)..<50 {
            run.clear()
            run.perform(.connect(strap, hci0))
            try run.until { $0.contains { if case .resolved = $0 { true } else { false } } }
            run.perform(.subscribe(strap, handle: heartRate, .startNotify))
            try run.until(.done(.subscribe(strap, handle: heartRate, .startNotify)))
            run.device.say(.notification(heartRate, [0, turn]))
            run.device.say(.notification(heartRate, [0, turn]))
            try run.settle()
            let value = LinkEvent.value(strap, handle: heartRate, bytes: [0, turn])
            #expect(run.events.count { $0 == value } == 2)
            run.kernel.drop(strap.rawValue, reason: 1)
            try run.until(.disconnected(strap, reason: "connection-timeout"))
        }
        #expect(run.device.connections == 50)
        #expect(run.links.links.isEmpty)
    }

    @Test("what arrived before the link ended is passed on before its end, whichever is noticed first")
    func lastValues() throws {
        let run = try LinkRun.linked()
        run.perform(.subscribe(strap, handle: heartRate, .startNotify))
        try run.until(.done(.subscribe(strap, handle: heartRate, .startNotify)))
        run.clear()
        for rate in UInt8(1)...100 { run.device.say(.notification(heartRate, [0, rate])) }
        run.kernel.drop(strap.rawValue, reason: 3)
        try run.until { if case .disconnected = $0.last { true } else { false } }
        #expect(run.events.count == 101)
        #expect(run.events.last == .disconnected(strap, reason: "terminated-by-remote-host"))
        #expect(run.events.dropLast() == (1...100).map { .value(strap, handle: heartRate, bytes: [0, $0]) }[...])
    }

    @Test("a link whose socket ends without a word of the kernel has ended too")
    func socketEnds() throws {
        let run = try LinkRun.linked()
        run.kernel.hangUp(run.device)
        try run.until { if case .disconnected(strap, _) = $0.last { true } else { false } }
    }

    @Test("connecting to what was never heard, on what is not there, or twice fails in its own way")
    func connectFailures() throws {
        let run = try LinkRun.linked()
        #expect(run.links.links.count == 1)
        run.perform(.connect(strap, hci0))
        #expect(try run.failure(of: .connect(strap, hci0)) == .alreadyConnected)
        let other = SensorAddress(rawValue: 5)
        run.perform(.connect(other, hci0))
        #expect(try run.failure(of: .connect(other, hci0)) == .doesNotExist)
        run.perform(.connect(other, AdapterIndex(3)))
        #expect(try run.failure(of: .connect(other, AdapterIndex(3))) == .doesNotExist)
        run.kernel.event(0x0006, 0, [0, 2, 0, 0])
        try run.until(state(isPowered: false))
        let third = SensorAddress(rawValue: 6)
        run.perform(.connect(third, hci0))
        #expect(try run.failure(of: .connect(third, hci0)) == .notReady)
    }

    @Test("the kernel's refusal to connect becomes a failure of its kind (lesson 12)")
    func connectRefused() throws {
        for (number, kind) in [
            (EMLINK, LinkFailure.Kind.connectionLimit), (EBUSY, .inProgress), (EHOSTDOWN, .notReady),
        ] {
            let run = try LinkRun.listening()
            run.device.connectError = number
            run.perform(.connect(strap, hci0))
            #expect(try run.failure(of: .connect(strap, hci0)) == kind)
        }
    }

    @Test("commands to a sensor without a link say so; unknown handles and what cannot be done too")
    func wrongCommands() throws {
        let run = try LinkRun.listening()
        for command in [
            LinkCommand.read(strap, handle: 3), .write(strap, handle: 3, bytes: [1]), .pair(strap),
            .subscribe(strap, handle: 3, .startNotify), .unsubscribe(strap, handle: 3),
        ] {
            run.perform(command)
            #expect(try run.failure(of: command) == .notConnected)
        }
        let linked = try LinkRun.linked()
        linked.perform(.read(strap, handle: 999))
        #expect(try linked.failure(of: .read(strap, handle: 999)) == .doesNotExist)
        let acquire = LinkCommand.subscribe(strap, handle: linked.device.sensor.handle(0x2A05), .acquireNotify)
        linked.perform(acquire)
        #expect(try linked.failure(of: acquire) == .notSupported)
    }

    @Test("a link that ends fails what is open on it, once")
    func openCommands() throws {
        let run = try LinkRun.linked()
        run.device.isMute = true
        run.perform(.read(strap, handle: battery))
        run.perform(.subscribe(strap, handle: heartRate, .startNotify))
        try run.settle()
        run.perform(.disconnect(strap))
        try run.until(.done(.disconnect(strap)))
        let failed = run.events.count { event in if case .failed = event { true } else { false } }
        #expect(failed == 2 && run.events.count == 4)
    }

    @Test("a sensor that sends nonsense is disconnected, and says why")
    func nonsense() throws {
        let run = try LinkRun.linked()
        for _ in 0...VitalsHCILimits.malformedPacketsMax { run.device.say(.other(0x1B, [])) }
        try run.until {
            if case .disconnected(strap, let reason) = $0.last { reason?.contains("malformed") == true } else { false }
        }
        try run.settle()
        #expect(run.kernel.commands.last?.opcode == 0x0014)
    }
}
