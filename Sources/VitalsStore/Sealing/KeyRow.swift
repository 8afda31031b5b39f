import Crypto
import Foundation
import GRDB
import VitalsCore
import VitalsModel

/// A row of the table `key`: a data key, wrapped by the key that the operator keeps.
struct KeyRow: Hashable, Sendable {
    /// The row of the key that covers the hashes outside of records (`ChainCover`); it is never erased.
    static let cover: Int64 = 0

    /// Bytes of a wrapped key: nonce, key and tag of AES-GCM.
    static let wrappedByteCount = 12 + JournalKey.byteCount + 16

    let id: Int64
    /// The identifier of the key that wraps it.
    let kek: String
    let wrapped: [UInt8]

    /// A row as it stands somewhere; nothing about it is believed yet.
    init(id: Int64, kek: String, wrapped: [UInt8]) {
        self.id = id
        self.kek = kek
        self.wrapped = wrapped
    }

    /// Wraps a key.
    init(id: Int64, key: SymmetricKey, by kek: JournalKey, epoch: String) throws {
        let box = try AES.GCM.seal(key.bytes, using: kek.key, authenticating: Self.associated(id, epoch))
        guard let combined = box.combined else { throw CryptoKitError.incorrectParameterSize }
        self.init(id: id, kek: kek.id, wrapped: Array(combined))
    }

    /// Reads a row `id, kek, wrapped`; nil when it cannot be one.
    init?(_ row: Row) {
        guard let id = row.integer(0), let kek = row.text(1), let wrapped = row.bytes(2) else { return nil }
        self.init(id: id, kek: kek, wrapped: wrapped)
    }

    /// The row of a key; nil when there is none.
    static func read(_ id: Int64, _ db: Database) throws -> KeyRow? {
        try Row.fetchOne(db, sql: "SELECT id, kek, wrapped FROM key WHERE id = ?", arguments: [id]).flatMap(KeyRow.init)
    }

    /// All rows, by their numbers.
    static func all(_ db: Database) throws -> [KeyRow] {
        try Row.fetchAll(db, sql: "SELECT id, kek, wrapped FROM key ORDER BY id").compactMap(KeyRow.init)
    }

    /// Whether it has the form that every row was written in: what has another one is damaged.
    var isWellFormed: Bool {
        id >= Self.cover && wrapped.count == Self.wrappedByteCount && kek.utf8.count == 16
            && Hex.bytes(kek) != nil
    }

    /// The data key; nil when the row was altered, or is one of another journal.
    func unwrap(by key: JournalKey, epoch: String) -> SymmetricKey? {
        guard let box = try? AES.GCM.SealedBox(combined: wrapped),
            let bytes = try? AES.GCM.open(box, using: key.key, authenticating: Self.associated(id, epoch))
        else { return nil }
        return SymmetricKey(data: bytes)
    }

    /// The data key and the key that wraps it, whichever of these that is: what the row says of it may be damaged.
    func unwrap(byOneOf keys: [String: JournalKey], epoch: String) -> (key: SymmetricKey, kek: JournalKey)? {
        if let named = keys[kek], let key = unwrap(by: named, epoch: epoch) { return (key, named) }
        for other in keys.values where other.id != kek {
            if let key = unwrap(by: other, epoch: epoch) { return (key, other) }
        }
        return nil
    }

    private static func associated(_ id: Int64, _ epoch: String) -> [UInt8] {
        var bytes = Array("vitalsd data key\0".utf8)
        bytes.append(sized: Array(epoch.utf8))
        bytes.append(bigEndian: id)
        return bytes
    }
}

extension JournalReader {
    /// The identifiers of the keys that wrap what seals this journal; none when it is not sealed.
    public func keyIdentifiers() throws(JournalError) -> Set<String> {
        try read { db in try JournalSchema.hasLedger(db) ? Set(KeyRow.all(db).map(\.kek)) : [] }
    }
}
