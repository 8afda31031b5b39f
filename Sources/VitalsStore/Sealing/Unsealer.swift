import Crypto
import GRDB
import Synchronization
import VitalsCore

/// Finds the keys that open rows, and keeps those that it found.
final class Unsealer: Sendable {
    /// The operator's keys by their identifiers.
    let keys: [String: JournalKey]
    private let epoch: String
    private let known = Mutex<[Int64: SymmetricKey]>([:])

    init(_ protection: JournalProtection, epoch: String) {
        keys = protection.keys
        self.epoch = epoch
    }

    /// A key of the table `key`.
    func key(_ id: Int64, _ db: Database) throws(StoredRecordFault) -> SymmetricKey {
        if let key = known.withLock({ $0[id] }) { return key }
        guard let row = try? KeyRow.read(id, db) else { throw StoredRecordFault(column: "key") }
        guard let key = row.unwrap(byOneOf: keys, epoch: epoch)?.key else {
            guard row.isWellFormed, keys[row.kek] == nil else { throw StoredRecordFault(column: "key") }
            throw StoredRecordFault(column: "key", code: .refusal(of: row.kek, given: keys))
        }
        known.withLock { $0[id] = key }
        return key
    }

    /// Opens what a row holds.
    func open(
        _ bytes: [UInt8], key: Int64, counter: Int64?, tag: [UInt8]?, associated: [UInt8], _ db: Database
    ) throws(StoredRecordFault) -> [UInt8] {
        let dataKey = try self.key(key, db)
        guard let counter = counter.flatMap(UInt64.init(exactly:)), let tag,
            let content = DataKey.open(bytes, counter: counter, tag: tag, associated: associated, key: dataKey)
        else { throw StoredRecordFault(column: "seal") }
        return content
    }

    /// Forgets a key that is erased.
    func forget(_ id: Int64) { known.withLock { $0[id] = nil } }
}

extension JournalError.Code {
    /// Why what one key wraps cannot be opened with those that were given.
    static func refusal(of needed: String, given keys: [String: JournalKey]) -> Self {
        keys.isEmpty
            ? .sealed(key: needed) : .otherKey(needed: needed, given: keys.keys.sorted().joined(separator: ", "))
    }
}
