import Testing
import VitalsCore
import VitalsModel

@testable import VitalsHCI

@Suite("Links without bluetoothd: bonds")
struct ATTBondTests: ATTLinksSuite {
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
