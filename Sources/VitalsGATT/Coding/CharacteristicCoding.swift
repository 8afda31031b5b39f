public import VitalsModel

/// A value that a characteristic carries.
public protocol CharacteristicDecodable: Sendable {
    /// The characteristic.
    static var characteristic: BluetoothUUID { get }

    /// Reads a whole value of the characteristic. It tolerates what the warnings name and never reads past the end.
    static func decode(_ bytes: Span<UInt8>) throws(MalformedValue) -> Decoded<Self>
}

extension CharacteristicDecodable {
    /// Reads a whole value of the characteristic from an array.
    public static func decode(_ bytes: [UInt8]) throws(MalformedValue) -> Decoded<Self> { try decode(bytes.span) }
}

/// A value that can be written as a sensor would send it.
///
/// Encoding cannot fail and leaves nothing out. Reading the bytes gives an equal value back, unless they are longer than
/// an attribute can hold (`VitalsGATTLimits.attributeValueLengthMax`).
public protocol CharacteristicEncodable: CharacteristicDecodable {
    /// Appends the bytes of the value.
    func encode(into bytes: inout [UInt8])
}

extension CharacteristicEncodable {
    /// The bytes of the value.
    public var encoded: [UInt8] {
        var bytes: [UInt8] = []
        encode(into: &bytes)
        return bytes
    }
}
