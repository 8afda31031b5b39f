import VitalsCore
import VitalsModel

/// Reads a damaged journal image by image, and gives out the rows that are proved to be what was written.
///
/// It needs nothing of the file to be in order: neither the header nor the tree nor the WAL file's checksums. The newest
/// images come first, so that an opening that cannot wait for all of it has the recent past.
struct SalvageScan: Sendable {
    /// Rows that are whole.
    struct Harvest: Sendable {
        var records: [SalvageProof.Proved] = []
        var entries: [LedgerEntry] = []

        var isEmpty: Bool { records.isEmpty && entries.isEmpty }
    }

    let proof: SalvageProof
    private let pages: PageFile
    private(set) var dictionary: SalvageDictionary
    /// The keys that open sealed rows.
    private(set) var keyring: SalvageKeyring
    /// The records that were given out.
    private(set) var proved = VitalsCore.SequenceRanges()
    /// The image that comes next.
    private(set) var next = 0
    /// Arrivals that are whole; which of them a record settles is known at the end.
    private(set) var arrivals: [Int64: ArrivalRow] = [:]
    /// Hashes that stand with records that are not there: where one fits the record behind it, the chain goes on.
    private(set) var loneHashes: [UInt64: [RecordChain]] = [:]
    /// Images with a row whose sensor, subject or key was not known when it was read, and how many of them were read
    /// again.
    private var open: [Int] = []
    private var reread = 0
    /// Rows without a tag that come first on their page, and hashes of rows that come last on theirs.
    private var first: [UInt64: RecordRow] = [:]
    private var firstEntries: [UInt64: LedgerEntry] = [:]
    private(set) var entryHashes: [UInt64: LedgerChain] = [:]
    private var isResolved = false

    /// Begins to read. Nil when the file does not tell whose journal it is, and nobody else does.
    ///
    /// - Parameters:
    ///   - gateway: Whose journal it must be; nil for anybody's.
    ///   - witness: What was committed last, if that is known.
    ///   - protection: The keys that may have sealed it.
    ///   - beside: What the files beside the journal say: what its numbers stand for, and its wrapped keys.
    init?(
        _ pages: PageFile, gateway: String?, witness: JournalWitness?,
        protection: JournalProtection = JournalProtection(), beside: [SalvagedRow] = []
    ) {
        var dictionary = SalvageDictionary()
        for row in beside { dictionary.take(row) }
        let frames = pages.imageCount - pages.databaseImages
        let glance = Array(0..<(frames + min(pages.databaseImages, VitalsStoreLimits.salvageGlanceImages)))
        for image in glance.map({ $0 < frames ? $0 : pages.imageCount - 1 - ($0 - frames) }) {
            for cell in pages.cells(image) { if let row = SalvagedRow(cell) { dictionary.take(row) } }
        }
        var identities = [witness?.identity].compactMap(\.self) + dictionary.journals.map(\.identity)
        identities.removeAll { $0.gateway != gateway ?? $0.gateway || !Journal.isEpoch($0.epoch) }
        guard let identity = Self.identity(of: pages, among: identities, dictionary, protection) else { return nil }
        self.pages = pages
        self.dictionary = dictionary
        keyring = Self.keyring(dictionary, protection, identity)
        proof = SalvageProof(identity: identity)
        loneHashes[0] = [RecordChain(identity)]
        entryHashes[0] = LedgerChain(identity)
    }

    /// When the journal was made, where the file still says so.
    var created: WallTime? { dictionary.journals.first { $0.identity == proof.identity }?.created }

    /// Whether all of the file was read.
    var isComplete: Bool { next >= pages.imageCount && isResolved }

    /// Reads so many images more. Those that could not be understood at once are read again at the end.
    mutating func read(images count: Int) -> Harvest {
        var harvest = Harvest()
        var left = count
        while left > 0, next < pages.imageCount {
            read(next, into: &harvest)
            next += 1
            left -= 1
        }
        while left > 0, next >= pages.imageCount, reread < open.count {
            read(open[reread], into: &harvest)
            reread += 1
            left -= 1
        }
        if next >= pages.imageCount, reread >= open.count, !isResolved {
            resolve(into: &harvest)
            isResolved = true
        }
        return harvest
    }

    private mutating func read(_ image: Int, into harvest: inout Harvest) {
        var records: [RecordRow] = []
        var entries: [LedgerEntry] = []
        for cell in pages.cells(image) {
            guard let row = SalvagedRow(cell) else { continue }
            dictionary.take(row)
            switch row {
            case .record(let row): records.append(row)
            case .ledger(let entry): entries.append(entry)
            case .key(let row): keyring.take(row)
            case .arrival(let row):
                if let seal = row.seal, !keyring.opens(seal) { look(again: image) }
                if proof.proves(row, keyring) { arrivals[row.number] = row }
            case .journal, .sensor, .subject, .dropped, .acknowledged: break
            }
        }
        records.sort { $0.sequence < $1.sequence }
        for (index, row) in records.enumerated() {
            let before = index > 0 ? records[index - 1] : nil
            if case .open = take(row, after: before, into: &harvest) { look(again: image) }
        }
        // Those behind a gap on this page, and the last one, may be what the record on another page follows.
        for (index, row) in records.enumerated()
        where row.tag == nil && (index + 1 == records.count || records[index + 1].sequence != row.sequence + 1) {
            note(row)
        }
        take(entries.sorted { $0.number < $1.number }, into: &harvest)
    }

    /// Notes an image that is to be read once more; one that is being read for the second time says all that it can.
    private mutating func look(again image: Int) {
        if next < pages.imageCount, open.last != image { open.append(image) }
    }

    private mutating func take(
        _ row: RecordRow, after before: RecordRow?, into harvest: inout Harvest
    ) -> SalvageProof.Verdict {
        // The WAL file has the same page many times over.
        guard !proved.contains(row.sequence) else { return .refuted }
        var verdict = SalvageProof.Verdict.refuted
        if row.tag != nil {
            verdict = proof.judge(row, dictionary, keyring)
        } else if let before, before.sequence + 1 == row.sequence, let hash = RecordChain(stored: before.chain) {
            verdict = proof.judge(row, after: hash, dictionary)
        } else {
            first[row.sequence] = row
            return .refuted
        }
        switch verdict {
        case .proved(let whole): add(whole, to: &harvest)
        case .open: break
        case .refuted: note(row)
        }
        return verdict
    }

    private mutating func add(_ whole: SalvageProof.Proved, to harvest: inout Harvest) {
        if proved.insert(whole.record.sequence) { harvest.records.append(whole) }
    }

    /// Keeps the hash of a row that is not whole, or that another page's row follows.
    private mutating func note(_ row: RecordRow) {
        guard let hash = RecordChain(stored: row.chain), loneHashes[row.sequence]?.contains(hash) != true else {
            return
        }
        loneHashes[row.sequence, default: []].append(hash)
    }

    private mutating func take(_ entries: [LedgerEntry], into harvest: inout Harvest) {
        for (index, entry) in entries.enumerated() {
            if index > 0, entries[index - 1].number + 1 == entry.number,
                let before = LedgerChain(stored: entries[index - 1].chain)
            {
                if proof.proves(entry, after: before) { harvest.entries.append(entry) }
            } else {
                firstEntries[entry.number] = entry
            }
            if let hash = LedgerChain(stored: entry.chain) { entryHashes[entry.number] = hash }
        }
    }

    /// Judges what had to wait for a hash on another page.
    private mutating func resolve(into harvest: inout Harvest) {
        for (sequence, row) in first.sorted(by: { $0.key < $1.key }) where sequence > 0 && !proved.contains(sequence) {
            var isProved = false
            for hash in loneHashes[sequence - 1] ?? [] where !isProved {
                guard case .proved(let whole) = proof.judge(row, after: hash, dictionary) else { continue }
                add(whole, to: &harvest)
                isProved = true
            }
            if !isProved { note(row) }
        }
        for (number, entry) in firstEntries.sorted(by: { $0.key < $1.key }) where number > 0 {
            guard let hash = entryHashes[number - 1], proof.proves(entry, after: hash) else { continue }
            harvest.entries.append(entry)
        }
        first = [:]
        firstEntries = [:]
    }

    /// The identity under which the first rows that can be judged are whole; the first one where there are none.
    private static func identity(
        of pages: PageFile, among identities: [JournalIdentity], _ dictionary: SalvageDictionary,
        _ protection: JournalProtection
    ) -> JournalIdentity? {
        guard let likely = identities.first, identities.contains(where: { $0 != likely }) else {
            return identities.first
        }
        let candidates = identities.map { ($0, keyring(dictionary, protection, $0)) }
        for image in 0..<min(pages.imageCount, VitalsStoreLimits.salvageGlanceImages) {
            for cell in pages.cells(image) {
                guard case .record(let row)? = SalvagedRow(cell) else { continue }
                for (identity, keyring) in candidates {
                    guard case .proved = SalvageProof(identity: identity).judge(row, dictionary, keyring) else {
                        continue
                    }
                    return identity
                }
            }
        }
        return likely
    }

    /// The keys that are known by now, of the journal that it is taken for.
    private static func keyring(
        _ dictionary: SalvageDictionary, _ protection: JournalProtection, _ identity: JournalIdentity
    ) -> SalvageKeyring {
        var keyring = SalvageKeyring(protection, epoch: identity.epoch)
        for (_, rows) in dictionary.keys.sorted(by: { $0.key < $1.key }) { for row in rows { keyring.take(row) } }
        return keyring
    }
}

extension SalvageScan {
    /// Begins to read a damaged file, with what stands beside it. Nil when nothing tells whose journal it is.
    init?(
        _ path: String, gateway: String?, witness: JournalWitness?, protection: JournalProtection,
        beside: [SalvagedRow] = [], files: any FileSystem
    ) throws(FileSystemError) {
        let pages = try PageFile(database: path, files: files)
        let names = try JournalNames.read(journal: path, files: files)
        let keys = try KeyCopy.read(journal: path, files: files).map(SalvagedRow.key)
        self.init(pages, gateway: gateway, witness: witness, protection: protection, beside: beside + names + keys)
    }
}
