public import VitalsModel

/// Battery Level, 2A19. Source: Battery Service 1.0, 3.1.
public struct BatteryLevel: RawRepresentable, Hashable, Sendable {
    /// The level as sent; above 100 is reserved.
    public let rawValue: UInt8

    /// A level from its number.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// The charge in per cent, 0 to 100; nil when the sensor sent a reserved number.
    public var percent: UInt8? { rawValue <= 100 ? rawValue : nil }
}

extension BatteryLevel: CharacteristicDecodable {
    /// Battery Level.
    public static var characteristic: BluetoothUUID { .batteryLevel }

    /// One byte.
    public static func decode(_ bytes: Span<UInt8>) throws(MalformedValue) -> Decoded<BatteryLevel> {
        var cursor = try ByteCursor(characteristic, bytes)
        let level = BatteryLevel(rawValue: try cursor.uint8(.batteryLevel, in: bytes))
        var warnings = cursor.trailing(in: bytes)
        if level.percent == nil { warnings.insert(.reservedValue) }
        return Decoded(level, warnings: warnings)
    }
}
