import Testing
import VitalsModel

@testable import VitalsCore

@Suite("What is heard of a sensor")
struct ReceptionTests {
    private func advertisement(_ adapter: AdapterIndex, _ rssi: Int8?) -> Advertisement {
        Advertisement(
            sensor: LinkScript.strap, adapter: adapter, name: nil, services: [], rssi: rssi, isBonded: false,
            isConnected: false)
    }

    @Test("names the adapters by strength, while it is fresh")
    func strength() {
        var reception = Reception()
        reception.note(advertisement(LinkScript.hci0, -80), at: .at(0))
        reception.note(advertisement(LinkScript.hci1, -50), at: .at(5))
        #expect(reception.adapters(at: .at(10)) == [LinkScript.hci1, LinkScript.hci0])
        #expect(reception.adapters(at: .at(21)) == [LinkScript.hci1])
        #expect(reception.adapters(at: .at(26)) == [])
        #expect(reception.rssi(over: LinkScript.hci0) == -80)
        #expect(reception.rssi(over: nil) == -50)
    }

    @Test("what is only remembered was not heard")
    func remembered() {
        var reception = Reception()
        reception.note(advertisement(LinkScript.hci0, nil), at: .at(0))
        #expect(reception.adapters(at: .at(0)) == [] && reception.lastHeard == nil)
    }

    @Test("is used up by an attempt to connect, until it is heard again")
    func consumed() {
        var reception = Reception()
        reception.note(advertisement(LinkScript.hci0, -60), at: .at(0))
        reception.consume()
        #expect(reception.adapters(at: .at(1)) == [])
        reception.note(advertisement(LinkScript.hci0, -61), at: .at(2))
        #expect(reception.adapters(at: .at(2)) == [LinkScript.hci0])
    }

    @Test("ends with its adapter, and keeps the bond when the service ends")
    func gone() {
        var reception = Reception()
        reception.note(advertisement(LinkScript.hci0, -60), at: .at(0))
        reception.note(advertisement(LinkScript.hci1, -60), at: .at(0))
        reception.isBonded = true
        reception.forget(LinkScript.hci0)
        #expect(reception.adapters(at: .at(0)) == [LinkScript.hci1])
        reception.forgetAdapters()
        #expect(reception.adapters(at: .at(0)) == [] && reception.isBonded)
        reception.forgetAll()
        #expect(!reception.isBonded)
    }

    @Test("does not grow with the number of adapters that a backend invents")
    func bounded() {
        var reception = Reception()
        for index in 0..<UInt16(1_000) { reception.note(advertisement(AdapterIndex(index), -60), at: .at(0)) }
        #expect(reception.adapters(at: .at(0)).count == LinkLimits.adaptersMax)
    }
}
