import Foundation
import Testing
import VitalsCore
import VitalsModel
import VitalsStore
import VitalsTestKit

/// How long the real daemon takes until it says that it is ready, as the service manager hears it. The full form wants a
/// release build: `VITALS_START_SAMPLES=10000000 swift test -c release --filter ReadinessTests`.
@Suite("vitalsd with a long past", .serialized)
struct ReadinessTests {
    private static let samples = ProcessInfo.processInfo.environment["VITALS_START_SAMPLES"].flatMap { Int($0) }

    /// Waveforms are dropped, and everything that was delivered stays.
    private static func build(_ path: String, samples: Int) throws -> UInt64 {
        var policy = RetentionPolicy.standard
        policy.maxBytes = 1 << 40
        policy.days = [.waveforms: 1]
        let journal = try Journal(
            path: path, gateway: "test", created: WallTime(microseconds: 0), retention: policy)
        var past = LongPast()
        var made = 0
        while made < samples {
            try journal.append(past.records(samples: 50_000))
            made += 50_000
        }
        func day(_ number: Int64) -> Stamp {
            Stamp(
                monotonic: MonotonicTime(microseconds: number * 86_400_000_000), wall: WallTime(microseconds: 0),
                isSynchronised: false)
        }
        for number in 0...2 as ClosedRange<Int64> { while try journal.maintain(at: day(number)) {} }
        try journal.acknowledge([1...(past.last / 2)], sink: "mqtt")
        try journal.close()
        return past.last
    }

    @Test("It is ready within 200 ms with ten million samples behind it, also after a kill (T10, lesson 39)")
    func ready() throws {
        let samples = Self.samples ?? 50_000
        let daemon = try DaemonTests.daemon(
            seconds: 600, speed: 1, mqtt: "enabled = true\nport = 1", source: "at_end = \"stay\"")
        let records = try Self.build(daemon.journal, samples: samples)
        let path = daemon.folder.appendingPathComponent("notify").path
        let socket = try ServiceManagerTests.NotifySocket(path: path)
        var times: [Double] = []
        for _ in 0..<11 {
            let began = DispatchTime.now().uptimeNanoseconds
            try daemon.start(environment: ["NOTIFY_SOCKET": path])
            try #require(socket.wait(for: "READY=1") != nil, "\(daemon.log)")
            times.append(Double(DispatchTime.now().uptimeNanoseconds - began) / 1e6)
            daemon.kill()
        }
        times.sort()
        let reader = try JournalReader(path: daemon.journal)
        // A kill may come before the first commit.
        #expect(try reader.head >= records)
        try reader.close()
        print("READY with \(samples) samples: median \(times[5]) ms, longest \(times[10]) ms")
        guard Self.samples != nil else { return }
        var result = SuiteResult("readiness", tests: ["T10"], seed: "1", isFull: true)
        result.count("samples", samples)
        result.count("records", records)
        result.count("starts after a kill", times.count)
        result.goal(
            "READY of the daemon within 200 ms", "\((times[10] * 10).rounded() / 10) ms at most",
            holds: times[10] <= 200)
        try result.report()
    }

    /// Page 1 and every thousandth page: neither header nor tree is left, and some rows are gone.
    private static func damage(_ path: String) throws {
        let file = try FileHandle(forUpdating: URL(fileURLWithPath: path))
        defer { try? file.close() }
        let size = try file.seekToEnd()
        for offset in stride(from: 0, to: size, by: 4_096 * 1_000) {
            try file.seek(toOffset: offset)
            try file.write(contentsOf: Data(repeating: 0xA5, count: 4_096))
        }
    }

    @Test("With ten million samples in a damaged journal it is ready within 5 s, and salvages on beside its work (T13)")
    func readyWhenDamaged() throws {
        let samples = Self.samples ?? 5_000
        let daemon = try DaemonTests.daemon(
            seconds: 600, speed: 1, mqtt: "enabled = false", source: "at_end = \"stay\"")
        _ = try Self.build(daemon.journal, samples: samples)
        let records = try Self.count(daemon)
        try Self.damage(daemon.journal)
        let path = daemon.folder.appendingPathComponent("notify").path
        let socket = try ServiceManagerTests.NotifySocket(path: path)
        let began = DispatchTime.now().uptimeNanoseconds
        try daemon.start(environment: ["NOTIFY_SOCKET": path])
        try #require(socket.wait(for: "READY=1") != nil, "\(daemon.log)")
        let took = Double(DispatchTime.now().uptimeNanoseconds - began) / 1e6
        #expect(daemon.log.contains("the journal was damaged"), "\(daemon.log)")
        // The rest is taken over while it works.
        var salvaged = 0
        for _ in 0..<600 {
            salvaged = try Self.count(daemon)
            if salvaged * 100 >= records * 98 { break }
            usleep(500_000)
        }
        #expect(salvaged * 100 >= records * 98, "\(salvaged) of \(records)")
        daemon.kill()
        print("READY of a damaged journal with \(samples) samples: \(took) ms, \(salvaged) of \(records) records")
        guard Self.samples != nil else { return }
        var result = SuiteResult("readiness-damaged", tests: ["T13"], seed: "1", isFull: true)
        result.count("samples", samples)
        result.count("records", records)
        result.count("records salvaged", salvaged)
        result.goal(
            "READY of the daemon on a damaged journal within 5 s", "\((took * 10).rounded() / 10) ms",
            holds: took <= 5_000)
        try result.report()
    }

    /// How many records the journal holds.
    private static func count(_ daemon: DaemonProcess) throws -> Int {
        let reader = try JournalReader(path: daemon.journal)
        defer { try? reader.close() }
        return try JournalStatistics(reader).recordCount
    }
}
