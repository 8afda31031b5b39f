import VitalsCore
import VitalsModel

@testable import VitalsHCI

/// What the suites of the links without bluetoothd share.
protocol ATTLinksSuite {}

extension ATTLinksSuite {
    var strap: SensorAddress { LinkRun.strap }
    var hci0: AdapterIndex { LinkRun.hci0 }
    var heartRate: UInt16 { FakeSensor.strap().handle(0x2A37) }
    var battery: UInt16 { FakeSensor.strap().handle(0x2A19) }

    func state(isPowered: Bool = true, isDiscovering: Bool = false) -> LinkEvent {
        let address = SensorAddress(rawValue: 0x00AA_0100_0000)
        return .adapter(hci0, AdapterState(address: address, isPowered: isPowered, isDiscovering: isDiscovering))
    }
}
