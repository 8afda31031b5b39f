import GRDB
import VitalsCore
import VitalsModel

/// Walks the hash chains of a journal from their beginnings, reads every body, and compares both with every checkpoint.
///
/// It finds every edit, deletion, insertion and exchange of records and ledger entries, and every record that is missing
/// without the ledger's account of it. Who can write the file and knows the build of it could compute all of that anew:
/// what holds against that are the checkpoints' signatures, with the public key, and what was kept elsewhere, an anchor
/// or a checkpoint as the far side has it. That one also shows a tail that was cut off, a roll-back and a fork. When
/// the journal was created, what sinks have had acknowledged, and what was received and is in no record yet, stand
/// outside the chains.
public struct JournalVerifier: Sendable {
    /// What was kept elsewhere, to be compared with.
    public struct Evidence: Sendable {
        /// A head that was kept.
        public var anchor: JournalAnchor?
        /// A checkpoint that was kept, as the far side has it.
        public var checkpoint: Checkpoint?
        /// The public keys that may have signed, 32 bytes each; empty for any.
        public var publicKeys: [[UInt8]]

        /// Nothing, unless told otherwise.
        public init(anchor: JournalAnchor? = nil, checkpoint: Checkpoint? = nil, publicKeys: [[UInt8]] = []) {
            self.anchor = anchor
            self.checkpoint = checkpoint
            self.publicKeys = publicKeys
        }
    }

    /// What was found.
    public struct Outcome: Hashable, Sendable {
        /// Records that are as they were written, from the first on.
        public let records: UInt64
        /// Records that are no longer there, and accounted for.
        public let dropped: UInt64
        /// Checkpoints that fit.
        public let checkpoints: Int
        /// The public keys that signed them, in hexadecimal digits, sorted.
        public let signers: [String]
        /// The last record and its hash: an anchor for the next time.
        public let anchor: JournalAnchor
        /// The first fault; nil when there is none.
        public let fault: JournalFault?
    }

    private let reader: JournalReader
    private let evidence: Evidence
    private var ledger: LedgerWalk
    private var cover = ChainCover.none
    private var chain: RecordChain
    /// Whether the record at the head is gone with its hash, so that the chain begins anew.
    private var isBroken = false
    private var head: UInt64 = 0
    private var records: UInt64 = 0
    private var dropped: UInt64 = 0
    private var run: ChainGap?
    private var nextClaim = 0

    private init(_ reader: JournalReader, _ evidence: Evidence) {
        self.reader = reader
        self.evidence = evidence
        ledger = LedgerWalk(reader, publicKeys: evidence.publicKeys, witness: evidence.checkpoint)
        chain = RecordChain(reader.identity)
    }

    /// Verifies a whole journal. It can run beside the daemon; records that come meanwhile are verified too.
    ///
    /// - Throws: When the file cannot be read at all. Damage is an outcome, not an error.
    public static func verify(_ reader: JournalReader, anchor: JournalAnchor? = nil) throws(JournalError) -> Outcome {
        try verify(reader, Evidence(anchor: anchor))
    }

    /// Verifies a whole journal against what was kept elsewhere.
    ///
    /// - Throws: When the file cannot be read at all, or not without a key. Damage is an outcome, not an error.
    public static func verify(_ reader: JournalReader, _ evidence: Evidence) throws(JournalError) -> Outcome {
        var verifier = JournalVerifier(reader, evidence)
        let fault = try verifier.firstFault()
        return Outcome(
            records: verifier.records, dropped: verifier.dropped, checkpoints: verifier.ledger.claims.count,
            signers: verifier.ledger.signers.sorted(),
            anchor: JournalAnchor(identity: reader.identity, sequence: verifier.head, hash: verifier.chain.hash),
            fault: fault)
    }

    private mutating func firstFault() throws(JournalError) -> JournalFault? {
        do {
            if let anchor = evidence.anchor, anchor.identity != reader.identity {
                return JournalFault(sequence: 0, kind: .otherThanAnchor)
            }
            if let checkpoint = evidence.checkpoint, checkpoint.identity != reader.identity {
                return JournalFault(sequence: 0, kind: .otherThanWitness)
            }
            let bounds = try bounds()
            cover = bounds.cover
            if let least = bounds.least, least < 1 { return JournalFault(sequence: 0, kind: .foreignRow) }
            // What the checkpoints say has to be known first; what they cannot say shows in the records first.
            let inLedger = try ledger.firstFault(reader)
            return try faultInRecords(bounds.sealed) ?? inLedger
        } catch {
            guard error.isDamage else { throw error }
            return JournalFault(sequence: head + 1, kind: .unreadable("a page of the file"))
        }
    }

    private mutating func faultInRecords(_ sealed: JournalAnchor?) throws(JournalError) -> JournalFault? {
        guard let sealed else { return JournalFault(sequence: 0, kind: .otherThanSealed) }
        run = try nextRun()
        while true {
            let batch = try reader.storedRecords(after: head, limit: VitalsStoreLimits.walkBatch)
            guard !batch.isEmpty else { break }
            for index in batch.indices {
                if let fault = try crossRun() { return fault }
                let next = index + 1 < batch.count ? batch[index + 1] : try following(batch[index])
                if let fault = try fault(batch[index], next: next, sealed: sealed) { return fault }
            }
        }
        if let fault = try crossRun() { return fault }
        return try cutOff(sealed)
    }

    private func bounds() throws(JournalError) -> (sealed: JournalAnchor?, least: Int64?, cover: ChainCover) {
        let (path, reader) = (reader.path, reader)
        return try reader.read { db in
            guard let header = try JournalHeader.read(db, path: path) else {
                throw JournalError(.notAJournal, "verify", path: path)
            }
            let cover = try KeyTable.cover(reader.reading(db).unsealer, db, "verify", path: path)
            let sealed = cover.reveal(header.sealedChain).map {
                JournalAnchor(identity: header.identity, sequence: header.sealedSequence, hash: $0.hash)
            }
            return (sealed, try Int64.fetchOne(db, sql: "SELECT min(sequence) FROM record"), cover)
        }
    }

    /// The row after the last of a batch, for the same judgement as within it.
    private func following(_ row: StoredRow) throws(JournalError) -> StoredRow? {
        try reader.storedRecords(after: row.sequence, limit: 1).first
    }

    private func nextRun() throws(JournalError) -> ChainGap? {
        let (from, cover, path) = (head + 1, cover, reader.path)
        return try reader.read { db in try ChainGap.first(from: from, db, cover, path: path) }
    }

    /// Goes on behind the dropped run that begins here, if one does.
    private mutating func crossRun() throws(JournalError) -> JournalFault? {
        guard let run, run.sequences.lowerBound == head + 1 else { return nil }
        head = run.sequences.upperBound
        if let known = run.chain { chain = known }
        isBroken = run.chain == nil
        dropped &+= run.sequences.upperBound - run.sequences.lowerBound &+ 1
        self.run = try nextRun()
        // What a checkpoint says of a record within the run cannot be compared any more.
        while nextClaim < ledger.claims.count, ledger.claims[nextClaim].records < head { nextClaim += 1 }
        return isBroken ? nil : comparison()
    }

    private mutating func fault(
        _ row: StoredRow, next: StoredRow?, sealed: JournalAnchor
    ) throws(JournalError) -> JournalFault? {
        if let refusal = row.refusal { throw JournalError(refusal, "verify", path: reader.path) }
        guard row.sequence == head + 1 else {
            guard row.sequence > head else { return JournalFault(sequence: row.sequence, kind: .foreignRow) }
            let through = min(row.sequence - 1, run.map { $0.sequences.lowerBound - 1 } ?? .max)
            return JournalFault(sequence: head + 1, kind: .missing(through: through))
        }
        guard case .success(let stored) = row.content else {
            return JournalFault(sequence: row.sequence, kind: .unreadable(row.faultyColumn))
        }
        var expected = chain.appending(stored.record)
        if isBroken, let told = ledger.restarts[row.sequence] {
            // The hash before it is gone: what the salvage told binds the record to the hash that stands with it.
            let again = stored.chain.appending(stored.record)
            if told == again.hash || told == cover.root(again) { expected = stored.chain }
        }
        guard expected == stored.chain else {
            let kind = altered(stored, expected: expected, next: next)
            return JournalFault(sequence: row.sequence, kind: kind)
        }
        guard stored.tag != .other else { return JournalFault(sequence: row.sequence, kind: .otherTag) }
        if row.sequence == sealed.sequence, sealed.hash != expected.hash {
            return JournalFault(sequence: row.sequence, kind: .otherThanSealed)
        }
        do {
            try RecordLine.check(stored.record)
        } catch {
            return JournalFault(sequence: row.sequence, kind: .undecodableBody(error.description))
        }
        chain = expected
        isBroken = false
        head = row.sequence
        records += 1
        return comparison()
    }

    /// Compares the record at the head with what was kept of it.
    private mutating func comparison() -> JournalFault? {
        if let anchor = evidence.anchor, head == anchor.sequence, anchor.hash != chain.hash {
            return JournalFault(sequence: head, kind: .otherThanAnchor)
        }
        if let witness = evidence.checkpoint, head == witness.records, witness.ledger >= ledger.coverLostAt,
            !fits(witness.root, witness.isCovered)
        {
            return JournalFault(sequence: head, kind: .otherThanWitness)
        }
        while nextClaim < ledger.claims.count, ledger.claims[nextClaim].records <= head {
            let claim = ledger.claims[nextClaim]
            if claim.records == head, let root = claim.root, !fits(root, claim.isCovered) {
                return JournalFault(sequence: head, kind: .otherThanCheckpoint(entry: claim.entry))
            }
            nextClaim += 1
        }
        return nil
    }

    private func fits(_ root: [UInt8], _ isCovered: Bool?) -> Bool {
        guard let isCovered else { return root == cover.root(chain) || root == chain.hash }
        return root == (isCovered ? cover.root(chain) : chain.hash)
    }

    /// Record and hash do not fit: the next record shows which of the two was written with it.
    private func altered(_ stored: StoredRecord, expected: RecordChain, next: StoredRow?) -> JournalFault.Kind {
        guard case .success(let following)? = next?.content, expected.appending(following.record) == following.chain
        else { return .alteredRecord }
        return .brokenChain
    }

    /// Whether the journal ends before a record that must be there, or more is missing than was told.
    private func cutOff(_ sealed: JournalAnchor) throws(JournalError) -> JournalFault? {
        let acknowledged =
            try reader.acknowledged().filter { !Acknowledgements.isLedger($0.key) }
            .values.compactMap { $0.last?.upperBound }.max() ?? 0
        let kept = max(evidence.anchor?.sequence ?? 0, evidence.checkpoint?.records ?? 0)
        let last = max(sealed.sequence, acknowledged, kept, ledger.claims.last?.records ?? 0)
        if last > head { return JournalFault(sequence: head + 1, kind: .missing(through: last)) }
        if let explained = ledger.explained, explained != dropped {
            let kind = JournalFault.Kind.unexplainedLoss(missing: dropped, explained: explained)
            return JournalFault(sequence: head, kind: kind)
        }
        return nil
    }
}

extension JournalError {
    fileprivate var isDamage: Bool {
        if case .damaged = code { true } else { false }
    }
}
