import Testing
import VitalsCore
import VitalsModel
import VitalsSystemd

@testable import VitalsHCI

@Suite("Links without bluetoothd: discovery")
struct ATTDiscoveryTests: ATTLinksSuite {
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
}
