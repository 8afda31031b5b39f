import Testing
import VitalsModel

@testable import VitalsCore

@Suite("Admission")
struct AdmissionTests {
    private let heartRate = BluetoothUUID(0x180D)

    private func advertisement(
        _ sensor: SensorAddress = LinkScript.strap, isBonded: Bool = false, services: [BluetoothUUID] = []
    ) -> Advertisement {
        Advertisement(
            sensor: sensor, adapter: LinkScript.hci0, name: "Strap 1", services: services, rssi: -50,
            isBonded: isBonded, isConnected: false)
    }

    @Test("nobody is admitted by default, whatever the name")
    func nobody() {
        let admission = Admission(LinkConfiguration())
        #expect(admission.reason(for: advertisement(isBonded: true, services: [heartRate])) == nil)
        #expect(!admission.isOpen)
    }

    @Test("a listed address is, whatever it advertises")
    func listed() {
        let admission = Admission(.listing(LinkScript.strap))
        #expect(admission.reason(for: advertisement()) == .listed)
        #expect(admission.reason(for: advertisement(LinkScript.other, services: [heartRate])) == nil)
        #expect(!admission.isOpen && admission.discoveredServices == [])
    }

    @Test("a bonded one is, if bonds admit")
    func bonded() {
        var configuration = LinkConfiguration()
        configuration.admitsBonded = true
        let admission = Admission(configuration)
        #expect(admission.reason(for: advertisement(isBonded: true)) == .bonded)
        #expect(admission.reason(for: advertisement()) == nil)
        #expect(admission.isOpen && admission.discoveredServices == [])
    }

    @Test("one with an admitted service is, and only such are discovered if nothing else admits")
    func service() {
        var configuration = LinkConfiguration()
        configuration.admittedServices = [heartRate]
        #expect(Admission(configuration).reason(for: advertisement(services: [heartRate])) == .service)
        #expect(Admission(configuration).reason(for: advertisement(services: [BluetoothUUID(0x1822)])) == nil)
        #expect(Admission(configuration).discoveredServices == [heartRate])
        // A listed sensor need not advertise its services.
        configuration.sensors[LinkScript.strap] = SensorLink()
        #expect(Admission(configuration).discoveredServices == [])
    }
}
