import Foundation
import Testing
import VitalsCore
import VitalsMQTT
import VitalsModel
import VitalsStore
import VitalsTestKit

/// The real daemon with a real broker, while the journal cannot be written.
@Suite("vitalsd without its disk", .serialized)
struct UnwritableJournalTests {
    private static let speed = 100.0

    /// Two troubles, one obstacle and one broken commit take a minute, all of them ten: `VITALS_DISK_FAULTS` asks for all.
    private static let isFull = ProcessInfo.processInfo.environment["VITALS_DISK_FAULTS"] != nil

    /// What stands in the journal's way, and how it goes again.
    private struct Trouble: Sendable {
        let name: String
        /// What the status has to say.
        let complaint: String
        /// Whether the service manager hears it: without a descriptor nothing reaches it, the watchdog's word neither.
        var isHeard = true
        let begin: @Sendable (DaemonProcess, FailingDisk) throws -> Bool
        let end: @Sendable (DaemonProcess, FailingDisk) throws -> Bool
    }

    private static let troubles = [
        Trouble(
            name: "a file system that made itself read-only", complaint: "the journal takes nothing",
            begin: { $1.fail(.readOnly, under: $0.number) }, end: { $1.mend() }),
        Trouble(
            name: "I/O errors", complaint: "the journal takes nothing",
            begin: { $1.fail(.inputOutput, under: $0.number) },
            end: { $1.mend() }),
        Trouble(
            name: "no descriptors left after I/O errors", complaint: "it takes nothing", isHeard: false,
            begin: { daemon, disk in
                try limitDescriptors(daemon, to: firstFreeDescriptor(daemon))
                return disk.fail(.inputOutput, under: daemon.number) && disk.mend()
            }, end: { daemon, _ in try limitDescriptors(daemon, to: 1_024) }),
        Trouble(
            name: "a directory that was moved away", complaint: "the journal's file was moved or deleted",
            begin: { daemon, disk in
                let file = disk.folder.appendingPathComponent("store")
                try FileManager.default.moveItem(at: file, to: disk.folder.appendingPathComponent("away"))
                return true
            },
            end: { daemon, disk in
                let file = disk.folder.appendingPathComponent("store")
                try FileManager.default.moveItem(at: disk.folder.appendingPathComponent("away"), to: file)
                return true
            }),
    ]

    @Test("It alarms on without waiting for the disk, says what is wrong, and records on when it is mended (T12)")
    func troubles() throws {
        guard MosquittoBroker.isInstalled, AlarmListener.isInstalled else { return }
        var result = SuiteResult("disk-faults", tests: ["T12"], seed: "-", isFull: Self.isFull)
        let undisturbed = try Self.daemon(mqtt: "enabled = false", speed: 0)
        try undisturbed.start()
        #expect(undisturbed.wait() == 0, "\(undisturbed.log)")
        let expected = try DaemonTests.lines(Self.journal(undisturbed))
        for trouble in Self.isFull ? Self.troubles : Array(Self.troubles.prefix(2)) {
            guard let (alarms, late) = try run(trouble, expected) else { return }
            result.count("alarms during \(trouble.name)", alarms)
            result.goal(
                "\(trouble.name): alarms go on, the status says so, nothing is lost and nobody restarts anything",
                "\(alarms) alarms, the latest \(Int(late * 1_000)) ms behind the quickest", holds: late <= 2)
            print("T12 \(trouble.name): \(alarms) alarms, the latest \(Int(late * 1_000)) ms behind the quickest")
        }
        try result.report()
    }

    /// Nil where it cannot be tried, else the alarms that arrived meanwhile, and the lateness of the slowest in seconds.
    private func run(_ trouble: Trouble, _ expected: [UInt8]) throws -> (alarms: Int, late: Double)? {
        let broker = try MosquittoBroker()
        let receiver = try DaemonTests.receiver(broker)
        let listener = try AlarmListener(broker)
        let daemon = try Self.daemon(mqtt: "port = \(broker.port)", speed: Self.speed)
        guard let disk = try FailingDisk(daemon.folder.appendingPathComponent("disk")) else { return nil }
        let path = daemon.folder.appendingPathComponent("notify").path
        let socket = try ServiceManagerTests.NotifySocket(path: path)
        try daemon.start(environment: ["NOTIFY_SOCKET": path])
        try #require(listener.wait(count: 1), "\(daemon.log)")
        guard try trouble.begin(daemon, disk) else {
            print("SKIPPED: \(trouble.name): this kernel cannot be made to")
            return nil
        }
        let before = listener.alarms.count
        for _ in 0..<3_000 where !daemon.log.contains("the journal is degraded") { usleep(10_000) }
        #expect(daemon.log.contains("the journal is degraded"), "\(trouble.name)")
        if trouble.isHeard {
            let status = try #require(socket.wait(for: "degraded"), "\(trouble.name): \(daemon.log)")
            #expect(status.contains(trouble.complaint), "\(trouble.name): \(status)")
        }
        #expect(listener.wait(count: before + 4), "\(trouble.name): \(daemon.log)")
        let during = listener.alarms.dropFirst(before)
        #expect(daemon.isRunning, "\(trouble.name): \(daemon.log)")
        try #require(try trouble.end(daemon, disk))
        for _ in 0..<3_000 where !daemon.log.contains("the journal is whole again") { usleep(10_000) }
        #expect(daemon.log.contains("the journal is whole again"), "\(trouble.name)")
        #expect(daemon.wait() == 0, "\(trouble.name): \(daemon.log)")
        try DaemonTests.expectDelivered(receiver, Self.journal(daemon))
        try DaemonTests.expectSound(Self.journal(daemon))
        #expect(try DaemonTests.lines(Self.journal(daemon)) == expected, "\(trouble.name)")
        return (during.count, listener.lateness(of: during, speed: Self.speed))
    }

    // MARK: In the middle of a commit

    /// The status of a daemon that found damage; the service manager starts it again.
    private static let damaged: Int32 = 65

    @Test("A disk that fails in the middle of a commit: it goes on, and what the disk did not keep is named (T12)")
    func inMidCommit() throws {
        guard MosquittoBroker.isInstalled, AlarmListener.isInstalled else { return }
        var random = SplitMix64(seed: 12)
        var result = SuiteResult("disk-faults-in-commit", tests: ["T12"], seed: "12", isFull: Self.isFull)
        let trials = Self.isFull ? 40 : 1
        var (broken, unkept, faulty) = (0, 0, 0)
        for number in 0..<trials {
            guard let outcome = try midCommit(.allCases[number % 2], after: random.int(0...400)) else { return }
            broken += 1
            if outcome.wasSalvaged { unkept += 1 }
            if !outcome.isSound { faulty += 1 }
        }
        result.count("disks that failed", broken)
        result.count("of these, disks that had promised more than they kept", unkept)
        result.goal(
            "in the middle of a commit: it goes on by itself, every record arrives or is named, the chain is clean",
            "\(faulty) of \(broken) not so", holds: faulty == 0)
        print("T12 in the middle of a commit: \(broken) disks, \(unkept) had promised more than they kept")
        try result.report()
    }

    /// Nil where it cannot be tried.
    private func midCommit(
        _ fault: FailingDisk.Fault, after milliseconds: Int
    ) throws -> (wasSalvaged: Bool, isSound: Bool)? {
        let broker = try MosquittoBroker()
        let receiver = try DaemonTests.receiver(broker)
        let listener = try AlarmListener(broker)
        let daemon = try Self.daemon(mqtt: "port = \(broker.port)", speed: Self.speed, seconds: 1_000)
        guard let disk = try FailingDisk(daemon.folder.appendingPathComponent("disk")) else { return nil }
        try daemon.start()
        try #require(listener.wait(count: 1), "\(daemon.log)")
        usleep(UInt32(milliseconds) * 1_000)
        guard disk.breakDown(fault) else {
            print("SKIPPED: \(fault): this kernel cannot be made to")
            return nil
        }
        for _ in 0..<3_000 where !daemon.log.contains("the journal is degraded") { usleep(10_000) }
        try #require(disk.mend())
        var status = daemon.wait()
        let wasSalvaged = status == Self.damaged
        // As the service manager does.
        if wasSalvaged {
            try daemon.start()
            status = daemon.wait()
        }
        #expect(status == 0, "\(daemon.log)")
        #expect(daemon.log.contains("the journal was damaged") == wasSalvaged, "\(daemon.log)")
        let isChained = try DaemonTests.expectSound(Self.journal(daemon))
        let report = receiver.stop(deadline: .seconds(2))
        let isWhole = report.unreadable == 0 && report.journals.allSatisfy { $0.missing.isEmpty }
        // A recording is played into a salvaged journal from its beginning (docs/decisions/0017).
        let isOnce = wasSalvaged || report.isClean
        #expect(isWhole && isOnce, "\(report)")
        return (wasSalvaged, status == 0 && isChained && isWhole && isOnce)
    }

    // MARK: At a start

    /// What keeps a journal from being opened, and how that ends.
    private struct Obstacle: Sendable {
        let name: String
        /// What the log has to say of it.
        let reason: String
        let begin: @Sendable (FailingDisk) throws -> Bool
        let end: @Sendable (FailingDisk) throws -> Bool
    }

    private static let obstacles = [
        Obstacle(
            name: "a read-only file system", reason: "Read-only file system", begin: { $0.fail(.readOnly) },
            end: { $0.mend() }),
        Obstacle(
            name: "no such directory", reason: "cannot be created",
            begin: { disk in disk.unmount() && (try? FileManager.default.removeItem(at: disk.folder)) != nil },
            end: { disk in
                try FileManager.default.createDirectory(at: disk.folder, withIntermediateDirectories: true)
                return disk.mount()
            }),
        Obstacle(
            name: "no permission", reason: "Operation not permitted", begin: { $0.forbid(true) },
            end: { $0.forbid(false) }),
        Obstacle(
            name: "a full disk", reason: "No space left on device", begin: { $0.fill() }, end: { $0.empty() }),
    ]

    @Test("With a journal that cannot be opened it alarms on, with one in memory, and goes over by itself (T12)")
    func atStart() throws {
        guard MosquittoBroker.isInstalled, AlarmListener.isInstalled else { return }
        var result = SuiteResult("disk-faults-at-start", tests: ["T12"], seed: "-", isFull: Self.isFull)
        for obstacle in Self.isFull ? Self.obstacles : Array(Self.obstacles.prefix(1)) {
            guard let alarms = try start(against: obstacle) else { return }
            result.goal(
                "started with \(obstacle.name): alarms go out, the status says so, and the journal is used once it can be",
                "\(alarms) alarms before it could", holds: alarms > 0)
            print("T12 started with \(obstacle.name): \(alarms) alarms before the journal could be opened")
        }
        try result.report()
    }

    private func start(against obstacle: Obstacle) throws -> Int? {
        let broker = try MosquittoBroker()
        let receiver = try DaemonTests.receiver(broker)
        let listener = try AlarmListener(broker)
        let daemon = try Self.daemon(mqtt: "port = \(broker.port)", speed: Self.speed)
        guard let disk = try FailingDisk(daemon.folder.appendingPathComponent("disk"), megabytes: 64) else {
            return nil
        }
        guard try obstacle.begin(disk) else {
            print("SKIPPED: \(obstacle.name): this kernel cannot be made to")
            return nil
        }
        let path = daemon.folder.appendingPathComponent("notify").path
        let socket = try ServiceManagerTests.NotifySocket(path: path)
        let memory = daemon.folder.appendingPathComponent("run")
        try FileManager.default.createDirectory(at: memory, withIntermediateDirectories: true)
        try daemon.start(environment: ["NOTIFY_SOCKET": path, "RUNTIME_DIRECTORY": "\(memory.path):/nowhere"])
        try #require(socket.wait(for: "READY=1") != nil, "\(obstacle.name): \(daemon.log)")
        #expect(daemon.log.contains(obstacle.reason), "\(obstacle.name): \(daemon.log)")
        let status = try #require(socket.wait(for: "degraded"), "\(obstacle.name): \(daemon.log)")
        #expect(status.contains("the journal cannot be opened, one in memory stands in for it"), "\(status)")
        #expect(listener.wait(count: 4), "\(obstacle.name): \(daemon.log)")
        let alarms = listener.alarms.count
        try #require(try obstacle.end(disk))
        // The second one is on the journal itself.
        try #require(socket.wait(for: "READY=1") != nil, "\(obstacle.name): \(daemon.log)")
        #expect(daemon.wait() == 0, "\(obstacle.name): \(daemon.log)")
        let report = receiver.stop(deadline: .seconds(2))
        #expect(report.isClean && report.journals.count == 2, "\(obstacle.name): \(report)")
        try DaemonTests.expectSound(Self.journal(daemon))
        let reader = try JournalReader(path: Self.journal(daemon))
        let entry = try #require(try reader.lastLedgerEntry(.standIn), "\(obstacle.name): \(daemon.log)")
        #expect(String(decoding: entry.body, as: UTF8.self).hasSuffix(#","undelivered":0}"#))
        try reader.close()
        #expect(!FileManager.default.fileExists(atPath: memory.appendingPathComponent("journal.db").path))
        return alarms
    }

    @Test(
        "Without a place in memory a journal that cannot be opened is an error that names the reason, and an exit status"
    )
    func noPlace() throws {
        let daemon = try Self.daemon(mqtt: "enabled = false", speed: 0)
        try FileManager.default.removeItem(at: daemon.folder.appendingPathComponent("disk"))
        try daemon.start()
        #expect(daemon.wait() == 73)
        #expect(daemon.log.contains("cannot be created: No such file or directory; check the path"))
        // With a place it runs to its end.
        try daemon.start(environment: ["RUNTIME_DIRECTORY": daemon.folder.path])
        #expect(daemon.wait() == 0, "\(daemon.log)")
        #expect(daemon.log.contains("stands in for it"))
    }

    private static func daemon(mqtt: String, speed: Double, seconds: Int = 3_000) throws -> DaemonProcess {
        let text = DaemonTests.configuration(speed: speed, mqtt: mqtt)
            .replacingOccurrences(of: "FOLDER/journal.db", with: "FOLDER/disk/store/journal.db")
        let daemon = try DaemonProcess(configuration: text)
        try SmallCapture.write(to: daemon.folder.appendingPathComponent("recording.jsonl"), seconds: seconds)
        try FileManager.default.createDirectory(
            at: daemon.folder.appendingPathComponent("disk"), withIntermediateDirectories: true)
        return daemon
    }

    private static func journal(_ daemon: DaemonProcess) -> String {
        daemon.folder.appendingPathComponent("disk/store/journal.db").path
    }

    // MARK: Descriptors

    /// The lowest number that a new descriptor could have.
    private static func firstFreeDescriptor(_ daemon: DaemonProcess) throws -> UInt64 {
        let names = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(daemon.number)/fd")
        let open = Set(names.compactMap { UInt64($0) })
        return (0...UInt64(open.count)).first { !open.contains($0) } ?? 0
    }

    @discardableResult
    private static func limitDescriptors(_ daemon: DaemonProcess, to most: UInt64) throws -> Bool {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/prlimit")
        process.arguments = ["--pid", "\(daemon.number)", "--nofile=\(most):1024"]
        try process.run()
        process.waitUntilExit()
        return process.terminationStatus == 0
    }
}
