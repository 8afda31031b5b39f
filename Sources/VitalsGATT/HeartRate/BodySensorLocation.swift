public import VitalsModel

/// Body Sensor Location, 2A38: where the sensor is meant to be worn. Source: Heart Rate Service 1.0, 3.2.
public struct BodySensorLocation: RawRepresentable, Hashable, Sendable {
    /// The location as sent; 7 and above are reserved.
    public let rawValue: UInt8

    /// A location from its number.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Elsewhere.
    public static let other = BodySensorLocation(rawValue: 0)
    /// Chest.
    public static let chest = BodySensorLocation(rawValue: 1)
    /// Wrist.
    public static let wrist = BodySensorLocation(rawValue: 2)
    /// Finger.
    public static let finger = BodySensorLocation(rawValue: 3)
    /// Hand.
    public static let hand = BodySensorLocation(rawValue: 4)
    /// Ear lobe.
    public static let earLobe = BodySensorLocation(rawValue: 5)
    /// Foot.
    public static let foot = BodySensorLocation(rawValue: 6)

    /// The name in JSON and in text; nil for a reserved number.
    public var name: String? {
        switch self {
        case .other: "other"
        case .chest: "chest"
        case .wrist: "wrist"
        case .finger: "finger"
        case .hand: "hand"
        case .earLobe: "ear-lobe"
        case .foot: "foot"
        default: nil
        }
    }
}

extension BodySensorLocation: CharacteristicDecodable {
    /// Body Sensor Location.
    public static var characteristic: BluetoothUUID { .bodySensorLocation }

    /// One byte.
    public static func decode(_ bytes: Span<UInt8>) throws(MalformedValue) -> Decoded<BodySensorLocation> {
        var cursor = try ByteCursor(characteristic, bytes)
        let location = BodySensorLocation(rawValue: try cursor.uint8(.bodySensorLocation, in: bytes))
        var warnings = cursor.trailing(in: bytes)
        if location.name == nil { warnings.insert(.reservedValue) }
        return Decoded(location, warnings: warnings)
    }
}
