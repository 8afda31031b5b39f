import Crypto
import GRDB
import Synchronization
import VitalsCore
import VitalsJSON
import VitalsModel

/// The data key that rows are sealed with now, and when the next one is made: at each opening, each day, and before
/// a key has sealed more rows than one should.
final class Sealer: Sendable {
    private struct State {
        var current: DataKey?
        /// Since when, on the monotonic clock.
        var since = MonotonicTime(microseconds: 0)
        /// Whether the current key's row is durable.
        var isStored = false
        var next: Int64
        var cover: ChainCover
        var coverKey: SymmetricKey?
    }

    private let key: JournalKey
    private let keys: [String: JournalKey]
    private let epoch: String
    private let state: Mutex<State>

    /// A sealer for a journal whose table of keys was read.
    ///
    /// - Parameters:
    ///   - keys: This key and those before it, by their identifiers.
    ///   - last: The greatest number of a data key that may ever have been given out.
    init(_ key: JournalKey, keys: [String: JournalKey], epoch: String, last: Int64, cover: ChainCover) {
        self.key = key
        self.keys = keys
        self.epoch = epoch
        state = Mutex(State(next: last + 1, cover: cover))
    }

    /// The cover of hashes outside of records.
    var cover: ChainCover { state.withLock { $0.cover } }

    /// The key for the rows of the transaction that is under way, made and noted in it when there is none or the last
    /// one has done its work.
    ///
    /// - Parameter next: The sequence of the first record that it may seal.
    func begin(_ db: Database, _ ledger: inout Ledger, _ stamp: Stamp, next: UInt64) throws -> DataKey {
        let (current, isStored, coverKey) = state.withLock { state in
            let age = stamp.monotonic - state.since
            let isSpent =
                state.current.map {
                    $0.count >= VitalsStoreLimits.dataKeyRowsMax || age >= VitalsStoreLimits.dataKeyAgeMax
                } ?? true
            if isSpent {
                state.current = DataKey(id: state.next)
                state.next += 1
                state.since = stamp.monotonic
                state.isStored = false
            }
            if !state.cover.isOn {
                let key = SymmetricKey(size: .bits256)
                state.coverKey = key
                state.cover = ChainCover(key: key)
            }
            return (state.current, state.isStored, state.coverKey)
        }
        guard let current else { preconditionFailure("a sealer has a key once it began") }
        guard !isStored else { return current }
        if let coverKey { try insert(KeyRow.cover, coverKey, db, next: next) }
        try db.execute(
            sql: "UPDATE key SET last_sequence = ? WHERE id > ? AND last_sequence IS NULL",
            arguments: [Int64(clamping: next) - 1, KeyRow.cover])
        try insert(current.id, current.key, db, next: next)
        let note = LedgerNote(.key) { writer in
            writer.member("action", "made")
            writer.member("first", next)
            writer.member("id", current.id)
            writer.member("kek", key.id)
        }
        try ledger.append(note, at: stamp, db)
        return current
    }

    /// The transaction in which `begin` was called is durable; whether that made a key.
    func committed() -> Bool {
        state.withLock { state in
            defer {
                state.isStored = true
                state.coverKey = nil
            }
            return !state.isStored
        }
    }

    /// The row as the key at work wraps it; nil when none of the given keys opens it.
    func wrapped(_ row: KeyRow) -> KeyRow? {
        guard let (dataKey, kek) = row.unwrap(byOneOf: keys, epoch: epoch) else { return nil }
        return kek.id == key.id ? row : try? KeyRow(id: row.id, key: dataKey, by: key, epoch: epoch)
    }

    /// The next transaction seals with a new key.
    func renew() {
        state.withLock { state in
            state.current = nil
            state.isStored = false
        }
    }

    private func insert(_ id: Int64, _ dataKey: SymmetricKey, _ db: Database, next: UInt64) throws {
        let row = try KeyRow(id: id, key: dataKey, by: key, epoch: epoch)
        try db.execute(
            sql: "INSERT OR IGNORE INTO key (id, kek, wrapped, created_sequence) VALUES (?, ?, ?, ?)",
            arguments: [id, row.kek, row.wrapped.blob, Int64(clamping: next)])
    }
}
