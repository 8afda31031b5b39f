import VitalsCore

/// The stored hashes about the place at which a replay runs along the journal.
struct ReplayWindow: Sendable {
    /// The sequence of the first hash; the hash before it is needed too, so a window begins one record early.
    private var first: UInt64 = 0
    private var hashes: [RecordChain] = []

    /// Whether the stored chain goes on with exactly this record. The record's sequence is not above the head.
    mutating func isStored(_ record: Record, in reader: JournalReader) throws(JournalError) -> Bool {
        guard record.sequence > 0 else { return false }
        if hash(of: record.sequence) == nil || (record.sequence > 1 && hash(of: record.sequence - 1) == nil) {
            first = max(1, record.sequence - 1)
            hashes = try reader.hashes(after: first - 1, limit: VitalsStoreLimits.walkBatch)
        }
        let previous = record.sequence == 1 ? RecordChain(reader.identity) : hash(of: record.sequence - 1)
        guard let stored = hash(of: record.sequence), let previous else {
            let code = JournalError.Code.damaged(sequence: record.sequence, what: "the record is missing")
            throw JournalError(code, "resume", path: reader.path)
        }
        return previous.appending(record) == stored
    }

    private func hash(of sequence: UInt64) -> RecordChain? {
        guard sequence >= first, sequence - first < UInt64(hashes.count) else { return nil }
        return hashes[Int(sequence - first)]
    }
}
