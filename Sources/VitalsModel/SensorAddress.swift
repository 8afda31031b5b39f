/// The 48-bit Bluetooth device address of a sensor: the identity address where one is known.
///
/// It is written the way BlueZ writes it (`C0:00:00:00:00:01`) and travels in topics without the colons.
public struct SensorAddress: Hashable, Sendable {
    /// The address in the low 48 bits, the first written octet being the most significant.
    public let rawValue: UInt64

    /// Bits above the 48th are dropped.
    public init(rawValue: UInt64) {
        self.rawValue = rawValue & 0xFFFF_FFFF_FFFF
    }

    /// Reads `C0:00:00:00:00:01`, in either case; nil for anything else.
    public init?(_ text: some StringProtocol) {
        var value: UInt64 = 0
        var count = 0
        for character in text.utf8 {
            if count % 3 == 2 {
                guard character == UInt8(ascii: ":") else { return nil }
            } else {
                guard let digit = Hex.digit(character) else { return nil }
                value = value << 4 | UInt64(digit)
            }
            count += 1
        }
        guard count == 17 else { return nil }
        rawValue = value
    }

    /// Twelve lower-case hexadecimal digits, for topics and file names.
    public var compact: String {
        Hex.string((0..<6).map { UInt8(truncatingIfNeeded: rawValue >> (40 - 8 * $0)) })
    }
}

extension SensorAddress: Comparable {
    /// The order of the addresses as numbers.
    public static func < (left: SensorAddress, right: SensorAddress) -> Bool { left.rawValue < right.rawValue }
}

extension SensorAddress: CustomStringConvertible {
    /// `C0:00:00:00:00:01`.
    public var description: String {
        (0..<6).map { Hex.upper(UInt8(truncatingIfNeeded: rawValue >> (40 - 8 * $0))) }.joined(separator: ":")
    }
}
