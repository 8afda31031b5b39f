public import VitalsModel

/// System ID, 2A23: an EUI-64 that identifies one sensor. Source: Device Information Service 1.1, 3.7.
public struct SystemID: Hashable, Sendable {
    /// The EUI-64: the organisation in the upper 24 bits, the manufacturer's part in the lower 40.
    public let eui64: UInt64

    /// An identifier from its number.
    public init(eui64: UInt64) { self.eui64 = eui64 }

    /// The Organizationally Unique Identifier, 24 bits.
    public var organizationallyUniqueIdentifier: UInt32 { UInt32(truncatingIfNeeded: eui64 >> 40) }

    /// The manufacturer's part, 40 bits.
    public var manufacturerDefinedIdentifier: UInt64 { eui64 & 0xFF_FFFF_FFFF }

    /// True for all zeros, which many sensors send and which identify none of them.
    public var isPlaceholder: Bool { eui64 == 0 }

    /// The Bluetooth address that the identifier was made from; nil when no FF-FE in the middle says so.
    public var address: SensorAddress? {
        guard eui64 >> 24 & 0xFFFF == 0xFFFE else { return nil }
        return SensorAddress(rawValue: (eui64 >> 40) << 24 | eui64 & 0xFF_FFFF)
    }
}

extension SystemID: CustomStringConvertible {
    /// The octets from the most significant on: `00-1C-05-FF-FE-FF-E8-74`.
    public var description: String {
        (0..<8).map { Hex.upper(UInt8(truncatingIfNeeded: eui64 >> UInt64(56 - 8 * $0))) }.joined(separator: "-")
    }
}

extension SystemID: CharacteristicDecodable {
    /// System ID.
    public static var characteristic: BluetoothUUID { .systemID }

    /// Eight bytes, the least significant first.
    public static func decode(_ bytes: Span<UInt8>) throws(MalformedValue) -> Decoded<SystemID> {
        var cursor = try ByteCursor(characteristic, bytes)
        let identifier = SystemID(eui64: try cursor.uint64(.systemID, in: bytes))
        return Decoded(identifier, warnings: cursor.trailing(in: bytes))
    }
}
