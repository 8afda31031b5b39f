import VitalsCore
import VitalsDisk
import VitalsJSON
import VitalsModel
import VitalsStore
import VitalsTestKit

/// What a gateway does to its journal, in transactions, on a simulated disk: it opens, appends, notes and settles
/// arrivals, keeps acknowledgements, tells the ledger, closes, is killed and opens again. After each transaction the
/// state that is durable from then on is kept.
final class JournalWork {
    let disk: SimulatedDisk
    /// What is durable after each transaction.
    private(set) var states: [JournalState] = []
    private(set) var journal: Journal?
    private var random: SplitMix64
    private var records: RecordMaker
    private var arrivals: ArrivalMaker
    private var open: [Arrival] = []
    private var acknowledged: UInt64 = 0
    /// Hours that the work takes so far, for retention.
    private var hours: Int64 = 0
    /// Whether retention drops records: it does for every third seed.
    private let drops: Bool
    private let seed: UInt64
    private var starts = 0

    /// What the journal was opened with last.
    var protection: JournalProtection { Self.protection(seed: seed, starts: starts) }

    static let file = "vitals.db"

    init(on disk: SimulatedDisk, seed: UInt64) {
        self.disk = disk
        random = SplitMix64(seed: seed)
        drops = seed.isMultiple(of: 3)
        self.seed = seed
        records = RecordMaker(seed: seed)
        arrivals = ArrivalMaker(seed: seed)
    }

    /// Marks and the ballast are made. With days, what was acknowledged before is dropped after a day.
    private static func retention(drops: Bool) -> RetentionPolicy {
        let classes = drops ? RetentionClass.allCases.filter { $0 != .alarms } : []
        return RetentionPolicy(
            maxBytes: 64 << 20, days: Dictionary(uniqueKeysWithValues: classes.map { ($0, 1) }), graceHours: 0,
            sinks: [JournalState.sink])
    }

    /// Every second seed seals and signs; from the second start on with another key, which takes over what the first
    /// one sealed.
    static func protection(seed: UInt64, starts: Int = .max) -> JournalProtection {
        guard seed.isMultiple(of: 2) else { return JournalProtection() }
        let (first, second) = (JournalKey(bytes: bytes(1)), JournalKey(bytes: bytes(2)))
        let signer = CheckpointSigner(secret: bytes(3))
        guard starts > 1, let first else { return JournalProtection(key: first, signer: signer) }
        return JournalProtection(key: second, formerKeys: [first], signer: signer)
    }

    private static func bytes(_ value: UInt8) -> [UInt8] { Array(repeating: value, count: JournalKey.byteCount) }

    static func open(
        _ disk: SimulatedDisk, drops: Bool = false, protection: JournalProtection = JournalProtection()
    ) throws -> Journal {
        try Journal(
            path: disk.root + file, gateway: "gateway", created: WallTime(microseconds: 0), epoch: "00000000000000aa",
            protection: protection, retention: retention(drops: drops), files: disk)
    }

    /// Opens the journal, or opens it again.
    func start() throws {
        starts += 1
        let journal = try Self.open(disk, drops: drops, protection: protection)
        self.journal = journal
        try keep(journal)
    }

    /// The process ends without a word.
    func kill() {
        disk.kill()
        journal = nil
    }

    /// Goes on after a failure with what is durable: that must be what was promised, or one transaction more.
    func adopt(_ state: JournalState) {
        states.append(state)
        open = state.arrivals
        acknowledged = state.acknowledged.last?.upperBound ?? 0
    }

    func close() throws {
        guard let journal else { return }
        let state = states.last
        try journal.close()
        self.journal = nil
        if let state {
            states.append(state)
            disk.promise(UInt64(states.count))
        }
    }

    /// One transaction of any kind.
    func step() throws {
        guard let journal else { return }
        switch random.int(0...10) {
        case 0: try journal.note([LedgerNote(.receipt) { $0.member("through", journal.head) }])
        case 1 where journal.head > acknowledged:
            let last = acknowledged + 1 + UInt64(random.int(0...Int(journal.head - acknowledged - 1)))
            try journal.acknowledge([acknowledged + 1...last], sink: JournalState.sink)
            try journal.flush()
            acknowledged = last
        case 2, 3:
            let new = arrivals.arrivals(random.int(1...8))
            try journal.append([], arrivals: new)
            open += new
        case 4:
            // Where records are to be dropped, a day passes from one to the next.
            hours += drops ? 31 : 7
            let time = hours * 3_600_000_000
            _ = try journal.maintain(
                at: Stamp(
                    monotonic: MonotonicTime(microseconds: time), wall: WallTime(microseconds: time),
                    isSynchronised: true))
        default: try append(to: journal)
        }
        try keep(journal)
    }

    /// Records, some arrivals, and now and then the block that settles a stream.
    private func append(to journal: Journal) throws {
        var batch: [Record] = []
        var next = journal.nextSequence
        func take(_ record: Record) {
            var record = record
            record.sequence = next
            next += 1
            batch.append(record)
        }
        for _ in 0..<random.int(1...6) { take(records.record()) }
        let new = arrivals.arrivals(random.int(0...3))
        var rest = open + new
        if random.int(0...2) == 0, let first = rest.first {
            let settled = rest.filter { $0.sensor == first.sensor && $0.stream == first.stream }
            take(arrivals.start(next))
            if let block = ArrivalMaker.block(next, of: settled) { take(block) }
            rest.removeAll { $0.sensor == first.sensor && $0.stream == first.stream }
        }
        try journal.append(batch, arrivals: new)
        open = rest
    }

    private func keep(_ journal: Journal) throws {
        states.append(try JournalState(journal))
        disk.promise(UInt64(states.count))
    }
}
