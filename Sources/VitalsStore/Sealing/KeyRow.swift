import Crypto
import Foundation
import GRDB
import VitalsCore

/// A row of the table `key`: a data key, wrapped by the key that the operator keeps.
struct KeyRow {
    /// The row of the key that covers the hashes outside of records (`ChainCover`); it is never erased.
    static let cover: Int64 = 0

    let id: Int64
    /// The identifier of the key that wraps it.
    let kek: String
    let wrapped: [UInt8]

    /// Wraps a key.
    init(id: Int64, key: SymmetricKey, by kek: JournalKey, epoch: String) throws {
        let box = try AES.GCM.seal(key.bytes, using: kek.key, authenticating: Self.associated(id, epoch))
        guard let combined = box.combined else { throw CryptoKitError.incorrectParameterSize }
        self.id = id
        self.kek = kek.id
        wrapped = Array(combined)
    }

    /// Reads a row `id, kek, wrapped`; nil when it cannot be one.
    init?(_ row: Row) {
        guard let id = row.integer(0), let kek = row.text(1), let wrapped = row.bytes(2) else { return nil }
        self.id = id
        self.kek = kek
        self.wrapped = wrapped
    }

    /// The row of a key; nil when there is none.
    static func read(_ id: Int64, _ db: Database) throws -> KeyRow? {
        try Row.fetchOne(db, sql: "SELECT id, kek, wrapped FROM key WHERE id = ?", arguments: [id]).flatMap(KeyRow.init)
    }

    /// The data key; nil when the row was altered, or is one of another journal.
    func unwrap(by key: JournalKey, epoch: String) -> SymmetricKey? {
        guard let box = try? AES.GCM.SealedBox(combined: wrapped),
            let bytes = try? AES.GCM.open(box, using: key.key, authenticating: Self.associated(id, epoch))
        else { return nil }
        return SymmetricKey(data: bytes)
    }

    private static func associated(_ id: Int64, _ epoch: String) -> [UInt8] {
        var bytes = Array("vitalsd data key\0".utf8)
        bytes.append(sized: Array(epoch.utf8))
        bytes.append(bigEndian: id)
        return bytes
    }
}
