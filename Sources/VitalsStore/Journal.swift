import Foundation
import GRDB
import Synchronization
public import VitalsCore
public import VitalsModel

/// The journal in a SQLite file: append-only, durable, hash-chained.
///
/// - A record is durable when `append` returns: WAL with `synchronous=FULL`, so neither kill -9 nor a power cut takes
///   it.
/// - One connection of one process writes and checkpoints. Readers (`JournalReader`) may be anywhere, at any time.
/// - What the store itself does stands in the ledger, in the same transaction.
/// - Nothing is repaired: a file that is not what it should be is an error that says what to do. What live sensors sent
///   is noted beside the records until it is in one.
public final class Journal: LiveJournalPort {
    /// The journal's file.
    public let path: String
    /// Which journal this is.
    public let identity: JournalIdentity
    /// Reads beside the writer, so that a reader never waits for a disk to sync.
    public let reader: JournalReader
    /// The one connection that writes and checkpoints.
    let connection: Mutex<DatabaseQueue>
    let lock: any FileLock
    let tail: Mutex<JournalTail>
    let acknowledgements: Mutex<Acknowledgements>
    let arrivalTable: Mutex<ArrivalTable>
    let ledger: Mutex<Ledger>
    /// What the next commit tells in the ledger: that this opening writes.
    private let opening: Mutex<Opening?>
    /// Nil while the journal is not sealed.
    let sealer: Sealer?
    let signer: CheckpointSigner?
    let checkpoints: Mutex<CheckpointSchedule>
    let erasure = Mutex(Erasure())
    /// Whether the copy of the wrapped keys beside the journal is older than their table, for all that is known.
    let isKeyCopyDue = Mutex(true)
    let clock: @Sendable () -> Stamp
    let retention: RetentionPolicy
    let files: any FileSystem
    /// Nil until the first piece of it, so that a start does not wait.
    let upkeep = Mutex<Upkeep?>(nil)
    /// What is still to be read of a damaged journal that this one takes the place of.
    let rest = Mutex<SalvageRest?>(nil)
    /// Who is told of damage.
    let damageFound = Mutex<(@Sendable (JournalError) -> Void)?>(nil)
    /// What was last told to the files beside the journal.
    let told = Mutex(Testimony())
    private let replay: Mutex<ReplayWindow>
    let isClosed = Mutex(false)

    /// Opens the journal of a gateway for writing, and creates it when there is none.
    ///
    /// - Parameters:
    ///   - path: The file. Its directory is made too (0700), the file is for its owner alone (0600).
    ///   - gateway: The gateway's name in topics.
    ///   - created: The wall clock now; noted when the journal is new.
    ///   - epoch: The epoch of a new journal; nil draws one from the system's generator.
    ///   - protection: The keys that seal it, and sign its checkpoints.
    ///   - clock: What stamps the ledger's entries; nil stamps them all with `created`, as not synchronised.
    ///   - retention: How much it keeps, and for how long; it goes by that in `maintain`.
    ///   - files: Where the file and those beside it are. SQLite finds the file by its path.
    public init(
        path: String, gateway: String, created: WallTime, epoch: String? = nil,
        protection: JournalProtection = JournalProtection(), clock: (@Sendable () -> Stamp)? = nil,
        retention: RetentionPolicy = .standard, files: any FileSystem = PosixFileSystem()
    ) throws(JournalError) {
        let epoch = epoch ?? Self.randomEpoch()
        guard Self.isGatewayName(gateway) else { throw JournalError(.invalidName(gateway), "open", path: path) }
        guard Self.isEpoch(epoch) else { throw JournalError(.invalidName(epoch), "open", path: path) }
        let witness = try JournalWitness.check(journal: path, files: files)
        try JournalFile.create(path, files)
        lock = try WriterLock.take(journal: path, files)
        let birth = JournalSchema.Birth(
            identity: JournalIdentity(gateway: gateway, epoch: epoch), created: created)
        let (database, found) = try JournalError.mapping("open", path: path) {
            try Self.open(path, birth, witness)
        }
        connection = Mutex(database)
        let reader = try JournalReader(path: path, protection: protection, files: files)
        let stored = try reader.acknowledgements()
        let clock =
            clock ?? { Stamp(monotonic: MonotonicTime(microseconds: 0), wall: created, isSynchronised: false) }
        try JournalError.mapping("open", path: path) {
            try database.write { db in
                try KeyRotation.run(db, protection, identity: reader.identity, at: clock(), path: path)
            }
        }
        let (header, tail, arrivalTable, ledger, keys, checkpoints) = try reader.read { db in
            guard let header = try JournalHeader.read(db, path: path) else {
                throw JournalError(.notAJournal, "open", path: path)
            }
            return (
                header, try JournalTail(db, header: header, reading: reader.reading(db), path: path),
                try ArrivalTable(db, identity: header.identity),
                try Ledger(db, identity: header.identity, path: path),
                try KeyTable(db, reader.reading(db).unsealer, path: path),
                try CheckpointSchedule(db, opened: clock().monotonic)
            )
        }
        self.path = path
        self.reader = reader
        identity = reader.identity
        self.tail = Mutex(tail)
        acknowledgements = Mutex(Acknowledgements(stored: stored))
        self.arrivalTable = Mutex(arrivalTable)
        self.ledger = Mutex(witness?.continuing(ledger, of: reader.identity) ?? ledger)
        opening = Mutex(
            Opening(
                generation: header.generation + 1, migratedFrom: found, wasClosed: header.isClosed,
                key: protection.key?.id, signer: protection.signer))
        // Of the time before damage numbers may be lost that rows still name: those of an era lie above them all.
        let lastKey = max(keys.last, Int64(clamping: header.nextSequence))
        sealer = protection.key.map {
            Sealer($0, keys: protection.keys, epoch: header.identity.epoch, last: lastKey, cover: keys.cover)
        }
        signer = protection.signer
        self.checkpoints = Mutex(checkpoints)
        self.clock = clock
        replay = Mutex(ReplayWindow())
        self.retention = retention
        self.files = files
        try holdToBudget()
    }

    /// Tells SQLite how much the file may take, before anything is written.
    func holdToBudget() throws(JournalError) {
        try onWriter("open") { [retention, path, files] db in
            try Upkeep.space(db, policy: retention, path: path, files: files).begin(db)
        }
    }

    /// Looks with a reader first, so that neither a foreign file nor a damaged one is even touched: a writer that closes
    /// takes the WAL file with it, whatever it made of it. With the database comes the version that the file had; nil
    /// when it is new.
    private static func open(
        _ path: String, _ birth: JournalSchema.Birth, _ witness: JournalWitness?
    ) throws -> (DatabaseQueue, Int64?) {
        let header = try JournalConnection.header(path)
        if let header {
            try JournalWitness.check(witness, header, path: path)
        } else {
            try witness?.refuseBeginning(path: path)
        }
        if let header, header.identity.gateway != birth.identity.gateway {
            throw JournalError(.otherGateway(header.identity.gateway), "open", path: path)
        }
        let database = try JournalConnection.writer(path)
        try JournalSchema.migrator(birth).migrate(database)
        return (database, header?.version)
    }

    /// Stores what is noted, seals the head and ends the connections. Every later call throws.
    public func close() throws(JournalError) {
        try commit([], [], closes: true, "close")
        rest.withLock { $0 = nil }
        isClosed.withLock { $0 = true }
        try reader.close()
        try JournalError.mapping("close", path: path) { try database.close() }
        lock.release()
    }

    /// The sequence of the last durable record, 0 in an empty journal.
    public var head: UInt64 { tail.withLock { $0.head } }

    /// The sequence of the record that comes next: behind the head, or where the records go on after damage took an
    /// unknown number of them.
    public var nextSequence: UInt64 { tail.withLock { $0.next } }

    /// The head with its hash, to be kept elsewhere.
    public var anchor: JournalAnchor {
        tail.withLock { JournalAnchor(identity: identity, sequence: $0.head, hash: $0.chain.hash) }
    }

    /// Makes records durable, all or none. Their sequences follow the head without a gap.
    public func append(_ records: [VitalsCore.Record]) throws(JournalError) {
        try append(records, arrivals: [])
    }

    /// Makes records and arrivals durable, all or none, and in the same transaction forgets the arrivals that the
    /// records settle, be they noted before or in this batch.
    public func append(_ records: [VitalsCore.Record], arrivals: [Arrival]) throws(JournalError) {
        try append(records, arrivals: arrivals, shed: [])
    }

    /// The same, with the account of records that memory had no room for: in the chain they are as dropped ones, and the
    /// ledger tells of them, all in one transaction.
    public func append(
        _ records: [VitalsCore.Record], arrivals: [Arrival], shed: [ShedRun]
    ) throws(JournalError) {
        guard !records.isEmpty || !arrivals.isEmpty || !shed.isEmpty else { return }
        try commit(records, arrivals, shed: shed, "append")
    }

    /// The arrivals that no record has settled, in the order in which they came.
    public func arrivals() throws(JournalError) -> [Arrival] {
        try reader.read { [path, reader] db in try ArrivalTable.read(db, reader.reading(db), path: path) }
    }

    /// Durable records with `sequence > after`, in order, at most `limit` of them.
    public func records(after sequence: UInt64, limit: Int) throws(JournalError) -> [VitalsCore.Record] {
        try noticing { () throws(JournalError) in try reader.records(after: sequence, limit: limit) }
    }

    /// Notes that a sink's receiver acknowledged these sequences. Durable with the next append, or at `flush`.
    public func acknowledge(_ sequences: [ClosedRange<UInt64>], sink: String) throws(JournalError) {
        guard sequences.allSatisfy({ $0.lowerBound > 0 }) else {
            throw JournalError(.invalidAcknowledgement, "acknowledge", path: path)
        }
        acknowledgements.withLock { $0.note(sequences, sink: sink) }
    }

    /// What the sink's receiver has acknowledged: disjoint, ascending, not touching.
    public func acknowledged(sink: String) -> [ClosedRange<UInt64>] {
        acknowledgements.withLock { $0.noted[sink]?.ranges ?? [] }
    }

    /// Makes the acknowledgements durable without an append.
    public func flush() throws(JournalError) {
        try commit([], [], "flush")
    }

    /// Whether the record is already there. A replay that runs the same input again makes the same records again: those
    /// are skipped, and one that differs is an error that names it.
    ///
    /// Cheap when asked in order: a hash of the record, against hashes that are read in batches.
    public func contains(_ record: VitalsCore.Record) throws(JournalError) -> Bool {
        guard record.sequence <= head else { return false }
        var window = replay.withLock { $0 }
        let isSame = try noticing { () throws(JournalError) in try window.isStored(record, in: reader) }
        replay.withLock { [window] in $0 = window }
        guard isSame else { throw JournalError(.differs(sequence: record.sequence), "resume", path: path) }
        return true
    }

    /// Writes entries into the ledger.
    public func note(_ notes: [LedgerNote]) throws(JournalError) {
        guard !notes.isEmpty else { return }
        try change("note") { db, ledger, stamp in
            for note in notes { try ledger.append(note, at: stamp, db) }
        }
    }

    /// One transaction of the store's own work (retention, keys, what damage took), with what it tells in the ledger:
    /// both are durable, or neither is.
    ///
    /// - Parameter body: Gets the database, the ledger to append to, and the stamp for it.
    func change<Value>(
        _ operation: String, _ body: (Database, inout Ledger, Stamp) throws -> Value
    ) throws(JournalError) -> Value {
        try transaction(operation) { db, ledger, stamp in
            let value = try body(db, &ledger, stamp)
            return (value, {})
        }
    }

    private var database: DatabaseQueue { connection.withLock { $0 } }

    /// Work on the writer's connection outside a transaction: what SQLite is asked and told about its files.
    func onWriter<Value>(_ operation: String, _ body: (Database) throws -> Value) throws(JournalError) -> Value {
        try JournalError.mapping(operation, path: path) {
            try database.writeWithoutTransaction { db in
                guard !isClosed.withLock({ $0 }) else { throw JournalError(.closed, operation, path: path) }
                return try body(db)
            }
        }
    }

    /// One transaction. The tail takes its new value only after the commit, on the writer's queue, so that appends
    /// from several threads still follow each other.
    private func commit(
        _ records: [VitalsCore.Record], _ arrivals: [Arrival], shed: [ShedRun] = [], closes: Bool = false,
        _ operation: String
    ) throws(JournalError) {
        try transaction(operation) { db, ledger, stamp in
            var next = tail.withLock { $0 }
            var table = arrivalTable.withLock { $0 }
            let acknowledged = acknowledgements.withLock { $0 }
            let key =
                records.isEmpty && arrivals.isEmpty
                ? nil : try sealer?.begin(db, &ledger, stamp, next: next.next)
            try next.insert(records, around: shed, key: key, db, path: path)
            try RetentionTables.add(shed, cover, db)
            for note in ShedRun.notes(shed) { try ledger.append(note, at: stamp, db) }
            let due = acknowledged.due(head: next.head)
            try table.write(arrivals, settledBy: records, key: key, db)
            try acknowledged.write(due, db)
            if closes || next.head - next.sealed >= VitalsStoreLimits.sealInterval { try next.seal(db, cover) }
            let schedule = try checkpoint(next, &ledger, at: stamp, isLast: closes, db)
            if closes { try db.execute(sql: "UPDATE journal SET is_closed = 1") }
            return (
                (),
                { [next, table, schedule] in
                    if key != nil, self.sealer?.committed() == true { self.isKeyCopyDue.withLock { $0 = true } }
                    self.checkpoints.withLock { $0 = schedule }
                    self.tail.withLock { $0 = next }
                    self.arrivalTable.withLock { $0 = table }
                    self.acknowledgements.withLock { $0.didStore(due) }
                }
            )
        }
    }

    /// A transaction on the writer's queue, the first one with the note of this opening.
    ///
    /// - Parameter body: What it does, and what is true in memory once it is committed.
    private func transaction<Value>(
        _ operation: String, _ body: (Database, inout Ledger, Stamp) throws -> (Value, () -> Void)
    ) throws(JournalError) -> Value {
        try noticing { () throws(JournalError) in
            try write(operation, body)
        }
    }

    private func write<Value>(
        _ operation: String, _ body: (Database, inout Ledger, Stamp) throws -> (Value, () -> Void)
    ) throws(JournalError) -> Value {
        try JournalError.mapping(operation, path: path) {
            try database.writeWithoutTransaction { db in
                guard !isClosed.withLock({ $0 }) else { throw JournalError(.closed, operation, path: path) }
                var ledger = ledger.withLock { $0 }
                var result: (Value, () -> Void)?
                try db.inTransaction(.immediate) {
                    let stamp = clock()
                    try opening.withLock { $0 }?.write(db, &ledger, stamp)
                    result = try body(db, &ledger, stamp)
                    return .commit
                }
                guard let (value, committed) = result else { throw JournalError(.closed, operation, path: path) }
                opening.withLock { $0 = nil }
                self.ledger.withLock { [ledger] in $0 = ledger }
                committed()
                testify()
                copyKeys(db)
                return value
            }
        }
    }

    private static func randomEpoch() -> String {
        var generator = SystemRandomNumberGenerator()
        let number: UInt64 = generator.next()
        return Hex.string((0..<8).map { UInt8(truncatingIfNeeded: number >> (56 - 8 * $0)) })
    }

    private static func isGatewayName(_ name: String) -> Bool {
        (1...VitalsStoreLimits.gatewayNameMax).contains(name.utf8.count)
            && name.unicodeScalars.allSatisfy { scalar in
                ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || ("0"..."9").contains(scalar)
                    || scalar == "_" || scalar == "-"
            }
    }

    static func isEpoch(_ epoch: String) -> Bool {
        epoch.utf8.count == 16
            && epoch.unicodeScalars.allSatisfy { ("a"..."f").contains($0) || ("0"..."9").contains($0) }
    }
}
