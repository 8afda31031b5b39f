import Testing
import VitalsModel
import VitalsSystemd

@testable import VitalsBlueZ

@Suite("The pairing agent")
struct PairingAgentTests {
    private let plain = SensorAddress(rawValue: 0xC000_0000_0001)
    private let locked = SensorAddress(rawValue: 0xC000_0000_0002)
    private var agent: PairingAgent { PairingAgent(passkeys: [locked: 1_234]) }
    private let device = BusValue.objectPath("/org/bluez/hci0/dev_C0_00_00_00_00_01")

    @Test("any passkey in the configuration makes it a keyboard")
    func capability() {
        #expect(PairingAgent(passkeys: [:]).capability == "NoInputNoOutput")
        #expect(agent.capability == "KeyboardOnly")
    }

    @Test("a sensor that nobody asked to pair is refused, whatever it asks")
    func refused() {
        let methods = [
            "RequestPinCode", "RequestPasskey", "RequestConfirmation", "RequestAuthorization", "AuthorizeService",
            "DisplayPinCode", "DisplayPasskey",
        ]
        for method in methods {
            #expect(agent.answer(method, [device], sensor: plain, isWanted: false) == PairingAgent.rejected)
            #expect(agent.answer(method, [device], sensor: nil, isWanted: true) == PairingAgent.rejected)
        }
    }

    @Test("Just Works is authorised for a sensor without a passkey, and refused for one that has one")
    func justWorks() {
        #expect(agent.answer("RequestAuthorization", [device], sensor: plain, isWanted: true) == .values([]))
        let answer = agent.answer("RequestAuthorization", [device], sensor: locked, isWanted: true)
        #expect(answer == PairingAgent.rejected)
    }

    @Test("the configured passkey is given, and a number that both sides show must be it")
    func passkey() {
        #expect(agent.answer("RequestPasskey", [device], sensor: locked, isWanted: true) == .values([.uint32(1_234)]))
        #expect(agent.answer("RequestPasskey", [device], sensor: plain, isWanted: true) == PairingAgent.rejected)
        let confirm = { agent.answer("RequestConfirmation", [device, .uint32($0)], sensor: locked, isWanted: true) }
        #expect(confirm(1_234) == .values([]) && confirm(4_321) == PairingAgent.rejected)
    }

    @Test("the end of a pairing needs no sensor, and what is no method of an agent is not answered")
    func rest() {
        #expect(agent.answer("Cancel", [], sensor: nil, isWanted: false) == .values([]))
        #expect(agent.answer("Release", [], sensor: nil, isWanted: false) == .values([]))
        #expect(agent.answer("Introspect", [], sensor: plain, isWanted: true) == nil)
    }
}
