import Testing
import VitalsGATT
import VitalsModel

/// Battery Service and Device Information Service, beyond their vectors.
@Suite("Device information")
struct DeviceInformationTests {
    @Test(
        "a battery level above 100 is no percentage",
        arguments: [(0, 0), (87, 87), (100, 100), (101, nil), (255, nil)] as [(UInt8, UInt8?)])
    func batteryPercent(level: UInt8, percent: UInt8?) {
        #expect(BatteryLevel(rawValue: level).percent == percent)
    }

    @Test("a System ID made from a Bluetooth address gives it back, and all zeros identify nobody")
    func systemID() {
        let nonin = SystemID(eui64: 0x001C_05FF_FEFF_E874)
        #expect(nonin.description == "00-1C-05-FF-FE-FF-E8-74")
        #expect(nonin.address == SensorAddress("00:1C:05:FF:E8:74"))
        #expect(nonin.organizationallyUniqueIdentifier == 0x001C05)
        #expect(nonin.manufacturerDefinedIdentifier == 0xFF_FEFF_E874)
        #expect(!nonin.isPlaceholder)
        let placeholder = SystemID(eui64: 0)
        #expect(placeholder.isPlaceholder)
        #expect(placeholder.address == nil)
        #expect(SystemID(eui64: 0x001C_0500_0000_0001).address == nil)
    }

    @Test(
        "a PnP ID names a vendor only where a register of vendors stands behind the number",
        arguments: [
            (1, 0x0005, 0x0005), (1, 0xFFFF, nil), (2, 0x1D6B, 0x1D6B), (2, 0xFFFF, 0xFFFF), (0, 5, nil), (3, 5, nil),
        ] as [(UInt8, UInt16, UInt16?)])
    func vendor(source: UInt8, vendor: UInt16, expected: UInt16?) {
        let pnp = PnPID(
            vendorIDSource: PnPID.VendorIDSource(rawValue: source), vendorID: vendor, productID: 1, productVersion: 1)
        #expect(pnp.assignedVendorID == expected)
    }

    @Test(
        "a product version is binary-coded decimal JJ.M.N",
        arguments: [(0x0001, "0.0.1"), (0x0566, "5.6.6"), (0x1234, "12.3.4"), (0x00A0, nil), (0xF000, nil)]
            as [(UInt16, String?)])
    func version(version: UInt16, text: String?) {
        let pnp = PnPID(vendorIDSource: .bluetoothSIG, vendorID: 1, productID: 1, productVersion: version)
        #expect(pnp.productVersionText == text)
    }

    @Test("the sources of vendor numbers are named")
    func sourceNames() {
        #expect(
            (0...3).map { PnPID.VendorIDSource(rawValue: $0).name } == [
                nil, "bluetooth-sig", "usb-implementers-forum", nil,
            ])
    }

    @Test(
        "text that is no UTF-8 is refused at its first wrong byte",
        arguments: [("ff", 0), ("41 42 c3", 2), ("41 c0 80", 1), ("ed a0 80", 0), ("41 e2 82 00 00", 1)])
    func notUTF8(hex: String, offset: Int) {
        #expect(
            Vector.decode(.serialNumber, Vector.bytes(hex)) == .malformed(.text, at: offset, .notUTF8))
    }

    @Test("each of the six texts keeps which one it is", arguments: DeviceInformationString.characteristics)
    func texts(characteristic: BluetoothUUID) throws {
        let decoded = try DeviceInformationString.decode(characteristic, [0x48, 0x31, 0x30, 0x00])
        #expect(decoded == Decoded(DeviceInformationString(characteristic: characteristic, text: "H10")))
    }
}
