import VitalsCore

/// The stored hashes about the place at which a replay runs along the journal.
struct ReplayWindow: Sendable {
    /// The sequence of the first hash.
    private var first: UInt64 = 1
    private var hashes: [RecordChain] = []
    /// The hash before the first one; nil when nobody knows it.
    private var before: RecordChain?

    /// Whether the stored chain goes on with exactly this record. The record's sequence is not above the head. Of a
    /// record that retention has dropped there is nothing to compare.
    mutating func isStored(_ record: Record, in reader: JournalReader) throws(JournalError) -> Bool {
        guard record.sequence > 0 else { return false }
        if hash(of: record.sequence) == nil || hash(before: record.sequence) == nil {
            guard try reader.gap(at: record.sequence) == nil else { return true }
            try move(to: record.sequence, in: reader)
        }
        guard let stored = hash(of: record.sequence), let previous = hash(before: record.sequence) else {
            let what = "it or the one before is missing or altered"
            throw JournalError(.damaged(sequence: record.sequence, what: what), "resume", path: reader.path)
        }
        return previous.appending(record) == stored
    }

    /// Begins the window at a sequence, whose predecessor is there, dropped, or none at all.
    private mutating func move(to sequence: UInt64, in reader: JournalReader) throws(JournalError) {
        first = sequence
        if sequence == 1 {
            before = RecordChain(reader.identity)
        } else if let run = try reader.gap(at: sequence - 1) {
            before = run.sequences.upperBound == sequence - 1 ? run.chain : nil
        } else {
            before = try reader.hashes(after: sequence - 2, limit: 1).first
        }
        hashes = try reader.hashes(after: first - 1, limit: VitalsStoreLimits.walkBatch)
    }

    private func hash(of sequence: UInt64) -> RecordChain? {
        guard sequence >= first, sequence - first < UInt64(hashes.count) else { return nil }
        return hashes[Int(sequence - first)]
    }

    private func hash(before sequence: UInt64) -> RecordChain? {
        sequence == first ? before : hash(of: sequence &- 1)
    }
}
