import Foundation
import Testing
import VitalsCore
import VitalsModel
import VitalsStore
import VitalsTestKit

/// The real daemon with a sealed and signed journal.
@Suite("vitalsd with a sealed journal", .serialized)
struct SealedDaemonTests {
    private static let seal = """
        [journal.seal]
        key_file = "FOLDER/journal.key"
        [journal.sign]
        key_file = "FOLDER/signing.key"
        [[sensor]]
        address = "C0:00:00:00:00:01"
        subject = "Erika Mustermann"
        [log]
        level = "debug"
        """

    private func daemon(seconds: Int, speed: Double, atEnd: String = "exit") throws -> DaemonProcess {
        try DaemonTests.daemon(
            seconds: seconds, speed: speed, mqtt: "enabled = false", source: "at_end = \"\(atEnd)\"", rest: Self.seal)
    }

    @Test("It says what seals and signs, and neither its files nor its log hold what was planted")
    func planted() throws {
        let daemon = try daemon(seconds: 400, speed: 0)
        let key = try KeyFile.create(daemon.folder.appendingPathComponent("journal.key").path)
        try daemon.start()
        #expect(daemon.wait() == 0)
        #expect(daemon.log.contains("the journal is sealed"))
        #expect(daemon.log.contains(key.id))
        #expect(daemon.log.contains("checkpoints are signed"))

        let signer = try KeyFile.signer(daemon.folder.appendingPathComponent("signing.key").path, isCredential: false)
        let reader = try JournalReader(path: daemon.journal, protection: JournalProtection(key: key))
        let outcome = try JournalVerifier.verify(reader, JournalVerifier.Evidence(publicKeys: [signer.publicKey]))
        #expect(outcome.fault == nil)
        #expect(outcome.records > 10)
        #expect(outcome.checkpoints > 0)
        // Whole bodies, as they are stored in a journal that is not sealed, and the name in the configuration.
        let bodies = try reader.records(after: 0, limit: 20).map { Data($0.body) }
        try reader.close()
        let planted = [Data("Erika Mustermann".utf8)] + bodies
        #expect(planted.count == 21)
        for name in try FileManager.default.contentsOfDirectory(atPath: daemon.folder.path) {
            guard name.hasPrefix("journal.db") || name == "log" else { continue }
            let content = try Data(contentsOf: daemon.folder.appendingPathComponent(name))
            for canary in planted { #expect(content.range(of: canary) == nil, "\(name)") }
        }
    }

    @Test("A key that is missing, or another one, is an error with its remedy, and status 78")
    func keys() throws {
        let daemon = try daemon(seconds: 30, speed: 0)
        let path = daemon.folder.appendingPathComponent("journal.key").path
        try daemon.start()
        #expect(daemon.wait() == 78)
        #expect(daemon.log.contains("journal.key: key: the key cannot be used: No such file or directory"))
        _ = try KeyFile.create(path)
        try daemon.start()
        #expect(daemon.wait() == 0)
        try FileManager.default.removeItem(atPath: path)
        _ = try KeyFile.create(path)
        try daemon.start()
        #expect(daemon.wait() == 78)
        #expect(daemon.log.contains("it is sealed with key"))
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
        try daemon.start()
        #expect(daemon.wait() == 78)
        #expect(daemon.log.contains("others may read it"))
    }

    @Test("A crash leaves no core, where every other program's does, and nothing that was planted in the folder")
    func noCore() throws {
        var before = rlimit()
        unsafe getrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &before)
        var allowed = rlimit(rlim_cur: before.rlim_max, rlim_max: before.rlim_max)
        unsafe setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &allowed)
        defer { unsafe setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &before) }

        let daemon = try daemon(seconds: 600, speed: 1, atEnd: "stay")
        _ = try KeyFile.create(daemon.folder.appendingPathComponent("journal.key").path)
        try daemon.start(environment: ["SWIFT_BACKTRACE": "enable=no"])
        for _ in 0..<1_000 where !daemon.log.contains("the journal is sealed") { usleep(10_000) }
        daemon.kill(SIGABRT)
        #expect(daemon.wait() == SIGABRT)
        let found = try cores(daemon.folder)
        #expect(found == [])

        // The control: another program that ends so, from the same parent, in the same folder.
        let other = Process()
        other.executableURL = URL(fileURLWithPath: "/bin/sh")
        other.arguments = ["-c", "kill -ABRT $$"]
        other.currentDirectoryURL = daemon.folder
        other.standardError = FileHandle.nullDevice
        try other.runWithSignals()
        other.waitUntilExit()
        let left = try cores(daemon.folder)
        if left.isEmpty {
            print("SKIPPED: this system writes no core beside any program, so the control shows nothing")
        }

        var result = SuiteResult("canary-core", tests: ["T30"], seed: "-", isFull: true)
        result.count("cores of another program that crashed in the same place", left.count)
        result.goal(
            "a crash of the sealed daemon leaves no core", "\(found.count) cores",
            holds: left.isEmpty ? nil : found.isEmpty)
        try result.report()
    }

    private func cores(_ folder: URL) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasPrefix("core") }
    }
}
