import Glibc
import Testing
import VitalsCore
import VitalsModel
import VitalsSystemd

@testable import VitalsHCI

@Suite("Links without bluetoothd")
struct ATTLinksTests {
    private let strap = LinkRun.strap
    private let hci0 = LinkRun.hci0
    private let heartRate = FakeSensor.strap().handle(0x2A37)
    private let battery = FakeSensor.strap().handle(0x2A19)

    private func state(isPowered: Bool = true, isDiscovering: Bool = false) -> LinkEvent {
        let address = SensorAddress(rawValue: 0x00AA_0100_0000)
        return .adapter(hci0, AdapterState(address: address, isPowered: isPowered, isDiscovering: isDiscovering))
    }

    // MARK: Service and adapters

    @Test("at the start the service is up, then each adapter is reported")
    func start() throws {
        let run = try LinkRun()
        try run.links.start()
        try run.until { $0.count == 2 }
        #expect(run.events == [.serviceUp, state()])
    }

    @Test("an adapter that is off is switched on with LE; one that is on is left alone")
    func powerOn() throws {
        let run = try LinkRun()
        run.kernel.controllers[0]?.settings = []
        try run.links.start()
        try run.until(state(isPowered: false))
        run.perform(.powerOn(hci0))
        try run.until(.done(.powerOn(hci0)))
        #expect(run.events.suffix(2) == [state(), .done(.powerOn(hci0))])
        #expect(run.kernel.commands.suffix(2).map(\.opcode) == [0x000D, 0x0005])
        let commands = run.kernel.commands.count
        run.clear()
        run.perform(.powerOn(hci0))
        try run.until(.done(.powerOn(hci0)))
        #expect(run.kernel.commands.count == commands)
    }

    @Test("a power cycle goes off and on, and is reported both times (lesson 13)")
    func powerCycle() throws {
        let run = try LinkRun()
        try run.links.start()
        try run.until(state())
        run.clear()
        run.perform(.powerCycle(hci0))
        try run.until(.done(.powerCycle(hci0)))
        #expect(run.events == [state(isPowered: false), state(), .done(.powerCycle(hci0))])
    }

    @Test("a reset runs beside the loop, and its failure keeps the kernel's words (lesson 13)")
    func reset() throws {
        let run = try LinkRun()
        try run.links.start()
        try run.until(state())
        run.perform(.reset(hci0))
        try run.until(.done(.reset(hci0)))
        run.kernel.controllers[0] = nil
        run.perform(.reset(hci0))
        #expect(try run.failure(of: .reset(hci0)) == .other)
    }

    @Test("rfkill and missing rights are told apart, in the kernel's words (lesson 20)")
    func powerRefused() throws {
        for (status, kind) in [
            (ManagementStatus.blocked, LinkFailure.Kind.notReady), (.permissionDenied, .accessDenied),
        ] {
            let run = try LinkRun()
            run.kernel.controllers[0]?.settings = [.lowEnergy]
            run.kernel.answers[0x0005] = status
            try run.links.start()
            try run.until(state(isPowered: false))
            run.perform(.powerOn(hci0))
            #expect(try run.failure(of: .powerOn(hci0)) == kind)
        }
    }

    @Test("an adapter that is removed takes its links with it, and comes back without a restart")
    func adapterGone() throws {
        let run = try LinkRun.linked()
        run.kernel.remove(0)
        try run.until(.adapterGone(hci0))
        #expect(run.events == [.disconnected(strap, reason: "adapter-gone"), .adapterGone(hci0)])
        run.perform(.connect(strap, hci0))
        #expect(try run.failure(of: .connect(strap, hci0)) == .doesNotExist)
        run.kernel.plugIn(0)
        try run.until(state())
    }

    @Test("when the management channel breaks, all that is open fails, links end, and then the service is down")
    func channelBroken() throws {
        let run = try LinkRun.linked()
        run.device.isMute = true
        run.perform(.read(strap, handle: battery))
        try run.settle()
        run.kernel.breakChannel()
        try run.until { if case .serviceDown = $0.last { true } else { false } }
        #expect(try run.failure(of: .read(strap, handle: battery)) == .serviceGone)
        #expect(
            run.events.dropFirst().dropLast() == [
                .disconnected(strap, reason: "bluetooth-service-gone"), .adapterGone(hci0),
            ])
    }

    @Test("a kernel without Bluetooth is a service that is down; missing rights are an error at the start (lesson 20)")
    func cannotOpen() throws {
        let absent = try LinkRun()
        absent.kernel.managementError = HCIError.system(EAFNOSUPPORT, "open the Bluetooth management channel")
        try absent.links.start()
        try absent.until { if case .serviceDown(let reason) = $0.last { reason.contains("modprobe") } else { false } }
        let forbidden = try LinkRun()
        forbidden.kernel.managementError = HCIError.system(
            EPERM, "open the Bluetooth management channel", capability: "CAP_NET_ADMIN")
        #expect(throws: HCIError.self) { try forbidden.links.start() }
    }

    // MARK: Discovery

    @Test("sensors are reported as they are heard; a filter lets through what advertises one of its services")
    func discovery() throws {
        let run = try LinkRun()
        run.kernel.add(0xC000_0000_0001, .strap(), services: [0x180D, 0x180F])
        run.kernel.add(0x00A0_0000_0002, .strap(), services: [0x1822], kind: .public)
        try run.links.start()
        try run.until(state())
        let command = LinkCommand.startDiscovery(hci0, services: [BluetoothUUID(0x180D)])
        run.perform(command)
        try run.until { $0.contains { if case .advertised = $0 { true } else { false } } }
        try run.settle()
        let heard = run.events.compactMap { event in if case .advertised(let heard) = event { heard } else { nil } }
        #expect(
            heard == [
                Advertisement(
                    sensor: strap, adapter: hci0, name: nil, services: [BluetoothUUID(0x180D), BluetoothUUID(0x180F)],
                    rssi: -50, isBonded: false, isConnected: false)
            ])
        #expect(run.events.contains(.done(command)) && run.events.contains(state(isDiscovering: true)))
    }

    @Test("the kernel ends discovery every ten seconds: it goes on, and nothing is said of the pause")
    func discoveryGoesOn() throws {
        let run = try LinkRun()
        try run.links.start()
        try run.until(state())
        run.perform(.startDiscovery(hci0, services: []))
        try run.until(state(isDiscovering: true))
        run.clear()
        run.kernel.endDiscovery()
        for _ in 0..<100 where run.kernel.controllers[0]?.isDiscovering == false {
            try run.loop.turn(waiting: .milliseconds(100))
        }
        #expect(run.kernel.controllers[0]?.isDiscovering == true)
        try run.settle()
        #expect(run.events.isEmpty)
    }

    @Test("discovery that somebody else keeps is in progress, and works again when the fault is gone (lesson 2)")
    func discoveryBusy() throws {
        let run = try LinkRun()
        run.kernel.answers[0x0023] = .busy
        try run.links.start()
        try run.until(state())
        run.perform(.startDiscovery(hci0, services: []))
        #expect(try run.failure(of: .startDiscovery(hci0, services: [])) == .inProgress)
        run.kernel.answers = [:]
        run.perform(.startDiscovery(hci0, services: []))
        try run.until(.done(.startDiscovery(hci0, services: [])))
    }

    @Test("an adapter that is switched off while discovery is being stopped and started leaves no command unanswered")
    func switchedOffMeanwhile() throws {
        let run = try LinkRun()
        run.kernel.answers[0x0023] = .some(nil)
        try run.links.start()
        try run.until(state())
        run.perform(.startDiscovery(hci0, services: []))
        run.perform(.stopDiscovery(hci0))
        try run.settle()
        run.kernel.event(0x0006, 0, [0, 0, 0, 0])
        run.kernel.event(0x0002, 0, [0x23, 0x00, ManagementStatus.notPowered.rawValue])
        try run.until(.done(.stopDiscovery(hci0)))
        #expect(try run.failure(of: .startDiscovery(hci0, services: [])) == .notReady)
    }

    @Test("stopping while it is being started stops it, and so does the end of the backend (lesson 3)")
    func stopEarly() throws {
        let run = try LinkRun()
        try run.links.start()
        try run.until(state())
        run.perform(.startDiscovery(hci0, services: []))
        run.perform(.stopDiscovery(hci0))
        try run.until(.done(.stopDiscovery(hci0)))
        #expect(run.events.contains(.done(.startDiscovery(hci0, services: []))))
        #expect(run.kernel.controllers[0]?.isDiscovering == false)
        run.perform(.stopDiscovery(hci0))
        run.perform(.startDiscovery(hci0, services: []))
        try run.until { $0.count { $0 == .done(.startDiscovery(hci0, services: [])) } == 2 }
        run.links.stop()
        run.clear()
        try run.settle()
        #expect(run.kernel.controllers[0]?.isDiscovering == false)
        run.kernel.advertise()
        try run.settle()
        #expect(run.events.isEmpty)
    }

    // MARK: Links

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

    // MARK: Bonds

    @Test("pairing makes the adapter bondable and the sensor bonded; a bonded one is not forgotten")
    func pairing() throws {
        let run = try LinkRun.linked()
        run.perform(.pair(strap))
        try run.until(.done(.pair(strap)))
        #expect(run.kernel.controllers[0]?.settings.contains(.bondable) == true)
        #expect(
            run.events.contains {
                if case .advertised(let heard) = $0 { heard.isBonded && heard.isConnected } else { false }
            })
        run.perform(.forget(strap))
        #expect(try run.failure(of: .forget(strap)) == .notPermitted)
    }

    @Test("a sensor that was paired with before has its link encrypted")
    func pairedBefore() throws {
        let run = try LinkRun.linked()
        run.kernel.answers[0x0019] = .alreadyPaired
        run.perform(.pair(strap))
        try run.until(.done(.pair(strap)))
        #expect(run.kernel.encryptions == 1)
    }

    @Test("consent is given to a sensor that the gateway pairs with, and to no other")
    func consent() throws {
        let run = try LinkRun.linked()
        let request = run.device.peer.bytes + [1, 0, 0, 0, 0]
        run.kernel.event(0x000F, 0, request)
        try run.settle()
        #expect(run.kernel.commands.last?.opcode == 0x001D)
        run.kernel.answers[0x0019] = .some(nil)
        run.perform(.pair(strap))
        try run.settle()
        run.kernel.event(0x000F, 0, request)
        try run.settle()
        #expect(run.kernel.commands.last?.opcode == 0x001C)
        run.kernel.event(0x0001, 0, [0x19, 0x00, 0x00])
        try run.until(.done(.pair(strap)))
    }

    @Test("a sensor that wants a human is refused at once, and the words say so")
    func pairingNeedsHuman() throws {
        for request in [UInt16(0x000F), 0x0010] {
            let run = try LinkRun.linked()
            run.kernel.answers[0x0019] = .some(nil)
            run.perform(.pair(strap))
            try run.settle()
            run.kernel.event(request, 0, run.device.peer.bytes + [0, 0, 0, 0, 0])
            try run.settle()
            #expect(run.kernel.commands.last?.opcode == (request == 0x000F ? 0x001D : 0x001F))
            run.kernel.event(0x0002, 0, [0x19, 0x00, 0x05])
            #expect(try run.failure(of: .pair(strap)) == .notSupported)
        }
    }

    @Test("a sensor that refuses its bond is an authentication failure (lesson 14)")
    func pairingFails() throws {
        let run = try LinkRun.linked()
        run.kernel.answers[0x0019] = .authenticationFailed
        run.perform(.pair(strap))
        #expect(try run.failure(of: .pair(strap)) == .authentication)
    }

    @Test("forgetting an unbonded sensor ends its link and what was heard of it")
    func forget() throws {
        let run = try LinkRun.linked()
        run.perform(.forget(strap))
        try run.until(.done(.forget(strap)))
        #expect(run.events == [.disconnected(strap, reason: "forgotten"), .forgotten(strap), .done(.forget(strap))])
        run.perform(.connect(strap, hci0))
        #expect(try run.failure(of: .connect(strap, hci0)) == .doesNotExist)
    }
}
