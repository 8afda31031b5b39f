import GRDB
import VitalsCore
import VitalsModel

/// Looks a journal over, as a file-system check does: what is wrong, where, and what to do. It changes nothing, and
/// works while the daemon writes.
public struct JournalCheck: Sendable {
    /// How much is looked at.
    public enum Depth: Sendable {
        /// What an opening sees: header, ends of both chains, the files beside it. Constant time.
        case fast
        /// Every page, every row, every hash.
        case full
    }

    /// Something that is worth telling.
    public struct Finding: Hashable, Sendable {
        /// Whether something is wrong; otherwise it is only good to know.
        public let isFault: Bool
        /// What and where.
        public let what: String
        /// What to do.
        public let remedy: String
    }

    /// What was found.
    public private(set) var findings: [Finding] = []
    /// Records that were read, in a full check.
    public private(set) var records: UInt64 = 0

    /// Whether all was looked at that was to be: without the key of a sealed journal its records are not.
    public private(set) var isComplete = true

    /// Whether nothing is wrong.
    public var isSound: Bool { findings.allSatisfy { !$0.isFault } }

    private let path: String
    private let files: any FileSystem

    /// Checks a journal.
    ///
    /// - Parameter protection: The key of a sealed journal. Without it only what needs none is looked at.
    /// - Throws: `JournalError` when there is no such file, or none that can be opened for reading, or the key is another
    ///   one. Damage is a finding.
    public init(
        path: String, depth: Depth, protection: JournalProtection = JournalProtection(),
        files: any FileSystem = PosixFileSystem()
    ) throws(JournalError) {
        self.path = path
        self.files = files
        try surroundings()
        do {
            let reader = try JournalReader(path: path, protection: protection, files: files)
            defer { try? reader.close() }
            try ends(reader)
            if depth == .full { try pages(reader) }
            try contents(reader, depth)
        } catch {
            guard let fault = try fault(error) else { throw error }
            findings.append(fault)
        }
    }

    /// The files beside the journal.
    private mutating func surroundings() throws(JournalError) {
        try JournalError.onFiles("check", path: path) { () throws(FileSystemError) in
            if try JournalWitness.read(journal: path, files: files) == .unreadable {
                note("\(path).witness cannot be read", "nothing: the next commit writes it anew")
            }
            if try files.size(of: path + ".suspect") != nil {
                fault("damage showed while it was in use", "start vitalsd: it salvages the journal")
            }
            for quarantine in try Quarantine.all(journal: path, files: files) {
                switch quarantine.state {
                case .salvaged:
                    note(
                        "\(quarantine.path) was damaged and is kept: \(quarantine.reason)",
                        "delete it when nobody needs it any more")
                case .salvaging:
                    note("\(quarantine.path) is still being read", "nothing: vitalsd goes on with it")
                case .moving, .moved:
                    fault("a salvage was cut short", "start vitalsd: it goes on with it")
                }
            }
        }
    }

    /// Header and ends of the chains, and what was committed last.
    private mutating func ends(_ reader: JournalReader) throws(JournalError) {
        let path = path
        let (header, heads) = try reader.read { db in
            guard let header = try JournalHeader.read(db, path: path) else {
                throw JournalError(.notAJournal, "check", path: path)
            }
            return (header, try JournalWitness.heads(db))
        }
        let (head, ledgerHead) = heads
        guard head >= header.sealedSequence else {
            let what = "records up to \(header.sealedSequence) were there, the last is \(head)"
            throw JournalError(.damaged(sequence: head + 1, what: what), "check", path: path)
        }
        let witness = try JournalError.onFiles("check", path: path) { () throws(FileSystemError) in
            try JournalWitness.read(journal: path, files: files).witness
        }
        try witness?.check(identity: reader.identity, head: head, ledgerHead: ledgerHead, path: path)
    }

    /// The last record, or all of them; of a sealed journal without its key only that the ledger is whole.
    private mutating func contents(_ reader: JournalReader, _ depth: Depth) throws(JournalError) {
        do throws(JournalError) {
            if depth == .full {
                try rows(reader)
            } else {
                let head = try reader.head
                if head > 0 { _ = try reader.records(after: head - 1, limit: 1) }
            }
        } catch {
            guard case .sealed(let key) = error.code else { throw error }
            isComplete = false
            note(
                "its records are sealed with key \(key), and were not read",
                "give the key with --key-file, or name its file in VITALS_JOURNAL_KEY_FILE")
            guard depth == .full else { return }
            var walk = LedgerWalk(reader, publicKeys: [], witness: nil)
            if let found = try walk.firstFault(reader) { fault("\(found)", Self.salvageRemedy) }
        }
    }

    /// What SQLite thinks of its pages.
    private mutating func pages(_ reader: JournalReader) throws(JournalError) {
        let lines = try reader.read { db in
            try Row.fetchAll(db, sql: "PRAGMA integrity_check(\(VitalsStoreLimits.integrityFindingsMax))")
                .compactMap { $0.text(0) }
        }
        for line in lines where line != "ok" { fault("SQLite: \(line)", Self.salvageRemedy) }
    }

    /// Every record, its hash, and what is acknowledged and noted beside them.
    private mutating func rows(_ reader: JournalReader) throws(JournalError) {
        let outcome = try JournalVerifier.verify(reader)
        records = outcome.records
        if let found = outcome.fault { fault("\(found)", Self.salvageRemedy) }
        let head = try reader.head
        for (sink, ranges) in try reader.acknowledged() {
            guard let last = ranges.last?.upperBound, last > head else { continue }
            fault("sink '\(sink)' acknowledged record \(last), the last one is \(head)", Self.salvageRemedy)
        }
        let path = path
        _ = try reader.read { db in try ArrivalTable.read(db, reader.reading(db), path: path) }
    }

    private static let salvageRemedy =
        "run 'vitalsctl journal check --mark' and start vitalsd again: it keeps the file, and takes over what is whole"

    /// What an error says of the journal; nil when it says nothing of one.
    private func fault(_ error: JournalError) throws(JournalError) -> Finding? {
        switch error.code {
        case .damaged(let sequence, let what):
            let place = sequence.map { " at record \($0)" } ?? ""
            return Finding(isFault: true, what: "damaged\(place): \(what)", remedy: Self.salvageRemedy)
        case .notAJournal:
            // Somebody else's file is no fault of a journal, and must not be marked as one.
            guard try wasJournal() else { return nil }
            return Finding(
                isFault: true, what: "a journal was here, and its header is damaged", remedy: Self.salvageRemedy)
        default: return nil
        }
    }

    /// Whether the files beside it say that a journal was in this place.
    private func wasJournal() throws(JournalError) -> Bool {
        try JournalError.onFiles("check", path: path) { () throws(FileSystemError) in
            try JournalWitness.read(journal: path, files: files) != .absent
        }
    }

    private mutating func note(_ what: String, _ remedy: String) {
        findings.append(Finding(isFault: false, what: what, remedy: remedy))
    }

    private mutating func fault(_ what: String, _ remedy: String) {
        findings.append(Finding(isFault: true, what: what, remedy: remedy))
    }
}
