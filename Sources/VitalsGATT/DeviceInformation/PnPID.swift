public import VitalsModel

/// PnP ID, 2A50: who made the sensor, and which product and version it is. Source: Device Information Service 1.1, 3.9.
public struct PnPID: Hashable, Sendable {
    /// Who assigned the vendor's number.
    public let vendorIDSource: VendorIDSource
    /// The vendor's number.
    public let vendorID: UInt16
    /// The vendor's number of the product.
    public let productID: UInt16
    /// The version as binary-coded decimal 0xJJMN.
    public let productVersion: UInt16

    /// An identifier.
    public init(vendorIDSource: VendorIDSource, vendorID: UInt16, productID: UInt16, productVersion: UInt16) {
        self.vendorIDSource = vendorIDSource
        self.vendorID = vendorID
        self.productID = productID
        self.productVersion = productVersion
    }

    /// The vendor, if the numbers name one: nil under a reserved source and for the SIG's 0xFFFF, which is nobody's.
    public var assignedVendorID: UInt16? {
        switch vendorIDSource {
        case .bluetoothSIG: vendorID == 0xFFFF ? nil : vendorID
        case .usbImplementersForum: vendorID
        default: nil
        }
    }

    /// The version as `major.minor.sub-minor`, such as `5.6.6`; nil when a digit is none.
    public var productVersionText: String? {
        let digits = (0..<4).map { productVersion >> UInt16(12 - 4 * $0) & 0xF }
        guard digits.allSatisfy({ $0 <= 9 }) else { return nil }
        return "\(digits[0] * 10 + digits[1]).\(digits[2]).\(digits[3])"
    }

    /// Who assigns vendor numbers.
    public struct VendorIDSource: RawRepresentable, Hashable, Sendable {
        /// The number on the air; 1 and 2 are defined.
        public let rawValue: UInt8

        /// A source from its number.
        public init(rawValue: UInt8) { self.rawValue = rawValue }

        /// A company identifier of the Bluetooth SIG.
        public static let bluetoothSIG = VendorIDSource(rawValue: 1)
        /// A vendor identifier of the USB Implementers Forum.
        public static let usbImplementersForum = VendorIDSource(rawValue: 2)

        /// The name in JSON and in text; nil for a reserved number.
        public var name: String? {
            switch self {
            case .bluetoothSIG: "bluetooth-sig"
            case .usbImplementersForum: "usb-implementers-forum"
            default: nil
            }
        }
    }
}

extension PnPID: CharacteristicDecodable {
    /// PnP ID.
    public static var characteristic: BluetoothUUID { .pnpID }

    /// Seven bytes.
    public static func decode(_ bytes: Span<UInt8>) throws(MalformedValue) -> Decoded<PnPID> {
        var cursor = try ByteCursor(characteristic, bytes)
        let identifier = PnPID(
            vendorIDSource: VendorIDSource(rawValue: try cursor.uint8(.vendorIDSource, in: bytes)),
            vendorID: try cursor.uint16(.vendorID, in: bytes),
            productID: try cursor.uint16(.productID, in: bytes),
            productVersion: try cursor.uint16(.productVersion, in: bytes))
        var warnings = cursor.trailing(in: bytes)
        if identifier.vendorIDSource.name == nil { warnings.insert(.reservedValue) }
        return Decoded(identifier, warnings: warnings)
    }
}
