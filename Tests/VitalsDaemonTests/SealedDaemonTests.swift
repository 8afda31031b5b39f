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

    @Test("It lets the system write no core: both limits of it are zero")
    func noCore() throws {
        let daemon = try daemon(seconds: 600, speed: 1, atEnd: "stay")
        _ = try KeyFile.create(daemon.folder.appendingPathComponent("journal.key").path)
        try daemon.start()
        for _ in 0..<1_000 where !daemon.log.contains("the journal is sealed") { usleep(10_000) }
        let limits = try String(contentsOfFile: "/proc/\(daemon.number)/limits", encoding: .utf8)
        let line = try #require(limits.split(separator: "\n").first { $0.hasPrefix("Max core file size") })
        #expect(line.split(separator: " ").dropFirst(4).prefix(2) == ["0", "0"])
        daemon.kill()
    }
}
