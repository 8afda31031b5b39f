import Crypto
import VitalsCore
import VitalsModel

/// The data keys of a damaged journal, as far as the operator's keys open them. AES-GCM proves each: one that opens is
/// the one that was wrapped, wherever its row was found.
struct SalvageKeyring: Sendable {
    /// A data key, and its row with the name of the key that really wraps it.
    struct Opened: Sendable {
        let key: SymmetricKey
        let row: KeyRow
    }

    /// What the operator gave.
    let protection: JournalProtection
    private let keys: [String: JournalKey]
    private let epoch: String
    private(set) var dataKeys: [Int64: Opened] = [:]
    /// The keys that wrap data keys which none of the given ones opens.
    private var foreign: [Int64: String] = [:]

    init(_ protection: JournalProtection, epoch: String) {
        self.protection = protection
        keys = protection.keys
        self.epoch = epoch
    }

    /// Whether any key was found that seals rows of this journal.
    var isSealed: Bool { !dataKeys.isEmpty }

    /// Tries a row that may be one of a data key.
    mutating func take(_ row: KeyRow) {
        guard dataKeys[row.id] == nil else { return }
        if let (key, kek) = row.unwrap(byOneOf: keys, epoch: epoch) {
            dataKeys[row.id] = Opened(key: key, row: KeyRow(id: row.id, kek: kek.id, wrapped: row.wrapped))
            foreign[row.id] = nil
        } else if row.isWellFormed, keys[row.kek] == nil {
            foreign[row.id] = foreign[row.id] ?? row.kek
        }
    }

    /// Why the journal cannot be salvaged with the keys that were given; nil when it can, or was never sealed.
    ///
    /// The newest data key decides: rows of older ones, wrapped by a key that was changed since, may stand in pages that
    /// nothing uses any more.
    var refusal: JournalError.Code? {
        guard let (id, needed) = foreign.max(by: { $0.key < $1.key }), id > dataKeys.keys.max() ?? -1 else {
            return nil
        }
        return .refusal(of: needed, given: keys)
    }

    /// What covers the hashes outside of the damaged journal's records.
    var cover: ChainCover { ChainCover(key: dataKeys[KeyRow.cover]?.key) }

    /// The row of the key that is to cover the hashes of the new journal: the old one, or a new one where that is lost.
    /// Nil when the journal was never sealed.
    func coverRow() throws -> KeyRow? {
        if let old = dataKeys[KeyRow.cover] { return old.row }
        guard isSealed, let key = protection.key else { return nil }
        return try KeyRow(id: KeyRow.cover, key: SymmetricKey(size: .bits256), by: key, epoch: epoch)
    }

    /// The content of a sealed row, when all that is bound to it is what was written; nil otherwise, and without its key.
    func open(_ bytes: [UInt8], _ seal: RecordRow.RowSeal, tag: [UInt8], associated: [UInt8]) -> [UInt8]? {
        guard let key = dataKeys[seal.key]?.key, let counter = UInt64(exactly: seal.counter) else { return nil }
        return DataKey.open(bytes, counter: counter, tag: tag, associated: associated, key: key)
    }

    /// Whether the key that a row names opens rows.
    func opens(_ seal: RecordRow.RowSeal) -> Bool { seal.key > KeyRow.cover && dataKeys[seal.key] != nil }
}
