public import VitalsModel

/// Why the bytes of a characteristic are no value of it. Nothing of such a packet is used: where one field is wrong, the
/// place of every later one is a guess.
///
/// The text names fields and counts bytes; it never holds what the bytes say, so it may go to logs.
public struct MalformedValue: Error, Hashable, Sendable {
    /// The characteristic that the bytes came from.
    public let characteristic: BluetoothUUID
    /// The field that could not be read.
    public let field: ValueField
    /// Where the trouble begins, in bytes from the start of the value.
    public let offset: Int
    /// What is wrong with the field.
    public let problem: Problem

    /// A malformed value.
    public init(characteristic: BluetoothUUID, field: ValueField, offset: Int, problem: Problem) {
        self.characteristic = characteristic
        self.field = field
        self.offset = offset
        self.problem = problem
    }

    /// What is wrong with a field.
    public enum Problem: Hashable, Sendable {
        /// The field needs more bytes than are there.
        case truncated(needed: Int, available: Int)
        /// The field has more bytes than it can have.
        case tooLong(most: Int, available: Int)
        /// The text is not UTF-8.
        case notUTF8
        /// The number is more than it can be.
        case outOfRange(most: Int)
    }
}

extension MalformedValue: CustomStringConvertible {
    /// `Heart Rate Measurement (2A37): Energy Expended needs 2 bytes at byte 2, and 1 is there; keep the packet raw, …`.
    public var description: String {
        let name = characteristic.characteristicName ?? "Characteristic"
        return "\(name) (\(characteristic)): \(field.rawValue) \(trouble); "
            + "keep the packet raw, and ask the maker of the sensor for a firmware that follows the specification"
    }

    private var trouble: String {
        switch problem {
        case .truncated(let needed, let available):
            "needs \(Self.bytes(needed)) at byte \(offset), and \(available) \(available == 1 ? "is" : "are") there"
        case .tooLong(let most, let available):
            "has \(Self.bytes(available)) at byte \(offset), and \(most) is the most"
        case .notUTF8:
            "is not UTF-8 at byte \(offset)"
        case .outOfRange(let most):
            "is out of range at byte \(offset), and \(most) is the most"
        }
    }

    private static func bytes(_ count: Int) -> String { count == 1 ? "1 byte" : "\(count) bytes" }
}
