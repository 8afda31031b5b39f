public import VitalsModel

/// Heart Rate Control Point, 2A39: a command to the sensor. Source: Heart Rate Service 1.0, 3.3.
///
/// It exists only where energy expended is supported; a sensor answers any other command with ATT error 0x80.
public struct HeartRateControlPoint: RawRepresentable, Hashable, Sendable {
    /// The command as written.
    public let rawValue: UInt8

    /// A command from its number.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Sets the energy expended back to 0.
    public static let resetEnergyExpended = HeartRateControlPoint(rawValue: 1)
}

extension HeartRateControlPoint: CharacteristicEncodable {
    /// Heart Rate Control Point.
    public static var characteristic: BluetoothUUID { .heartRateControlPoint }

    /// One byte; any command but the reset is reserved.
    public static func decode(_ bytes: Span<UInt8>) throws(MalformedValue) -> Decoded<HeartRateControlPoint> {
        var cursor = try ByteCursor(characteristic, bytes)
        let command = HeartRateControlPoint(rawValue: try cursor.uint8(.heartRateControlPoint, in: bytes))
        var warnings = cursor.trailing(in: bytes)
        if command != .resetEnergyExpended { warnings.insert(.reservedValue) }
        return Decoded(command, warnings: warnings)
    }

    /// Appends one byte.
    public func encode(into bytes: inout [UInt8]) { bytes.append(rawValue) }
}
