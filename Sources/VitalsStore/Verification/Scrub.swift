import GRDB
import VitalsCore
import VitalsModel

/// One pass over all rows of a journal, in pieces: every tag and every hash, so that a bit that the disk lost is found
/// before somebody asks for the record.
///
/// On the way it gives tags to the rows that are older than tags, once their hash has shown that they are what was
/// written.
public struct Scrub {
    /// What a piece came to.
    public enum Progress: Hashable, Sendable {
        /// There is more.
        case more
        /// The pass is over.
        case over
    }

    private let journal: Journal
    private var head: UInt64 = 0
    /// Nil where the hash before is unknown: behind a row that cannot be read.
    private var chain: RecordChain?
    private var untagged = 0

    /// Rows that were looked at.
    public private(set) var rows = 0
    /// Rows that were given a tag.
    public private(set) var tagged = 0
    /// What is wrong, by the sequences, in order; at most `scrubFindingsMax` of them.
    public private(set) var findings: [JournalFault] = []

    /// A pass that begins at the first record.
    public init(_ journal: Journal) {
        self.journal = journal
        chain = RecordChain(journal.identity)
    }

    /// Looks at the next rows, a batch of them.
    public mutating func step() throws(JournalError) -> Progress {
        let batch: [StoredRow]
        do {
            batch = try journal.reader.storedRecords(after: head, limit: VitalsStoreLimits.scrubBatch)
        } catch {
            guard case .damaged = error.code else { throw error }
            // A page that cannot be read: nobody knows how many rows it held, so the pass ends here.
            find(JournalFault(sequence: head + 1, kind: .unreadable("a page of the file")))
            return .over
        }
        guard !batch.isEmpty else {
            try finish()
            return .over
        }
        var tags: [(sequence: UInt64, tag: [UInt8])] = []
        for row in batch {
            if row.sequence != head + 1 { try cross(to: row.sequence) }
            try look(at: row, &tags)
            head = row.sequence
            rows += 1
        }
        try write(tags)
        return .more
    }

    /// The hash before a row whose predecessor is not there.
    private mutating func cross(to sequence: UInt64) throws(JournalError) {
        let gap = try journal.reader.gap(at: sequence - 1)
        chain = gap?.sequences.upperBound == sequence - 1 ? gap?.chain : nil
        if gap == nil { find(JournalFault(sequence: head + 1, kind: .missing(through: sequence - 1))) }
    }

    private mutating func look(at row: StoredRow, _ tags: inout [(sequence: UInt64, tag: [UInt8])]) throws(JournalError)
    {
        if let refusal = row.refusal { throw JournalError(refusal, "scrub", path: journal.path) }
        guard case .success(let stored) = row.content else {
            chain = nil
            find(JournalFault(sequence: row.sequence, kind: .unreadable(row.faultyColumn)))
            return
        }
        let expected = chain?.appending(stored.record)
        chain = stored.chain
        if stored.tag == .other {
            find(JournalFault(sequence: row.sequence, kind: .otherTag))
        } else if let expected, expected != stored.chain {
            find(JournalFault(sequence: row.sequence, kind: .alteredRecord))
        } else if stored.tag == .absent {
            guard expected != nil else {
                untagged += 1
                return
            }
            let tag = RowTag.of(stored.record, chain: stored.chain, epoch: journal.identity.epoch)
            tags.append((row.sequence, tag))
        }
    }

    private mutating func find(_ fault: JournalFault) {
        if findings.count < VitalsStoreLimits.scrubFindingsMax { findings.append(fault) }
    }

    private mutating func write(_ tags: [(sequence: UInt64, tag: [UInt8])]) throws(JournalError) {
        guard !tags.isEmpty else { return }
        try journal.change("tag") { db, _, _ in
            let statement = try db.cachedStatement(sql: "UPDATE record SET tag = ? WHERE sequence = ? AND tag IS NULL")
            for (sequence, tag) in tags { try statement.execute(arguments: [tag.blob, Int64(clamping: sequence)]) }
        }
        tagged += tags.count
    }

    /// After a whole pass that left no row without a tag, none may be without one any more.
    private func finish() throws(JournalError) {
        guard tagged > 0, untagged == 0, findings.isEmpty else { return }
        try journal.change("tag") { db, _, _ in try db.execute(sql: "UPDATE journal SET untagged_through = 0") }
    }
}
