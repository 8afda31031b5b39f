import Foundation
import Glibc
import Testing
import VitalsCore
import VitalsKernels
import VitalsModel
import VitalsStore
import VitalsTestKit

/// The whole way of a received value, through engine, writer and journal, in a process that is killed.
@Suite("A gateway that is killed while it receives")
struct ArrivalCrashTests {
    @Test("After every kill, what was durable is in exactly one block, whatever the kill interrupted (lesson 38)")
    func killed() async throws {
        let directory = try TemporaryDirectory()
        let path = directory.file("journal.sqlite")
        var durable: Set<String> = []
        var sent: Set<String> = []
        var noted = 0
        for seed in 1...12 as ClosedRange<UInt64> {
            let progress = directory.file("progress-\(seed)")
            await #expect(processExitsWith: .signal(SIGKILL)) {
                [path = path as String, progress = progress as String, seed = seed as UInt64] in
                try Self.receiveUntilKilled(path, progress, seed)
            }
            let counts = try Progress.read(progress)
            durable.formUnion((0..<counts.durable).map { Self.value(seed, $0).name })
            sent.formUnion((0..<counts.sent).map { Self.value(seed, $0).name })
            let journal = try Journal(path: path, gateway: "gateway", created: .zero)
            let arrivals = try journal.arrivals().map(\.name)
            let blocks = try Self.samples(journal)
            #expect(Set(blocks + arrivals).count == blocks.count + arrivals.count)
            #expect(durable.isSubset(of: blocks + arrivals))
            #expect(sent.isSuperset(of: blocks + arrivals))
            noted += arrivals.count
            try journal.close()
        }
        let journal = try Journal(path: path, gateway: "gateway", created: .zero)
        let before = Set(try Self.samples(journal) + journal.arrivals().map(\.name))
        var run = try Run(journal, boot: "b99", at: Self.value(99, 0).stamp)
        try journal.append(run.take().records)
        let blocks = try Self.samples(journal)
        #expect(Set(blocks) == before && blocks.count == before.count)
        #expect(try journal.arrivals().isEmpty)
        #expect(try JournalVerifier.verify(journal.reader).fault == nil)
        // The kills did find values that were in no block, or the test would show nothing.
        #expect(noted > 0)
        #expect(durable.count > 12)
    }

    /// An engine on live sensors.
    private struct Run {
        private var engine: Engine
        private var effects: [Effect] = []

        init(_ journal: Journal, boot: String, at stamp: Stamp) throws {
            var history = EngineHistory()
            history.boot = boot
            history.arrivals = try journal.arrivals()
            engine = Engine(
                configuration: EngineConfiguration(blockSeconds: 2), digest: "d", version: "v", kernels: .best,
                nextSequence: journal.head + 1, history: history)
            handle(.start(stamp))
        }

        mutating func handle(_ input: EngineInput) { engine.handle(input, into: &effects) }

        mutating func take() -> (records: [Record], arrivals: [Arrival]) {
            defer { effects.removeAll() }
            return (
                effects.compactMap { if case .append(let record) = $0 { record } else { nil } }, engine.takeArrivals()
            )
        }
    }

    /// The child: receives a value every tenth of a second of its data time, hands it over, says what is durable, and
    /// is killed at some moment, perhaps while it keeps what the last kill left.
    private static func receiveUntilKilled(_ path: String, _ progress: String, _ seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let progress = try Progress(progress)
        let journal = try Journal(path: path, gateway: "gateway", created: .zero)
        let writer = GroupCommitWriter(
            journal: journal, intervalMilliseconds: random.int(0...3), arrivalMilliseconds: random.int(0...6),
            committed: { _ in }, failed: { _ in abort() })
        let isEarly = random.int(0...3) == 0
        let microseconds = UInt32(random.int(0...(isEarly ? 2_000 : 30_000)))
        func startDying() {
            Thread {
                usleep(microseconds)
                kill(getpid(), SIGKILL)
            }
            .start()
        }
        if isEarly { startDying() }
        var run = try Run(journal, boot: boot(seed), at: value(seed, 0).stamp)
        for count in 0... {
            let arrival = value(seed, count)
            let kind = SensorEvent.Kind.value(
                sensor: arrival.sensor, characteristic: arrival.stream.characteristic, bytes: arrival.value)
            run.handle(.sensor(SensorEvent(stamp: arrival.stamp, kind: kind)))
            let made = run.take()
            progress.sent(count + 1)
            guard writer.submit(made.records, arrivals: made.arrivals) == .accepted else { abort() }
            usleep(UInt32(random.int(0...1_000)))
            guard count == 0 || random.int(0...4) == 0 else { continue }
            guard writer.drain(timeoutMilliseconds: 20_000) else { abort() }
            progress.durable(count + 1)
            if count == 0 && !isEarly { startDying() }
        }
    }

    private static func boot(_ seed: UInt64) -> String { "b\(seed / 3)" }

    /// The value of that number that the child of that seed receives.
    private static func value(_ seed: UInt64, _ count: Int) -> Arrival {
        let monotonic = Int64(seed) * 1_000_000_000 + Int64(count) * 100_000
        let streams = SampleStream.allCases
        let stream = streams[count % streams.count]
        let low = UInt8(count % 60 + 40)
        return Arrival(
            stamp: Stamp(
                monotonic: MonotonicTime(microseconds: monotonic), wall: WallTime(microseconds: -monotonic),
                isSynchronised: true),
            boot: boot(seed), sensor: ArrivalMaker.sensor(count / streams.count % 2), stream: stream,
            value: bytes(of: stream, low))
    }

    private static func bytes(of stream: SampleStream, _ low: UInt8) -> [UInt8] {
        switch stream {
        case .heartRate: [0, low]
        case .oximetry, .spotCheck: [0, low, 0, low, 0]
        // Type 1, the device's time, form 0, one sample of three channels and ambient light.
        case .ppg: [1] + [UInt8](repeating: low, count: 8) + [0] + [UInt8](repeating: low, count: 12)
        }
    }

    private static func samples(_ journal: Journal) throws -> [String] {
        try journal.records(after: 0, limit: .max).filter { $0.kind == .samples }.flatMap { record in
            let block = try SampleBlock(decoding: record.body)
            return block.stamps.map { name(record.sensor, block.stream, $0) }
        }
    }

    fileprivate static func name(_ sensor: SensorAddress?, _ stream: SampleStream, _ stamp: Stamp) -> String {
        "\(sensor?.description ?? "-") \(stream.name) \(stamp.monotonic.microseconds)"
    }

    /// What a child has done: one write of eight bytes each, so that a kill leaves the old number or the new one.
    private struct Progress {
        private let file: Int32

        init(_ path: String) throws {
            file = unsafe open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0o600)
            guard file >= 0 else { throw CocoaError(.fileWriteUnknown) }
        }

        func sent(_ count: Int) { write(count, at: 0) }
        func durable(_ count: Int) { write(count, at: 8) }

        private func write(_ count: Int, at offset: Int) {
            let bytes = (0..<8).map { UInt8(truncatingIfNeeded: count >> (8 * $0)) }
            guard unsafe pwrite(file, bytes, 8, offset) == 8 else { abort() }
        }

        static func read(_ path: String) throws -> (sent: Int, durable: Int) {
            let bytes = try Array(Data(contentsOf: URL(fileURLWithPath: path)))
            let number = { (part: ArraySlice<UInt8>) in part.reversed().reduce(0) { $0 << 8 | Int($1) } }
            return (number(bytes.prefix(8)), number(bytes.dropFirst(8)))
        }
    }
}

extension Arrival {
    fileprivate var name: String { ArrivalCrashTests.name(sensor, stream, stamp) }
}
