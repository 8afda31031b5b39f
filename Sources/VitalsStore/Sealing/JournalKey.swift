import Crypto
import Foundation
import VitalsModel

/// The key that an operator keeps: 256 random bits, which wrap the keys that seal a journal's rows.
///
/// It never stands in the journal; what stands there is its identifier, so that an error can name the key that is
/// wanted.
public struct JournalKey: Sendable {
    /// Bytes of a key.
    public static let byteCount = 32

    /// 16 hexadecimal digits by which people tell keys apart: the first 8 bytes of SHA-256("vitalsd key id" ‖ 00 ‖ key).
    /// They say nothing of the key.
    public let id: String
    let key: SymmetricKey

    /// A key from its 32 bytes; nil for any other number.
    public init?(bytes: [UInt8]) {
        guard bytes.count == Self.byteCount else { return nil }
        key = SymmetricKey(data: bytes)
        id = Hex.string(Array(SHA256.hash(data: Array("vitalsd key id\0".utf8) + bytes).prefix(8)))
    }

    /// A key from a file's content: 32 bytes as they are, or 64 hexadecimal digits and the end of a line.
    init?(content: [UInt8]) {
        if let raw = JournalKey(bytes: content) {
            self = raw
            return
        }
        let text = String(decoding: content, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        guard let bytes = Hex.bytes(text), let key = JournalKey(bytes: bytes) else { return nil }
        self = key
    }

    /// A new key from the system's generator.
    public static func random() -> JournalKey? {
        JournalKey(bytes: SymmetricKey(size: .bits256).bytes)
    }

    /// What a key file holds.
    var content: String { Hex.string(key.bytes) + "\n" }
}

extension SymmetricKey {
    var bytes: [UInt8] { unsafe withUnsafeBytes { unsafe Array($0) } }
}
