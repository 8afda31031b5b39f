import Testing
import VitalsCore
import VitalsModel
import VitalsStore
import VitalsTestKit

/// What every journal must do: the SQLite adapter and the in-memory twin pass the same tests.
@Suite("Any journal")
struct JournalConformanceTests {
    enum Implementation: String, CaseIterable, Sendable {
        case sqlite
        case memory
    }

    struct Subject {
        let journal: any LiveJournalPort & LedgerPort
        let directory: TemporaryDirectory
    }

    static func make(_ implementation: Implementation) throws -> Subject {
        let directory = try TemporaryDirectory()
        let journal: any LiveJournalPort & LedgerPort =
            switch implementation {
            case .sqlite: try Journal(path: directory.file("journal.sqlite"), gateway: "gateway", created: .zero)
            case .memory: InMemoryJournal()
            }
        return Subject(journal: journal, directory: directory)
    }

    @Test("An empty journal has head 0, no records and nothing acknowledged", arguments: Implementation.allCases)
    func empty(implementation: Implementation) throws {
        let subject = try Self.make(implementation)
        #expect(subject.journal.identity.gateway == "gateway")
        #expect(subject.journal.identity.epoch.utf8.count == 16)
        #expect(try subject.journal.head == 0)
        #expect(try subject.journal.records(after: 0, limit: 10).isEmpty)
        #expect(try subject.journal.acknowledged(sink: "mqtt").isEmpty)
        try subject.journal.append([])
        #expect(try subject.journal.head == 0)
    }

    @Test("What was appended comes back as it was, in order", arguments: Implementation.allCases)
    func roundTrip(implementation: Implementation) throws {
        let subject = try Self.make(implementation)
        var maker = RecordMaker(seed: 1)
        var all: [Record] = []
        for count in [1, 7, 40, 1, 300] {
            let batch = maker.records(count)
            try subject.journal.append(batch)
            all += batch
            #expect(try subject.journal.head == UInt64(all.count))
        }
        #expect(try subject.journal.records(after: 0, limit: .max) == all)
    }

    @Test("Extreme fields come back as they were", arguments: Implementation.allCases)
    func extremes(implementation: Implementation) throws {
        let subject = try Self.make(implementation)
        let time = { (value: Int64) in
            Stamp(
                monotonic: MonotonicTime(microseconds: value), wall: WallTime(microseconds: ~value),
                isSynchronised: value == .max)
        }
        let records = [
            Record(sequence: 1, kind: .start, sensor: nil, stamp: time(.min), subject: "", body: []),
            Record(
                sequence: 2, kind: .clock, sensor: SensorAddress(rawValue: .max), stamp: time(.max),
                subject: "ä-\u{1F493}", body: Array(0...255)),
            Record(
                sequence: 3, kind: .malformed, sensor: SensorAddress(rawValue: 0), stamp: time(0), subject: "x",
                body: Array(repeating: 0, count: 100_000)),
        ]
        try subject.journal.append(records)
        #expect(try subject.journal.records(after: 0, limit: 3) == records)
    }

    @Test("Reading starts after a sequence and ends at a limit", arguments: Implementation.allCases)
    func windows(implementation: Implementation) throws {
        let subject = try Self.make(implementation)
        var maker = RecordMaker(seed: 2)
        try subject.journal.append(maker.records(20))
        let read = { (after: UInt64, limit: Int) in
            try subject.journal.records(after: after, limit: limit).map(\.sequence)
        }
        #expect(try read(0, 3) == [1, 2, 3])
        #expect(try read(17, 10) == [18, 19, 20])
        #expect(try read(20, 10).isEmpty)
        #expect(try read(.max, 10).isEmpty)
        #expect(try read(5, 0).isEmpty)
        #expect(try read(5, -1).isEmpty)
    }

    @Test("Records of one kind come in order, from behind a sequence", arguments: Implementation.allCases)
    func kinds(implementation: Implementation) throws {
        let subject = try Self.make(implementation)
        var maker = RecordMaker(seed: 9)
        let all = maker.records(200)
        try subject.journal.append(all)
        for kind in RecordKind.allCases {
            let expected = all.filter { $0.kind == kind }
            #expect(try subject.journal.records(after: 0, limit: .max, kind: kind) == expected)
            let behind = expected.filter { $0.sequence > 50 }.prefix(3)
            #expect(try subject.journal.records(after: 50, limit: 3, kind: kind) == Array(behind))
        }
        #expect(try subject.journal.records(after: 0, limit: 0, kind: .alarm).isEmpty)
        #expect(try subject.journal.records(after: 200, limit: 5, kind: .alarm).isEmpty)
    }

    @Test("A journal says which record is its oldest, and which comes next", arguments: Implementation.allCases)
    func ends(implementation: Implementation) throws {
        let subject = try Self.make(implementation)
        #expect(try subject.journal.oldestSequence == nil)
        #expect(try subject.journal.nextSequence == 1)
        var maker = RecordMaker(seed: 10)
        try subject.journal.append(maker.records(7))
        #expect(try subject.journal.oldestSequence == 1)
        #expect(try subject.journal.nextSequence == 8)
    }

    @Test(
        "The ledger is read in order, and each sink knows how far its receiver has it",
        arguments: Implementation.allCases)
    func ledger(implementation: Implementation) throws {
        let subject = try Self.make(implementation)
        let journal = subject.journal
        #expect(try journal.lastLedgerEntry(.replayRequest) == nil)
        let body = { (number: Int) in Array(#"{"counter":\#(number)}"#.utf8) }
        for number in 1...3 { try journal.note(.replayRequest, body: body(number)) }
        try journal.note(.receipt, body: body(9))
        let head = try journal.ledgerHead
        let all = try journal.ledger(after: 0, limit: .max)
        #expect(all.last?.number == head)
        #expect(all.filter { $0.kind == .replayRequest }.map(\.body) == [body(1), body(2), body(3)])
        #expect(try journal.lastLedgerEntry(.replayRequest)?.body == body(3))
        #expect(try journal.ledger(after: head - 1, limit: 5).map(\.kind) == [.receipt])
        #expect(try journal.ledger(after: head, limit: 5).isEmpty)
        #expect(try journal.ledgerAcknowledged(sink: "mqtt") == 0)
        try journal.acknowledgeLedger(through: head, sink: "mqtt")
        #expect(try journal.ledgerAcknowledged(sink: "mqtt") == head)
        #expect(try journal.ledgerAcknowledged(sink: "other") == 0)
        #expect(try journal.acknowledged(sink: "mqtt").isEmpty)
    }

    @Test("A batch that does not continue the journal is refused as a whole", arguments: Implementation.allCases)
    func outOfSequence(implementation: Implementation) throws {
        let subject = try Self.make(implementation)
        var maker = RecordMaker(seed: 3)
        let records = maker.records(10)
        try subject.journal.append(Array(records[..<4]))
        for batch in [
            Array(records[5...]), Array(records[3...]), [records[4], records[6]], [records[4], records[4]],
            Array(records[4...].reversed()),
        ] {
            #expect(throws: (any Error).self) { try subject.journal.append(batch) }
            #expect(try subject.journal.head == 4)
        }
        try subject.journal.append(Array(records[4...]))
        #expect(try subject.journal.records(after: 0, limit: .max) == records)
    }

    @Test("Acknowledged ranges are disjoint, ascending and do not touch", arguments: Implementation.allCases)
    func acknowledged(implementation: Implementation) throws {
        let subject = try Self.make(implementation)
        var maker = RecordMaker(seed: 4)
        try subject.journal.append(maker.records(60))
        try subject.journal.acknowledge([5...7, 20...20, 9...9], sink: "mqtt")
        #expect(try subject.journal.acknowledged(sink: "mqtt") == [5...7, 9...9, 20...20])
        try subject.journal.acknowledge([8...8], sink: "mqtt")
        #expect(try subject.journal.acknowledged(sink: "mqtt") == [5...9, 20...20])
        try subject.journal.acknowledge([1...4, 6...30], sink: "mqtt")
        #expect(try subject.journal.acknowledged(sink: "mqtt") == [1...30])
        #expect(try subject.journal.acknowledged(sink: "other").isEmpty)
        #expect(throws: (any Error).self) { try subject.journal.acknowledge([2...3, 0...1], sink: "other") }
        #expect(try subject.journal.acknowledged(sink: "other").isEmpty)
    }

    @Test("Random acknowledgements give the same ranges in both", arguments: UInt64(1)...5)
    func acknowledgedAlike(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let subjects = try Implementation.allCases.map(Self.make)
        var maker = RecordMaker(seed: seed)
        for _ in 0..<60 {
            let batch = maker.records(random.int(0...3))
            let first = UInt64(random.int(1...120))
            let range = first...(first + UInt64(random.int(0...9)))
            for subject in subjects {
                try subject.journal.append(batch)
                try subject.journal.acknowledge([range], sink: "mqtt")
            }
            let ranges = try subjects.map { try $0.journal.acknowledged(sink: "mqtt") }
            #expect(ranges[0] == ranges[1])
        }
    }
}
