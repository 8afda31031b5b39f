import Crypto
import Foundation
import Synchronization

/// A key that seals rows, and the counter that makes each of its nonces another one.
///
/// The counter lives in memory alone, and so does the right to seal with this key: a process that opens a journal seals
/// with a key of its own. So neither a crash, nor a roll-back, nor a restored copy can ever use a nonce twice. It counts
/// on when a transaction fails, since the disk may hold what that one wrote.
final class DataKey: Sendable {
    /// The number of its row in the table `key`.
    let id: Int64
    let key: SymmetricKey
    private let used = Atomic<UInt64>(0)

    init(id: Int64, key: SymmetricKey = SymmetricKey(size: .bits256)) {
        self.id = id
        self.key = key
    }

    /// Rows that were sealed with it.
    var count: UInt64 { used.load(ordering: .relaxed) }

    /// Seals bytes with the next nonce, and binds `associated` to them.
    func seal(_ bytes: [UInt8], associated: [UInt8]) throws -> Sealed {
        let counter = used.wrappingAdd(1, ordering: .relaxed).newValue
        let nonce = try AES.GCM.Nonce(data: Self.nonce(counter))
        let box = try AES.GCM.seal(bytes, using: key, nonce: nonce, authenticating: associated)
        return Sealed(key: id, counter: Int64(clamping: counter), bytes: box.ciphertext, tag: box.tag)
    }

    /// What was sealed; nil when a bit of it, or of what is bound to it, is another one.
    static func open(
        _ bytes: [UInt8], counter: UInt64, tag: [UInt8], associated: [UInt8], key: SymmetricKey
    ) -> [UInt8]? {
        guard let nonce = try? AES.GCM.Nonce(data: nonce(counter)),
            let box = try? AES.GCM.SealedBox(nonce: nonce, ciphertext: bytes, tag: tag),
            let content = try? AES.GCM.open(box, using: key, authenticating: associated)
        else { return nil }
        return Array(content)
    }

    /// The counter as the 96 bits of a nonce.
    private static func nonce(_ counter: UInt64) -> [UInt8] {
        var bytes: [UInt8] = [0, 0, 0, 0]
        bytes.append(bigEndian: counter)
        return bytes
    }
}

/// What stands in a row instead of its content.
struct Sealed {
    let key: Int64
    let counter: Int64
    let bytes: Data
    let tag: Data
}
