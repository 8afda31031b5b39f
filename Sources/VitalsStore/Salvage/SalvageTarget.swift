import Crypto
import GRDB
import VitalsCore
import VitalsModel

/// The new journal that takes what is whole of a damaged one.
///
/// At every commit its records and its dropped runs are, together, all sequences below the era: it begins with one run
/// that holds them all, and each record that is taken over is cut out of it.
struct SalvageTarget: Sendable {
    let identity: JournalIdentity
    /// Where the records of the time after the damage begin.
    let era: UInt64

    /// Notes that nothing below the era is there yet.
    func begin(_ db: Database) throws {
        try put(1...(era - 1), chain: eraChain.hash, db)
        try db.execute(sql: "UPDATE journal SET next_sequence = ?", arguments: [Int64(clamping: era)])
    }

    /// The hash that the first record of the era follows:
    ///
    ///     SHA-256("vitalsd era" ‖ 00 ‖ u32 length ‖ epoch ‖ u64 era)
    var eraChain: RecordChain {
        var bytes = Array("vitalsd era\0".utf8)
        bytes.append(sized: Array(identity.epoch.utf8))
        bytes.append(bigEndian: era)
        return RecordChain(stored: Array(SHA256.hash(data: bytes))) ?? RecordChain(identity)
    }

    /// Takes over what is not there yet, sealed rows with the keys that open them; returns how many records that are.
    func take(_ harvest: SalvageScan.Harvest, _ keyring: SalvageKeyring, _ db: Database) throws -> Int {
        var count = 0
        var untagged: UInt64 = 0
        var sealed: [Int64: ClosedRange<UInt64>] = [:]
        var run: ClosedRange<UInt64>?
        for proved in harvest.records.sorted(by: { $0.record.sequence < $1.record.sequence }) {
            let sequence = proved.record.sequence
            guard sequence < era, run?.contains(sequence) != true, try missing(sequence, db) != nil else { continue }
            try insert(proved, db)
            if proved.row.tag == nil { untagged = max(untagged, sequence) }
            if let seal = proved.row.seal {
                let known = sealed[seal.key] ?? sequence...sequence
                sealed[seal.key] = min(known.lowerBound, sequence)...max(known.upperBound, sequence)
            }
            count += 1
            if let last = run, last.upperBound + 1 == sequence {
                run = last.lowerBound...sequence
            } else {
                if let run { try cut(run, db) }
                run = sequence...sequence
            }
        }
        if let run { try cut(run, db) }
        for (id, sequences) in sealed.sorted(by: { $0.key < $1.key }) {
            if let row = keyring.dataKeys[id]?.row { try put(row, sealing: sequences, db) }
        }
        for entry in harvest.entries { try insert(entry, db) }
        if untagged > 0 {
            try db.execute(
                sql: "UPDATE journal SET untagged_through = max(untagged_through, ?)",
                arguments: [Int64(clamping: untagged)])
        }
        return count
    }

    /// Takes over a wrapped key, or notes that it seals these too. What the old row said of its sequences is not
    /// proved; what is here is known: so a key is erased when the last of its records is gone, and not before.
    func put(_ key: KeyRow, sealing sequences: ClosedRange<UInt64>? = nil, _ db: Database) throws {
        let statement = try db.cachedStatement(
            sql: """
                INSERT INTO key (id, kek, wrapped, created_sequence, last_sequence) VALUES (?, ?, ?, ?, ?)
                ON CONFLICT (id) DO UPDATE SET
                    created_sequence = min(created_sequence, excluded.created_sequence),
                    last_sequence = max(last_sequence, excluded.last_sequence)
                """)
        // A range that ends before it begins holds none, and grows with the first.
        let (first, last) = sequences.map { ($0.lowerBound, $0.upperBound) } ?? (era, 0)
        try statement.execute(arguments: [
            key.id, key.kek, key.wrapped.blob, Int64(clamping: first), Int64(clamping: last),
        ])
    }

    /// The run of missing records that a sequence lies in.
    private func missing(_ sequence: UInt64, _ db: Database) throws -> (run: ClosedRange<UInt64>, chain: [UInt8])? {
        let statement = try db.cachedStatement(
            sql: "SELECT first, last, chain FROM dropped WHERE first <= ? ORDER BY first DESC LIMIT 1")
        guard let row = try Row.fetchOne(statement, arguments: [Int64(clamping: sequence)]),
            let first = row.integer(0).flatMap(UInt64.init(exactly:)),
            let last = row.integer(1).flatMap(UInt64.init(exactly:)), let chain = row.bytes(2), first <= last,
            sequence <= last
        else { return nil }
        return (first...last, chain)
    }

    /// Takes a run of records that are there now out of the missing ones around it.
    private func cut(_ run: ClosedRange<UInt64>, _ db: Database) throws {
        guard let (around, chain) = try missing(run.lowerBound, db) else { return }
        try db.execute(
            sql: "DELETE FROM dropped WHERE first = ?", arguments: [Int64(clamping: around.lowerBound)])
        // The hash of the last one before the run is not known; `bridge` looks for it at the end.
        if around.lowerBound < run.lowerBound { try put(around.lowerBound...(run.lowerBound - 1), chain: [], db) }
        if run.upperBound < around.upperBound { try put((run.upperBound + 1)...around.upperBound, chain: chain, db) }
    }

    private func put(_ run: ClosedRange<UInt64>, chain: [UInt8], _ db: Database) throws {
        try db.cachedStatement(sql: "INSERT INTO dropped (first, last, chain) VALUES (?, ?, ?)")
            .execute(arguments: [Int64(clamping: run.lowerBound), Int64(clamping: run.upperBound), chain.blob])
    }

    private func insert(_ proved: SalvageProof.Proved, _ db: Database) throws {
        let row = proved.row
        let statement = try db.cachedStatement(
            sql: """
                INSERT INTO record
                (sequence, kind, sensor, monotonic, wall, synchronised, subject, body, chain, key, counter, tag)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """)
        try statement.execute(arguments: [
            Int64(clamping: row.sequence), Int64(row.kind.rawValue),
            try proved.record.sensor.map { try RowNumber.of($0, db) },
            row.stamp.monotonic.microseconds, row.stamp.wall.microseconds, row.stamp.isSynchronised ? 1 : 0,
            try RowNumber.of(proved.record.subject, db), row.body.blob, row.chain.blob, row.seal?.key,
            row.seal?.counter, row.tag?.blob,
        ])
    }

    private func insert(_ entry: LedgerEntry, _ db: Database) throws {
        let statement = try db.cachedStatement(
            sql: """
                INSERT OR IGNORE INTO ledger
                (entry, kind, monotonic, wall, synchronised, body, chain, signature) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                """)
        try statement.execute(arguments: [
            Int64(clamping: entry.number), entry.kind.rawValue, entry.stamp.monotonic.microseconds,
            entry.stamp.wall.microseconds, entry.stamp.isSynchronised ? 1 : 0, entry.body.blob, entry.chain.blob,
            entry.signature?.blob,
        ])
    }

    /// Writes an arrival's row as it was.
    func insert(_ row: ArrivalRow, _ db: Database) throws {
        let statement = try db.cachedStatement(
            sql: """
                INSERT OR IGNORE INTO arrival
                (sensor, stream, number, boot, monotonic, wall, synchronised, value, key, counter, tag)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """)
        let arrival = row.arrival
        try statement.execute(arguments: [
            Int64(clamping: arrival.sensor.rawValue), Int64(arrival.stream.rawValue), row.number, arrival.boot,
            arrival.stamp.monotonic.microseconds, arrival.stamp.wall.microseconds,
            arrival.stamp.isSynchronised ? 1 : 0, arrival.value.blob, row.seal?.key, row.seal?.counter, row.tag?.blob,
        ])
    }
}
