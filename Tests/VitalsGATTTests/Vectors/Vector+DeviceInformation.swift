import VitalsGATT
import VitalsModel

extension Vector {
    /// Battery Service and Device Information Service.
    static let deviceInformation: [Vector] = [
        Vector(.batteryLevel, "57", .batteryLevel(BatteryLevel(rawValue: 87))),
        Vector(.batteryLevel, "64", .batteryLevel(BatteryLevel(rawValue: 100))),
        Vector(.batteryLevel, "00", .batteryLevel(BatteryLevel(rawValue: 0))),
        Vector(.batteryLevel, "65", .batteryLevel(BatteryLevel(rawValue: 101)), warnings: .reservedValue),
        Vector(.batteryLevel, "ff", .batteryLevel(BatteryLevel(rawValue: 255)), warnings: .reservedValue),
        Vector(.batteryLevel, "57 00", .batteryLevel(BatteryLevel(rawValue: 87)), warnings: .trailingBytes),
        Vector(malformed: .batteryLevel, "", .batteryLevel, at: 0, needs: 1),

        text(.manufacturerName, "50 6f 6c 61 72", "Polar"),
        text(.manufacturerName, "50 6f 6c 61 72 00 00 00", "Polar"),
        text(.modelNumber, "33 32 33 30", "3230"),
        text(.serialNumber, "00 00", ""),
        text(.firmwareRevision, "", ""),
        text(.hardwareRevision, "41 00 42 00", "A\0B"),
        text(.softwareRevision, "32 2e c2 b5", "2.µ"),

        Vector(.systemID, "74 e8 ff fe ff 05 1c 00", .systemID(SystemID(eui64: 0x001C_05FF_FEFF_E874))),
        Vector(.systemID, "00 00 00 00 00 00 00 00", .systemID(SystemID(eui64: 0))),
        Vector(
            .systemID, "74 e8 ff fe ff 05 1c 00 00", .systemID(SystemID(eui64: 0x001C_05FF_FEFF_E874)),
            warnings: .trailingBytes),
        Vector(malformed: .systemID, "01 02 03", .systemID, at: 0, needs: 8),

        pnp("01 05 00 34 12 01 00", source: 1, 0x0005, 0x1234, 0x0001),
        pnp("02 6b 1d 46 02 66 05", source: 2, 0x1D6B, 0x0246, 0x0566),
        pnp("01 ff ff 00 00 00 00", source: 1, 0xFFFF, 0, 0),
        pnp("00 05 00 34 12 01 00", source: 0, 0x0005, 0x1234, 0x0001, warnings: .reservedValue),
        pnp("01 05 00 34 12 01 00 00", source: 1, 0x0005, 0x1234, 0x0001, warnings: .trailingBytes),
        Vector(malformed: .pnpID, "01 05 00 34 12 01", .productVersion, at: 5, needs: 2),
    ]

    private static func text(_ characteristic: BluetoothUUID, _ hex: String, _ text: String) -> Vector {
        let value = DeviceInformationString(characteristic: characteristic, text: text)
        return Vector(characteristic, hex, .deviceInformation(value))
    }

    private static func pnp(
        _ hex: String, source: UInt8, _ vendor: UInt16, _ product: UInt16, _ version: UInt16,
        warnings: DecodeWarnings = []
    ) -> Vector {
        let value = PnPID(
            vendorIDSource: PnPID.VendorIDSource(rawValue: source), vendorID: vendor, productID: product,
            productVersion: version)
        return Vector(.pnpID, hex, .pnpID(value), warnings: warnings)
    }
}
