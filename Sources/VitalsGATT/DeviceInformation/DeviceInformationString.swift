public import VitalsModel

/// A text of the Device Information Service: model, serial number, a revision or the manufacturer.
///
/// Source: Device Information Service 1.1, 3.1 to 3.6. The serial number identifies one sensor: keep it out of logs.
public struct DeviceInformationString: Hashable, Sendable {
    /// Which text it is, one of `characteristics`.
    public let characteristic: BluetoothUUID
    /// The text, without the NULs that some sensors pad it with.
    public let text: String

    /// A text.
    public init(characteristic: BluetoothUUID, text: String) {
        self.characteristic = characteristic
        self.text = text
    }

    /// The characteristics that carry such a text, 2A24 to 2A29.
    public static let characteristics: [BluetoothUUID] = [
        .modelNumber, .serialNumber, .firmwareRevision, .hardwareRevision, .softwareRevision, .manufacturerName,
    ]

    /// Reads UTF-8 up to the NULs at its end. Text that is no UTF-8 is refused: a repaired name would identify nothing.
    public static func decode(
        _ characteristic: BluetoothUUID, _ bytes: Span<UInt8>
    ) throws(MalformedValue) -> Decoded<DeviceInformationString> {
        _ = try ByteCursor(characteristic, bytes)
        var end = bytes.count
        while end > 0, bytes[end - 1] == 0 { end -= 1 }
        do {
            let text = String(copying: try UTF8Span(validating: bytes.extracting(0..<end)))
            return Decoded(DeviceInformationString(characteristic: characteristic, text: text))
        } catch {
            throw MalformedValue(
                characteristic: characteristic, field: .text, offset: error.byteOffsets.lowerBound, problem: .notUTF8)
        }
    }

    /// Reads UTF-8 from an array.
    public static func decode(
        _ characteristic: BluetoothUUID, _ bytes: [UInt8]
    ) throws(MalformedValue) -> Decoded<DeviceInformationString> {
        try decode(characteristic, bytes.span)
    }
}
