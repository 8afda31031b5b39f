import GRDB
import VitalsCore
import VitalsJSON
import VitalsModel

extension SalvageRun {
    /// The entries of the new journal's ledger as runs, each with the hash that its first one follows. That stood with an
    /// entry that is not here any more, or was told by a salvage before this one.
    func ledgerRuns(_ db: Database) throws -> [LedgerRuns.Run] {
        var runs: [(first: LedgerEntry, last: UInt64, before: LedgerChain?)] = []
        var previous = [UInt8]()
        try Self.walk(db) { entry in
            if let last = runs.last, last.last + 1 == entry.number {
                runs[runs.count - 1].last = entry.number
            } else {
                let likely = [ledgerHash(entry.number - 1), LedgerChain(stored: previous)]
                let before = likely.compactMap(\.self).first { $0.appending(entry).hash == entry.chain }
                runs.append((entry, entry.number, before))
            }
            previous = entry.chain
        }
        if runs.contains(where: { $0.before == nil }) {
            func look(at hash: LedgerChain) {
                for index in runs.indices where runs[index].before == nil {
                    let first = runs[index].first
                    if hash.appending(first).hash == first.chain { runs[index].before = hash }
                }
            }
            for hash in ledgerHashes { look(at: hash) }
            try Self.walk(db) { entry in
                if let hash = LedgerChain(stored: entry.chain) { look(at: hash) }
                if entry.kind == .salvage { for hash in Self.toldHashes(entry.body) { look(at: hash) } }
            }
        }
        return runs.map { LedgerRuns.Run(first: $0.first.number, last: $0.last, before: $0.before?.hash ?? []) }
    }

    private static func walk(_ db: Database, _ body: (LedgerEntry) -> Void) throws {
        var head: UInt64 = 0
        while true {
            let arguments: StatementArguments = [Int64(clamping: head), VitalsStoreLimits.walkBatch]
            let rows = try Row.fetchAll(db, sql: LedgerEntry.query, arguments: arguments)
            guard !rows.isEmpty else { return }
            for row in rows {
                let entry = try LedgerEntry(row)
                body(entry)
                head = entry.number
            }
        }
    }

    private static func toldHashes(_ body: [UInt8]) -> [LedgerChain] {
        let runs = (try? JSONParser.parse(body))?["entries"]?.array ?? []
        return runs.compactMap { $0.array?.last?.string.flatMap { Hex.bytes($0) }.flatMap(LedgerChain.init(stored:)) }
    }
}
