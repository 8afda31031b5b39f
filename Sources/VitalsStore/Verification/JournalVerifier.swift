import GRDB
import VitalsCore

/// Walks a journal's hash chain from its beginning, and reads every body.
///
/// It finds every edit, deletion, insertion and exchange of records up to the last seal (made every 1 024 records and
/// when the journal is closed), and up to the anchor where one was kept. What it cannot find: records cut off after
/// both, and a chain that was computed anew as a whole, unless there is an anchor. When the journal was created,
/// what sinks have had acknowledged, and what was received and is in no record yet, stand outside the chain.
public struct JournalVerifier: Sendable {
    private let reader: JournalReader
    private let anchor: JournalAnchor?
    private var chain: RecordChain
    private var head: UInt64 = 0

    /// What was found.
    public struct Outcome: Hashable, Sendable {
        /// Records that are as they were written, from the first on.
        public let records: UInt64
        /// The last of them and its hash: an anchor for the next time.
        public let anchor: JournalAnchor
        /// The first fault; nil when there is none.
        public let fault: JournalFault?
    }

    /// Verifies a whole journal. It can run beside the daemon; records that come meanwhile are verified too.
    ///
    /// - Throws: When the file cannot be read at all. Damage is an outcome, not an error.
    public static func verify(_ reader: JournalReader, anchor: JournalAnchor? = nil) throws(JournalError) -> Outcome {
        var verifier = JournalVerifier(reader: reader, anchor: anchor, chain: RecordChain(reader.identity))
        let fault = try verifier.firstFault()
        return Outcome(
            records: verifier.head,
            anchor: JournalAnchor(
                identity: reader.identity, sequence: verifier.head, hash: verifier.chain.hash),
            fault: fault)
    }

    private mutating func firstFault() throws(JournalError) -> JournalFault? {
        do {
            if let anchor, anchor.identity != reader.identity {
                return JournalFault(sequence: 0, kind: .otherThanAnchor)
            }
            let (sealed, least) = try bounds()
            if let least, least < 1 { return JournalFault(sequence: 0, kind: .foreignRow) }
            while true {
                let batch = try reader.storedRecords(after: head, limit: VitalsStoreLimits.walkBatch)
                guard !batch.isEmpty else { break }
                for index in batch.indices {
                    let next = index + 1 < batch.count ? batch[index + 1] : try following(batch[index])
                    if let fault = fault(batch[index], next: next, sealed: sealed) { return fault }
                }
            }
            return try cutOff(sealed)
        } catch {
            guard error.isDamage else { throw error }
            return JournalFault(sequence: head + 1, kind: .unreadable("a page of the file"))
        }
    }

    private func bounds() throws(JournalError) -> (sealed: JournalAnchor, least: Int64?) {
        let path = reader.path
        return try reader.read { db in
            guard let header = try JournalHeader.read(db, path: path) else {
                throw JournalError(.notAJournal, "verify", path: path)
            }
            return (header.sealed, try Int64.fetchOne(db, sql: "SELECT min(sequence) FROM record"))
        }
    }

    /// The row after the last of a batch, for the same judgement as within it.
    private func following(_ row: StoredRow) throws(JournalError) -> StoredRow? {
        try reader.storedRecords(after: row.sequence, limit: 1).first
    }

    private mutating func fault(_ row: StoredRow, next: StoredRow?, sealed: JournalAnchor) -> JournalFault? {
        guard row.sequence == head + 1 else {
            return JournalFault(sequence: head + 1, kind: .missing(through: row.sequence - 1))
        }
        guard case .success(let stored) = row.content else {
            return JournalFault(sequence: row.sequence, kind: .unreadable(row.faultyColumn))
        }
        let expected = chain.appending(stored.record)
        guard expected == stored.chain else {
            let kind = altered(stored, expected: expected, next: next)
            return JournalFault(sequence: row.sequence, kind: kind)
        }
        if row.sequence == sealed.sequence, sealed.hash != expected.hash {
            return JournalFault(sequence: row.sequence, kind: .otherThanSealed)
        }
        if let anchor, row.sequence == anchor.sequence, anchor.hash != expected.hash {
            return JournalFault(sequence: row.sequence, kind: .otherThanAnchor)
        }
        do {
            try RecordLine.check(stored.record)
        } catch {
            return JournalFault(sequence: row.sequence, kind: .undecodableBody(error.description))
        }
        chain = expected
        head = row.sequence
        return nil
    }

    /// Record and hash do not fit: the next record shows which of the two was written with it.
    private func altered(_ stored: StoredRecord, expected: RecordChain, next: StoredRow?) -> JournalFault.Kind {
        guard case .success(let following)? = next?.content, expected.appending(following.record) == following.chain
        else { return .alteredRecord }
        return .brokenChain
    }

    /// Whether the journal ends before a record that must be there.
    private func cutOff(_ sealed: JournalAnchor) throws(JournalError) -> JournalFault? {
        let acknowledged = try reader.acknowledged().values.compactMap { $0.last?.upperBound }.max() ?? 0
        let last = max(sealed.sequence, anchor?.sequence ?? 0, acknowledged)
        return last > head ? JournalFault(sequence: head + 1, kind: .missing(through: last)) : nil
    }
}

extension JournalError {
    fileprivate var isDamage: Bool {
        if case .damaged = code { true } else { false }
    }
}
