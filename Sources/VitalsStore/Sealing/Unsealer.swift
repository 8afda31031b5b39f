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
        guard let kek = keys[row.kek] else {
            throw StoredRecordFault(
                column: "key",
                code: keys.isEmpty
                    ? .sealed(key: row.kek)
                    : .otherKey(needed: row.kek, given: keys.keys.sorted().joined(separator: ", ")))
        }
        guard let key = row.unwrap(by: kek, epoch: epoch) else { throw StoredRecordFault(column: "key") }
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
