import VitalsCore
import VitalsModel

/// Decides which rows of a damaged journal are what was written.
///
/// A row with a tag is proved by it, a sealed one by being opened. One that is older than tags is proved by the chain:
/// its hash is that of the record and the hash before it, wherever that still stands.
struct SalvageProof: Sendable {
    /// Whose records they are.
    let identity: JournalIdentity

    /// A record that is what was written, and the row that holds it.
    struct Proved: Sendable {
        let row: RecordRow
        let record: Record
    }

    /// What became of a row.
    enum Verdict: Sendable {
        case proved(Proved)
        /// What a number stands for, or the key that seals it, is not known yet.
        case open
        case refuted
    }

    /// Judges a row that has a tag.
    func judge(_ row: RecordRow, _ dictionary: SalvageDictionary, _ keyring: SalvageKeyring) -> Verdict {
        guard let tag = row.tag else { return .refuted }
        if let seal = row.seal { return judge(row, seal, tag, dictionary, keyring) }
        guard let chain = RecordChain(stored: row.chain) else { return .refuted }
        return verdict(row, dictionary) {
            RowTag.of($0, chain: chain, epoch: identity.epoch) == tag ? $0 : nil
        }
    }

    /// Judges a row without a tag, with a hash that stood with the record before it.
    func judge(_ row: RecordRow, after previous: RecordChain, _ dictionary: SalvageDictionary) -> Verdict {
        guard row.seal == nil else { return .refuted }
        return verdict(row, dictionary) { previous.appending($0).hash == row.chain ? $0 : nil }
    }

    /// Judges a sealed row: what its key opens is what was sealed, with all that stays readable of it.
    private func judge(
        _ row: RecordRow, _ seal: RecordRow.RowSeal, _ tag: [UInt8], _ dictionary: SalvageDictionary,
        _ keyring: SalvageKeyring
    ) -> Verdict {
        guard row.chain.isEmpty else { return .refuted }
        guard keyring.opens(seal) else { return .open }
        return verdict(row, dictionary) { record in
            let associated = RowTag.associated(record, epoch: identity.epoch, key: UInt64(clamping: seal.key))
            guard let content = keyring.open(row.body, seal, tag: tag, associated: associated),
                content.count >= RecordChain.byteCount
            else { return nil }
            var opened = record
            opened.body = Array(content.dropLast(RecordChain.byteCount))
            return opened
        }
    }

    /// Whether an arrival is what was noted. Without a tag nothing can tell.
    func proves(_ row: ArrivalRow, _ keyring: SalvageKeyring) -> Bool {
        guard let seal = row.seal, let tag = row.tag else {
            return row.seal == nil && row.tag == RowTag.of(row.arrival, number: row.number, epoch: identity.epoch)
        }
        let associated = RowTag.associated(
            row.arrival, number: row.number, epoch: identity.epoch, key: UInt64(clamping: seal.key))
        return keyring.open(row.arrival.value, seal, tag: tag, associated: associated) != nil
    }

    /// Whether a ledger entry follows the hash of the one before it.
    func proves(_ entry: LedgerEntry, after previous: LedgerChain) -> Bool {
        previous.appending(entry).hash == entry.chain
    }

    /// - Parameter whole: The record as it was made, if the row is that with these names; nil otherwise.
    private func verdict(
        _ row: RecordRow, _ dictionary: SalvageDictionary, _ whole: (Record) -> Record?
    ) -> Verdict {
        let names = dictionary.subjects[row.subject] ?? []
        let addresses: [UInt64?] = row.sensor.map { dictionary.sensors[$0] ?? [] } ?? [nil]
        for name in names {
            for address in addresses {
                guard let record = whole(row.record(sensor: address, subject: name)) else { continue }
                return .proved(Proved(row: row, record: record))
            }
        }
        return names.isEmpty || addresses.isEmpty ? .open : .refuted
    }
}
