import Glibc
import Testing
import VitalsCore
import VitalsModel

@testable import VitalsHCI

@Suite("Links without bluetoothd: the service and its adapters")
struct ATTAdapterTests: ATTLinksSuite {
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
}
