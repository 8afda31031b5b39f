import GRDB
import VitalsCore
import VitalsJSON
import VitalsModel

/// Walks the ledger's chain from its beginning, and gathers what it says of the records.
struct LedgerWalk: Sendable {
    /// What a checkpoint says of the records.
    struct Claim: Sendable {
        let entry: UInt64
        let records: UInt64
        /// Nil when nobody can tell any more what it stands for.
        var root: [UInt8]?
        let isCovered: Bool?
    }

    private let publicKeys: [[UInt8]]
    private let witness: Checkpoint?
    private var chain: LedgerChain
    /// Entries that are as they were written.
    private(set) var head: UInt64 = 0
    /// What the checkpoints say, in order.
    private(set) var claims: [Claim] = []
    /// How many sequences the entries account for as no longer there; nil while a salvage is under way.
    private(set) var explained: UInt64? = 0
    /// The records at which the chain begins anew behind what damage took, each with what binds it and its hash.
    private(set) var restarts: [UInt64: [UInt8]] = [:]
    /// The last entry that tells that what covered hashes before it is lost; 0 without any. What was told until then of
    /// records of a sealed journal can be compared with nothing.
    private(set) var coverLostAt: UInt64 = 0
    /// The number with which the ledger went on after the last damage; 0 when there was none. Before it, entries may be
    /// lost too.
    private var era: UInt64 = 0
    /// What is missing of the time before it, as far as that was told.
    private var runs = LedgerRuns()
    /// The public keys that signed, by their digits.
    private(set) var signers: Set<String> = []
    /// Which opening for writing was told last.
    private var generation: UInt64 = 0

    init(_ reader: JournalReader, publicKeys: [[UInt8]], witness: Checkpoint?) {
        self.publicKeys = publicKeys
        self.witness = witness
        chain = LedgerChain(reader.identity)
    }

    /// Walks to the end, or to the first entry that is not what was written.
    mutating func firstFault(_ reader: JournalReader) throws(JournalError) -> JournalFault? {
        era = try reader.ledgerEra
        while true {
            let batch = try reader.ledgerRows(after: head, limit: VitalsStoreLimits.walkBatch)
            guard !batch.isEmpty else { break }
            for row in batch {
                if let fault = fault(row, of: reader.identity) { return fault }
            }
        }
        if let fault = runs.fault { return fault }
        // Whoever has a checkpoint has seen its own entry too, the one behind those that it speaks of.
        if let witness, witness.ledger >= head {
            return JournalFault(ledger: head + 1, kind: .missing(through: max(witness.ledger, witness.ledger &+ 1)))
        }
        if !publicKeys.isEmpty, signers.isEmpty { return JournalFault(ledger: head, kind: .unsigned) }
        let told = try reader.generation
        if let told, told != generation { return JournalFault(ledger: head, kind: .otherOpenings) }
        return nil
    }

    private mutating func fault(_ row: LedgerRow, of identity: JournalIdentity) -> JournalFault? {
        guard let number = row.number, number > 0 else { return JournalFault(ledger: 0, kind: .foreignRow) }
        guard number == head + 1 || number <= era else {
            return JournalFault(ledger: head + 1, kind: .missing(through: number - 1))
        }
        guard case .success(let entry) = row.content else {
            return JournalFault(ledger: number, kind: .unreadable(row.faultyColumn))
        }
        var next = chain.appending(entry)
        if next.hash != entry.chain, number != head + 1, let stored = LedgerChain(stored: entry.chain) { next = stored }
        guard next.hash == entry.chain else { return JournalFault(ledger: number, kind: .alteredRecord) }
        if let kind = judge(entry, of: identity) { return JournalFault(ledger: number, kind: kind) }
        chain = next
        head = number
        runs.take(entry)
        if let witness, witness.ledger == number, witness.ledgerRoot != next.hash {
            return JournalFault(ledger: number, kind: .otherThanWitness)
        }
        if let witness, witness.ledger == number - 1 {
            guard let checkpoint = Checkpoint(entry, of: identity), checkpoint.saysTheSame(as: witness) else {
                return JournalFault(ledger: number, kind: .otherThanWitness)
            }
        }
        return nil
    }

    /// What an entry that is in the chain says, and whether it may.
    private mutating func judge(_ entry: LedgerEntry, of identity: JournalIdentity) -> JournalFault.Kind? {
        switch entry.kind {
        case .checkpoint: return judgeCheckpoint(entry, of: identity)
        case .opened:
            let json = try? JSONParser.parse(entry.body)
            generation = Self.number(json?["generation"]) ?? 0
        case .retention: explained = explained.map { $0 &+ Self.count(entry.body) }
        case .quarantine: explained = nil
        case .salvage: settle(entry)
        case .damage, .key, .migration, .replayRequest, .receipt, .standIn: break
        }
        return entry.signature == nil ? nil : .wrongSignature
    }

    private mutating func judgeCheckpoint(_ entry: LedgerEntry, of identity: JournalIdentity) -> JournalFault.Kind? {
        guard let checkpoint = Checkpoint(entry, of: identity) else { return .undecodableBody("no checkpoint") }
        guard checkpoint.ledger == head && checkpoint.ledgerRoot == chain.hash || entry.number < era else {
            return .otherThanSealed
        }
        if let last = claims.last, checkpoint.records < last.records { return .rolledBack }
        switch (checkpoint.signer, checkpoint.signature) {
        case (nil, nil):
            // Whoever can sign does not stop: an end without signatures was written by somebody who cannot.
            guard signers.isEmpty else { return .unsigned }
        case (let signer?, _?):
            guard checkpoint.isSigned(by: signer) else { return .wrongSignature }
            guard publicKeys.isEmpty || publicKeys.contains(signer) else { return .otherSigner }
            signers.insert(Hex.string(signer))
        default: return .wrongSignature
        }
        claims.append(
            Claim(
                entry: entry.number, records: checkpoint.records, root: checkpoint.root,
                isCovered: checkpoint.isCovered))
        return nil
    }

    /// `count` of a retention entry.
    private static func count(_ body: [UInt8]) -> UInt64 {
        (try? JSONParser.parse(body)).flatMap { number($0["count"]) } ?? 0
    }

    /// What a salvage tells at its end: all that is missing by now, and where the chain begins anew.
    private mutating func settle(_ entry: LedgerEntry) {
        guard let json = try? JSONParser.parse(entry.body) else { return }
        explained = Self.number(json["dropped"])
        if entry.number > era { runs.tell(json) }
        if json["coverLost"]?.bool == true {
            coverLostAt = entry.number
            for index in claims.indices where claims[index].isCovered == true { claims[index].root = nil }
        }
        for restart in json["restarts"]?.array ?? [] {
            guard let pair = restart.array, pair.count == 2, let sequence = Self.number(pair[0]),
                let hash = pair[1].string.flatMap({ Hex.bytes($0) })
            else { continue }
            restarts[sequence] = hash
        }
    }

    private static func number(_ value: JSONValue?) -> UInt64? { value?.number.flatMap { UInt64($0.text) } }
}
