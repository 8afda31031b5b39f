/// A Bluetooth UUID: 16 bits assigned by the SIG, or 128 bits.
///
/// Source: Bluetooth Core 5.4, volume 3, part B, 2.5.1 (the base UUID that short values stand in).
public struct BluetoothUUID: Hashable, Sendable {
    /// The most significant 64 bits.
    public let high: UInt64
    /// The least significant 64 bits.
    public let low: UInt64

    /// A short UUID, such as `0x2A37`, on the Bluetooth base.
    public init(_ short: UInt16) {
        high = UInt64(short) << 32 | Self.baseHigh
        low = Self.baseLow
    }

    /// A full UUID from its two halves.
    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Four hexadecimal digits, or 32 with or without the usual hyphens; nil for anything else.
    public init?(_ text: some StringProtocol) {
        var digits: [UInt8] = []
        for character in text.utf8 where character != UInt8(ascii: "-") {
            guard let digit = Hex.digit(character), digits.count < 32 else { return nil }
            digits.append(digit)
        }
        let value = { (part: ArraySlice<UInt8>) in part.reduce(UInt64(0)) { $0 << 4 | UInt64($1) } }
        switch digits.count {
        case 4: self.init(UInt16(value(digits[...])))
        case 32: self.init(high: value(digits[..<16]), low: value(digits[16...]))
        default: return nil
        }
    }

    /// The SIG's 16-bit value, when the UUID stands on the Bluetooth base.
    public var short: UInt16? {
        low == Self.baseLow && high & 0xFFFF_0000_FFFF_FFFF == Self.baseHigh ? UInt16(high >> 32 & 0xFFFF) : nil
    }

    private static let baseHigh: UInt64 = 0x0000_0000_0000_1000
    private static let baseLow: UInt64 = 0x8000_0080_5F9B_34FB
}

extension BluetoothUUID: CustomStringConvertible {
    /// Four upper-case digits for a short UUID, else 32 lower-case ones.
    public var description: String {
        if let short {
            return Hex.upper(UInt8(short >> 8)) + Hex.upper(UInt8(short & 0xFF))
        }
        let bytes = [high, low].flatMap { half in (0..<8).map { UInt8(truncatingIfNeeded: half >> (56 - 8 * $0)) } }
        return Hex.string(bytes)
    }
}

/// The characteristics that the gateway reads, named as the SIG names them (Assigned Numbers, 3.8).
extension BluetoothUUID {
    /// Heart Rate Measurement.
    public static let heartRateMeasurement = BluetoothUUID(0x2A37)
    /// Body Sensor Location.
    public static let bodySensorLocation = BluetoothUUID(0x2A38)
    /// PLX Spot-Check Measurement.
    public static let plxSpotCheckMeasurement = BluetoothUUID(0x2A5E)
    /// PLX Continuous Measurement.
    public static let plxContinuousMeasurement = BluetoothUUID(0x2A5F)
    /// PLX Features.
    public static let plxFeatures = BluetoothUUID(0x2A60)
    /// Record Access Control Point.
    public static let recordAccessControlPoint = BluetoothUUID(0x2A52)
    /// Battery Level.
    public static let batteryLevel = BluetoothUUID(0x2A19)
    /// System ID.
    public static let systemID = BluetoothUUID(0x2A23)
    /// Model Number String.
    public static let modelNumber = BluetoothUUID(0x2A24)
    /// Serial Number String.
    public static let serialNumber = BluetoothUUID(0x2A25)
    /// Firmware Revision String.
    public static let firmwareRevision = BluetoothUUID(0x2A26)
    /// Hardware Revision String.
    public static let hardwareRevision = BluetoothUUID(0x2A27)
    /// Software Revision String.
    public static let softwareRevision = BluetoothUUID(0x2A28)
    /// Manufacturer Name String.
    public static let manufacturerName = BluetoothUUID(0x2A29)
    /// PnP ID.
    public static let pnpID = BluetoothUUID(0x2A50)
    /// Current Time.
    public static let currentTime = BluetoothUUID(0x2A2B)
}
