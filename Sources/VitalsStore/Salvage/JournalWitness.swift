import Crypto
import GRDB
import VitalsCore
import VitalsModel

/// What was committed last, in a small file beside the journal: a journal that knows less has lost something.
///
///     "vitalsW1" ‖ u64 sequence ‖ u64 ledger entry ‖ 16 bytes epoch ‖ u8 length ‖ gateway ‖ SHA-256 of all before, 8 bytes
///
/// It is written with one call after each commit has returned, and never synchronised: a power cut may take its last
/// versions, but it never speaks of a commit that was not durable. It costs a write of a hundred bytes into the page
/// cache, no sync. It shows what SQLite cannot see: a WAL file that was cut or deleted, an older copy in the journal's
/// place, a file that is empty or gone.
struct JournalWitness: Hashable, Sendable {
    /// Which journal.
    let identity: JournalIdentity
    /// The last record's sequence.
    let sequence: UInt64
    /// The last ledger entry's number.
    let ledgerEntry: UInt64

    /// What stands beside a journal.
    enum Reading: Hashable, Sendable {
        /// Nothing: the journal is new, or of a version that wrote none.
        case absent
        /// Something that no commit wrote.
        case unreadable
        /// A witness.
        case whole(JournalWitness)

        /// The witness, if it can be read.
        var witness: JournalWitness? { if case .whole(let witness) = self { witness } else { nil } }
    }

    /// The witness's file.
    static func path(journal: String) -> String { journal + ".witness" }

    /// Reads what stands beside a journal.
    static func read(journal: String, files: any FileSystem) throws(FileSystemError) -> Reading {
        let path = path(journal: journal)
        guard let size = try files.size(of: path), size > 0 else { return .absent }
        let bytes = try files.read(path, at: 0, count: VitalsStoreLimits.witnessBytesMax)
        return JournalWitness(bytes).map(Reading.whole) ?? .unreadable
    }

    /// Reads it, and refuses a file that is gone or empty although records were committed: a new journal there would
    /// give their numbers out again, in silence.
    static func check(journal: String, files: any FileSystem) throws(JournalError) -> JournalWitness? {
        do {
            guard let witness = try read(journal: journal, files: files).witness else { return nil }
            let size = try files.size(of: journal) ?? 0
            guard size == 0, witness.sequence > 0 else { return witness }
            throw JournalError(.damaged(sequence: nil, what: gone(witness)), "open", path: journal)
        } catch let error as JournalError {
            throw error
        } catch {
            // One that cannot be read has nothing to say, and what keeps it from being read shows elsewhere.
            return nil
        }
    }

    /// Refuses a file in which no journal was begun although records were committed: its log is gone, with all that was in
    /// no page yet.
    func refuseBeginning(path: String) throws(JournalError) {
        guard sequence > 0 else { return }
        throw JournalError(.damaged(sequence: nil, what: Self.gone(self)), "open", path: path)
    }

    private static func gone(_ witness: JournalWitness) -> String {
        "it is empty or gone, and records up to \(witness.sequence) were committed"
    }

    /// Refuses a journal that ends before what it has sealed, or before what was committed.
    static func check(_ witness: JournalWitness?, _ header: JournalHeader, path: String) throws {
        let probe = try JournalConnection.reader(path)
        let (head, ledgerHead) = try probe.read { db in try heads(db) }
        try probe.close()
        guard head >= header.sealedSequence else {
            let what = "records up to \(header.sealedSequence) were there, the last is \(head)"
            throw JournalError(.damaged(sequence: head + 1, what: what), "open", path: path)
        }
        try witness?.check(identity: header.identity, head: head, ledgerHead: ledgerHead, path: path)
    }

    /// The last sequence that a journal speaks of, and the last number of its ledger; nil when it has none.
    static func heads(_ db: Database) throws -> (head: UInt64, ledgerHead: UInt64?) {
        func last(_ sql: String) throws -> UInt64 {
            let row = try Row.fetchOne(db, sql: sql)
            return row?.integer(0).flatMap(UInt64.init(exactly:)) ?? 0
        }
        let head = try last("SELECT max(sequence) FROM record")
        guard try JournalSchema.hasLedger(db) else { return (head, nil) }
        let dropped = try last("SELECT last FROM dropped ORDER BY first DESC LIMIT 1")
        return (max(head, dropped), try last("SELECT max(entry) FROM ledger"))
    }

    /// Refuses a journal that ends before what was committed. One that was taken back to version 3 has no ledger.
    func check(identity: JournalIdentity, head: UInt64, ledgerHead: UInt64?, path: String) throws(JournalError) {
        guard identity == self.identity else { return }
        if head < sequence {
            let what = "records up to \(sequence) were committed, the last is \(head)"
            throw JournalError(.damaged(sequence: head + 1, what: what), "open", path: path)
        }
        if let ledgerHead, ledgerHead < ledgerEntry {
            let what = "ledger entries up to \(ledgerEntry) were committed, the last is \(ledgerHead)"
            throw JournalError(.damaged(sequence: nil, what: what), "open", path: path)
        }
    }

    /// The ledger of a journal that was taken back to version 3 and forward again: it goes on above the numbers that were
    /// given out before.
    func continuing(_ ledger: Ledger, of identity: JournalIdentity) -> Ledger {
        guard identity == self.identity, ledger.head < ledgerEntry else { return ledger }
        var next = ledger
        next.beginEra(above: ledgerEntry)
        return next
    }

    /// Writes it over the last one, in one call and without waiting for the disk.
    func write(journal: String, files: any FileSystem) throws(FileSystemError) {
        try files.write(bytes, to: Self.path(journal: journal), at: 0)
    }
}

extension JournalWitness {
    private static let magic = Array("vitalsW1".utf8)

    var bytes: [UInt8] {
        var bytes = Self.magic
        for number in [sequence, ledgerEntry] {
            bytes += stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: number >> UInt64($0)) }
        }
        bytes += identity.epoch.utf8
        bytes.append(UInt8(clamping: identity.gateway.utf8.count))
        bytes += identity.gateway.utf8
        return bytes + Self.digest(bytes)
    }

    /// Reads what `bytes` writes; what follows it is left over from a longer name.
    init?(_ bytes: [UInt8]) {
        let slice = bytes[...]
        guard bytes.starts(with: Self.magic), let sequence = slice.bigEndian(at: 8, count: 8),
            let entry = slice.bigEndian(at: 16, count: 8), let count = slice.bigEndian(at: 40, count: 1).map(Int.init),
            bytes.count >= 41 + count + 8, let epoch = String(validating: slice[24..<40], as: UTF8.self),
            let gateway = String(validating: slice[41..<(41 + count)], as: UTF8.self),
            Self.digest(Array(slice[..<(41 + count)])) == Array(slice[(41 + count)..<(49 + count)])
        else { return nil }
        self.init(
            identity: JournalIdentity(gateway: gateway, epoch: epoch), sequence: sequence, ledgerEntry: entry)
    }

    private static func digest(_ bytes: [UInt8]) -> [UInt8] { Array(SHA256.hash(data: bytes).prefix(8)) }
}
