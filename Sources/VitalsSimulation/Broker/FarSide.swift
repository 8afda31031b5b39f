import VitalsCore
import VitalsMQTT
import VitalsModel

/// The receiver behind the broker: it discards copies by their identity, keeps the ledger as a witness, and forgets nothing
/// but what its broker lost before it had taken it.
struct FarSide {
    /// A digest of each record that ever arrived.
    private var digests: [UInt64: UInt64] = [:]
    /// Of these, what its broker lost, and that did not come again.
    private(set) var lost: Set<UInt64> = []
    private(set) var epoch: String?
    /// Copies that were discarded.
    private(set) var copies: UInt64 = 0
    /// Records that came again after its broker had lost them.
    private(set) var restored = 0
    /// What it has, and what the ledger told that it will never have.
    private var had = SequenceRanges()
    private var told = SequenceRanges()
    /// What was published of the ledger.
    private(set) var ledger = LedgerWitness()
    /// Messages of a known identity with other content, and messages without an identity of ours.
    private var faults: [String] = []
    private var new: [UInt64] = []

    /// Who signs checkpoints; nil when nobody does.
    init(signer: [UInt8]?) { ledger.signer = signer }

    /// Whether it has a record.
    func has(_ sequence: UInt64) -> Bool { digests[sequence] != nil && !lost.contains(sequence) }

    /// Whether a record ever arrived.
    func hadOnce(_ sequence: UInt64) -> Bool { digests[sequence] != nil }

    /// The digest of a record's payload; nil when it does not have it.
    func digest(of sequence: UInt64) -> UInt64? { has(sequence) ? digests[sequence] : nil }

    /// Every record up to here is there, or is known to be no more.
    var applied: UInt64 {
        var known = had
        for range in told.ranges { known.insert(range) }
        return known.range(containing: 1)?.upperBound ?? 0
    }

    /// Takes a message that the broker accepted.
    mutating func receive(_ message: MQTTMessage) {
        guard let epoch = message.property("epoch") else {
            faults.append("a message without an epoch")
            return
        }
        if let known = self.epoch, known != epoch {
            faults.append("a message came under another epoch: nobody can tell it from a new one")
            return
        }
        self.epoch = epoch
        if let number = message.property("entry").flatMap({ UInt64($0) }) {
            faults += ledger.receive(number, message.payload, epoch: epoch)
            for range in ledger.takeTold() { told.insert(range) }
        } else if let id = message.property("id") {
            guard let sequence = UInt64(id), sequence > 0 else {
                faults.append("a message without an identity")
                return
            }
            receive(sequence, TraceHash.of(message.payload))
        }
    }

    private mutating func receive(_ sequence: UInt64, _ digest: UInt64) {
        guard let known = digests[sequence] else {
            digests[sequence] = digest
            had.insert(sequence)
            new.append(sequence)
            return
        }
        if known != digest { faults.append("record \(sequence) came twice with different content") }
        if lost.remove(sequence) == nil {
            copies += 1
        } else {
            had.insert(sequence)
            restored += 1
        }
    }

    /// Its broker loses its store, and with it what had arrived of these and was not applied; returns how many records.
    mutating func lose(_ range: ClosedRange<UInt64>) -> Int {
        let gone = digests.keys.filter { range.contains($0) && !lost.contains($0) }
        lost.formUnion(gone)
        had.remove(range)
        return gone.count
    }

    /// The gateway no longer has it either, and had it acknowledged before it dropped it.
    mutating func giveUp(_ sequence: UInt64) { lost.remove(sequence) }

    /// Records that arrived for the first time since the last call.
    mutating func takeNew() -> [UInt64] {
        defer { new.removeAll(keepingCapacity: true) }
        return new
    }

    /// Entries of the ledger that arrived for the first time since the last call.
    mutating func takeNewEntries() -> [UInt64] { ledger.takeNew() }

    /// What was wrong since the last call.
    mutating func takeFaults() -> [String] {
        defer { faults.removeAll() }
        return faults
    }
}
