import Testing
import VitalsCore
import VitalsModel
import VitalsTestKit

/// A gateway that is killed at any moment, and started again, and killed again: what was durable is in exactly one
/// block.
@Suite("Kills at every moment")
struct KillTests {
    /// A gateway of which the test makes the commits: what waits for one is lost by a kill.
    struct Gateway {
        let journal: InMemoryJournal
        /// Every value that ever became durable here.
        private(set) var durable: [String]
        private var run: EngineRun
        private var order = LiveOrder()
        private var taken = 0
        private var waiting: [Entry] = []

        private enum Entry {
            case record(Record)
            case arrival(Arrival)
        }

        /// Begins a run on what a killed one left; `durable` is what that one knew to be durable.
        init(_ journal: InMemoryJournal, durable: [String] = [], boot: String, at stamp: Stamp) throws {
            self.journal = journal
            self.durable = durable
            var history = EngineHistory()
            history.boot = boot
            history.arrivals = try journal.arrivals()
            let head = journal.head
            history.last = try journal.records(after: max(head, 1) - 1, limit: 1).first?.stamp
            run = EngineRun(nextSequence: head + 1, history: history)
            handle(.start(stamp))
        }

        mutating func handle(_ input: EngineInput) {
            run.handle(order.ordered(input))
            waiting += run.takeArrivals().map { .arrival($0) }
            waiting += run.records[taken...].map { .record($0) }
            taken = run.records.count
        }

        mutating func heartRate(_ rate: UInt8, at time: Int, sensor: Int) {
            let kind = SensorEvent.Kind.value(
                sensor: .test(sensor), characteristic: .heartRateMeasurement, bytes: Packet.heartRate(rate))
            handle(.sensor(SensorEvent(stamp: .at(time), kind: kind)))
        }

        var waitingCount: Int { waiting.count }

        /// One transaction with the oldest of what waits.
        mutating func commit(_ count: Int) throws {
            let group = waiting.prefix(count)
            waiting.removeFirst(group.count)
            let arrivals = group.compactMap { if case .arrival(let arrival) = $0 { arrival } else { nil } }
            try journal.append(
                group.compactMap { if case .record(let record) = $0 { record } else { nil } }, arrivals: arrivals)
            durable += arrivals.map { KillTests.name($0.sensor, $0.stream, $0.stamp) }
        }

        /// Kills it, and starts another one on what it left, which keeps that and then loses its power.
        func killed(boot: String, at stamp: Stamp) throws -> Gateway {
            var next = try Gateway(InMemoryJournal(copyOf: journal), durable: durable, boot: boot, at: stamp)
            try next.commit(next.waitingCount)
            return next
        }

        /// What was durable is in exactly one block, nothing else is in any, and nothing is noted any more.
        func check() throws {
            let found = try journal.records(after: 0, limit: .max).filter { $0.kind == .samples }.flatMap { record in
                let block = try SampleBlock(decoding: record.body)
                return block.stamps.map { KillTests.name(record.sensor, block.stream, $0) }
            }
            #expect(found.sorted() == durable.sorted())
            #expect(Set(found).count == found.count)
            #expect(try journal.arrivals().isEmpty)
        }
    }

    private static func name(_ sensor: SensorAddress?, _ stream: SampleStream, _ stamp: Stamp) -> String {
        "\(sensor?.description ?? "-") \(stream.name) \(stamp.monotonic.microseconds) \(stamp.wall.microseconds)"
    }

    @Test(
        "Whatever is sent, however commits are cut, and wherever the kill comes: what was durable is in one block",
        arguments: ConservationTests.seeds)
    func everywhere(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let made = EventMaker(seed: seed, count: 250)
        var gateway = try Gateway(InMemoryJournal(), boot: "b1", at: .at(0))
        let end = made.events.last?.stamp ?? .at(0)
        var kills = 0
        var most = 0
        for event in made.events {
            gateway.handle(.sensor(event))
            guard random.int(0...2) == 0, gateway.waitingCount > 0 else { continue }
            try gateway.commit(random.int(1...gateway.waitingCount))
            most = max(most, try gateway.journal.arrivals().count)
            try gateway.killed(boot: random.next() % 2 == 0 ? "b1" : "b2", at: end).check()
            kills += 1
        }
        gateway.handle(.stop(end))
        try gateway.commit(gateway.waitingCount)
        // A clean stop leaves nothing to keep.
        try gateway.check()
        let values = made.heartRates.values.flatMap(\.self).count + made.oximetries.values.flatMap(\.self).count
        #expect(gateway.durable.count == values + made.spotChecks.values.flatMap(\.self).count)
        #expect(kills > 30)
        #expect(most > 3)
    }

    @Test(
        "Killed again in the middle of keeping what the first kill left: nothing twice, nothing lost",
        arguments: [("b1", "b1"), ("b1", "b2"), ("b2", "b2"), ("b2", "b3")])
    func again(second: String, third: String) throws {
        var first = try Gateway(InMemoryJournal(), boot: "b1", at: .at(0))
        for second in 1...50 {
            for sensor in 1...4 { first.heartRate(70, at: second * 1_000, sensor: sensor) }
        }
        try first.commit(first.waitingCount)
        #expect(try first.journal.arrivals().count == 40)
        var cuts = 0
        while true {
            var next = try Gateway(
                InMemoryJournal(copyOf: first.journal), durable: first.durable, boot: second, at: .at(60_000))
            // Something new comes before all is kept.
            next.heartRate(71, at: 61_000, sensor: 1)
            guard cuts <= next.waitingCount else { break }
            for _ in 0..<cuts { try next.commit(1) }
            try next.killed(boot: third, at: .at(70_000)).check()
            cuts += 1
        }
        // Start and four blocks, start and absence, the new value and that its stream streams.
        #expect(cuts == 10)
    }

    @Test("A gateway that is killed whenever it has noted something loses nothing for ever")
    func always() throws {
        var gateway = try Gateway(InMemoryJournal(), boot: "b0", at: .at(0))
        for round in 1...40 {
            gateway.heartRate(UInt8(60 + round), at: round * 1_000, sensor: round % 3)
            try gateway.commit(gateway.waitingCount)
            gateway = try gateway.killed(boot: "b\(round / 7)", at: .at(round * 1_000 + 500))
            try gateway.check()
        }
        #expect(gateway.durable.count == 40)
    }

    @Test("The same kill gives the same records")
    func deterministic() throws {
        let made = EventMaker(seed: 8, count: 200)
        var gateway = try Gateway(InMemoryJournal(), boot: "b1", at: .at(0))
        for event in made.events { gateway.handle(.sensor(event)) }
        try gateway.commit(gateway.waitingCount)
        #expect(try !gateway.journal.arrivals().isEmpty)
        let twice = try (0..<2).map { _ in
            try gateway.killed(boot: "b2", at: .at(9_000_000)).journal.records(after: 0, limit: .max)
        }
        #expect(twice[0] == twice[1])
    }
}
