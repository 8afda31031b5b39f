import Testing
import VitalsCore
import VitalsModel
import VitalsStore
import VitalsTestKit

/// What every journal must do with what was received and is in no record yet. The twin looks for each arrival's own
/// sample in the blocks, the adapter deletes by ranges of time: both have to come to the same.
@Suite("Any journal keeps arrivals")
struct ArrivalConformanceTests {
    typealias Implementation = JournalConformanceTests.Implementation

    @Test("until a block of their stream holds them, be it in another batch", arguments: Implementation.allCases)
    func settledLater(implementation: Implementation) throws {
        let subject = try JournalConformanceTests.make(implementation)
        let journal = subject.journal
        var maker = ArrivalMaker(seed: 1)
        let one = (0..<4).map { _ in maker.arrival(of: .heartRate, from: ArrivalMaker.sensor(1)) }
        try journal.append([maker.start(1)], arrivals: Array(one[..<2]))
        try journal.append([], arrivals: Array(one[2...]))
        #expect(try journal.arrivals() == one)
        #expect(try journal.head == 1)
        try journal.append([try #require(ArrivalMaker.block(2, of: Array(one[..<3])))])
        #expect(try journal.arrivals() == Array(one[3...]))
        try journal.append([try #require(ArrivalMaker.block(3, of: Array(one[3...])))])
        #expect(try journal.arrivals().isEmpty)
    }

    @Test("and needs not keep those whose block comes in the same batch", arguments: Implementation.allCases)
    func settledAtOnce(implementation: Implementation) throws {
        let subject = try JournalConformanceTests.make(implementation)
        var maker = ArrivalMaker(seed: 2)
        let values = (0..<5).map { _ in maker.arrival(of: .oximetry, from: ArrivalMaker.sensor(1)) }
        let block = try #require(ArrivalMaker.block(2, of: Array(values[..<3])))
        try subject.journal.append([maker.start(1), block], arrivals: values)
        #expect(try subject.journal.arrivals() == Array(values[3...]))
    }

    @Test("of other streams and other sensors as they are", arguments: Implementation.allCases)
    func others(implementation: Implementation) throws {
        let subject = try JournalConformanceTests.make(implementation)
        var maker = ArrivalMaker(seed: 3)
        try subject.journal.append([maker.start(1)])
        let values = SampleStream.allCases.flatMap { stream in
            (1...2).map { maker.arrival(of: stream, from: ArrivalMaker.sensor($0)) }
        }
        try subject.journal.append([], arrivals: values)
        var rest = values
        for (index, value) in values.reversed().enumerated() {
            try subject.journal.append([try #require(ArrivalMaker.block(UInt64(index) + 2, of: [value]))])
            rest.removeLast()
            #expect(try subject.journal.arrivals() == rest)
        }
    }

    @Test("of another boot as they are, though its clock showed the same times", arguments: Implementation.allCases)
    func boots(implementation: Implementation) throws {
        let subject = try JournalConformanceTests.make(implementation)
        var (first, second) = (ArrivalMaker(seed: 4, boot: "b1"), ArrivalMaker(seed: 4, boot: "b2"))
        let old = (0..<3).map { _ in first.arrival(of: .heartRate, from: ArrivalMaker.sensor(1)) }
        let new = (0..<3).map { _ in second.arrival(of: .heartRate, from: ArrivalMaker.sensor(1)) }
        #expect(old.map(\.stamp) == new.map(\.stamp))
        try subject.journal.append([first.start(1)], arrivals: old)
        try subject.journal.append([second.start(2)], arrivals: new)
        try subject.journal.append([try #require(ArrivalMaker.block(3, of: new))])
        #expect(try subject.journal.arrivals() == old)
        try subject.journal.append([first.start(4), try #require(ArrivalMaker.block(5, of: old))])
        #expect(try subject.journal.arrivals().isEmpty)
    }

    @Test(
        "when a recording with the same sensor and the same times is played into it", arguments: Implementation.allCases
    )
    func recordings(implementation: Implementation) throws {
        let subject = try JournalConformanceTests.make(implementation)
        var maker = ArrivalMaker(seed: 5)
        let values = (0..<3).map { _ in maker.arrival(of: .heartRate, from: ArrivalMaker.sensor(1)) }
        try subject.journal.append([maker.start(1)], arrivals: values)
        var recording = maker.start(2)
        recording.body = Array("{}".utf8)
        try subject.journal.append([recording, try #require(ArrivalMaker.block(3, of: values))])
        #expect(try subject.journal.arrivals() == values)
    }

    @Test(
        "until a record says that one is malformed, and then forgets that one only", arguments: Implementation.allCases)
    func malformed(implementation: Implementation) throws {
        let subject = try JournalConformanceTests.make(implementation)
        var maker = ArrivalMaker(seed: 6)
        let values = (0..<3).map { _ in maker.arrival(of: .oximetry, from: ArrivalMaker.sensor(1)) }
        let record = Record(
            sequence: 2, kind: .malformed, sensor: ArrivalMaker.sensor(1), stamp: values[1].stamp, subject: "2a5f",
            body: Array("{}".utf8))
        try subject.journal.append([maker.start(1)], arrivals: values)
        try subject.journal.append([record])
        #expect(try subject.journal.arrivals() == [values[0], values[2]])
    }

    @Test("or none of a batch that is refused, and forgets none by it", arguments: Implementation.allCases)
    func refused(implementation: Implementation) throws {
        let subject = try JournalConformanceTests.make(implementation)
        var maker = ArrivalMaker(seed: 7)
        let values = (0..<3).map { _ in maker.arrival(of: .heartRate, from: ArrivalMaker.sensor(1)) }
        try subject.journal.append([maker.start(1)], arrivals: Array(values[..<2]))
        let block = try #require(ArrivalMaker.block(3, of: Array(values[..<2])))
        #expect(throws: (any Error).self) { try subject.journal.append([block], arrivals: [values[2]]) }
        #expect(try subject.journal.arrivals() == Array(values[..<2]))
        // A boot that stands in a refused record counts for nothing either.
        var other = maker.start(9)
        other.body = Array(#"{"boot":"b9"}"#.utf8)
        #expect(throws: (any Error).self) { try subject.journal.append([other]) }
        try subject.journal.append([try #require(ArrivalMaker.block(2, of: values))], arrivals: [values[2]])
        #expect(try subject.journal.arrivals().isEmpty)
    }

    @Test("with extreme fields as they were", arguments: Implementation.allCases)
    func extremes(implementation: Implementation) throws {
        let subject = try JournalConformanceTests.make(implementation)
        let times: [Int64] = [.min, 0, .max]
        let values = times.map { time in
            Arrival(
                stamp: Stamp(
                    monotonic: MonotonicTime(microseconds: time), wall: WallTime(microseconds: ~time),
                    isSynchronised: time == 0),
                boot: time == 0 ? "" : "ä-\u{1F493}", sensor: SensorAddress(rawValue: UInt64(bitPattern: time)),
                stream: .spotCheck, value: time == 0 ? [] : Array(repeating: 7, count: 512))
        }
        try subject.journal.append([], arrivals: values)
        #expect(try subject.journal.arrivals() == values)
    }

    /// What a run has open, and what of it the journals were told.
    struct Run {
        var maker: ArrivalMaker
        var open: [String: [Arrival]] = [:]
        var sequence: UInt64

        init(seed: UInt64, boot: String, sequence: UInt64) {
            // Each run is later than the ones before it, whatever its boot.
            maker = ArrivalMaker(seed: seed, boot: boot, start: Int64(clamping: sequence) * 1_000)
            self.sequence = sequence
        }

        mutating func next() -> UInt64 {
            sequence += 1
            return sequence
        }

        /// Closes one of the open blocks.
        mutating func block(_ random: inout SplitMix64) -> Record? {
            guard let key = open.keys.sorted().randomElement(using: &random), let values = open.removeValue(forKey: key)
            else { return nil }
            return ArrivalMaker.block(next(), of: values)
        }
    }

    @Test("alike, whatever comes in whatever batches", arguments: UInt64(1)...8)
    func alike(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let subjects = try Implementation.allCases.map(JournalConformanceTests.make)
        var run = Run(seed: seed, boot: "b0", sequence: 0)
        var most = 0
        for batch in 0..<60 {
            var records: [Record] = []
            var arrivals: [Arrival] = []
            if batch == 0 || random.int(0...19) == 0 {
                // Killed: what was open stays behind.
                run = Run(seed: seed, boot: "b\(random.int(0...2))", sequence: run.sequence)
                records.append(run.maker.start(run.next()))
            }
            for _ in 0..<random.int(0...8) {
                if random.int(0...2) == 0 {
                    if let block = run.block(&random) { records.append(block) }
                } else {
                    let arrival = run.maker.arrival()
                    run.open["\(arrival.sensor) \(arrival.stream)", default: []].append(arrival)
                    arrivals.append(arrival)
                }
            }
            for subject in subjects { try subject.journal.append(records, arrivals: arrivals) }
            let kept = try subjects.map { try $0.journal.arrivals() }
            #expect(kept[0] == kept[1])
            most = max(most, kept[0].count)
        }
        #expect(most > 5)
    }
}
