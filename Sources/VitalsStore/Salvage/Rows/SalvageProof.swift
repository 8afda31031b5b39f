import VitalsCore
import VitalsModel

/// Decides which rows of a damaged journal are what was written.
///
/// A row with a tag is proved by it. One that is older than tags is proved by the chain: its hash is that of the record
/// and the hash before it, wherever that still stands.
struct SalvageProof: Sendable {
    /// Whose records they are.
    let identity: JournalIdentity

    /// A record that is what was written, and the hash that stands with it.
    struct Proved: Sendable {
        let row: RecordRow
        let record: Record
    }

    /// What became of a row.
    enum Verdict: Sendable {
        case proved(Proved)
        /// What a number stands for is not known yet.
        case open
        case refuted
    }

    /// Judges a row that has a tag.
    func judge(_ row: RecordRow, _ dictionary: SalvageDictionary) -> Verdict {
        guard let tag = row.tag else { return .refuted }
        guard row.seal == nil, let chain = RecordChain(stored: row.chain) else { return .refuted }
        return verdict(row, dictionary) { RowTag.of($0, chain: chain, epoch: identity.epoch) == tag }
    }

    /// Judges a row without a tag, with a hash that stood with the record before it.
    func judge(_ row: RecordRow, after previous: RecordChain, _ dictionary: SalvageDictionary) -> Verdict {
        guard row.seal == nil else { return .refuted }
        return verdict(row, dictionary) { previous.appending($0).hash == row.chain }
    }

    /// Whether an arrival is what was noted. Without a tag nothing can tell.
    func proves(_ row: ArrivalRow) -> Bool {
        row.seal == nil && row.tag == RowTag.of(row.arrival, number: row.number, epoch: identity.epoch)
    }

    /// Whether a ledger entry follows the hash of the one before it.
    func proves(_ entry: LedgerEntry, after previous: LedgerChain) -> Bool {
        previous.appending(entry).hash == entry.chain
    }

    private func verdict(
        _ row: RecordRow, _ dictionary: SalvageDictionary, _ isWhole: (Record) -> Bool
    ) -> Verdict {
        let names = dictionary.subjects[row.subject] ?? []
        let addresses: [UInt64?] = row.sensor.map { dictionary.sensors[$0] ?? [] } ?? [nil]
        for name in names {
            for address in addresses {
                let record = row.record(sensor: address, subject: name)
                if isWhole(record) { return .proved(Proved(row: row, record: record)) }
            }
        }
        return names.isEmpty || addresses.isEmpty ? .open : .refuted
    }
}
