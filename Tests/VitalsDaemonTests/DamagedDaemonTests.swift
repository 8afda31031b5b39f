import Foundation
import Testing
import VitalsCore
import VitalsModel
import VitalsStore
import VitalsTestKit

/// The real daemon on a journal that the disk has damaged.
@Suite("vitalsd with a damaged journal", .serialized)
struct DamagedDaemonTests {
    private func daemon(isSealed: Bool) throws -> (daemon: DaemonProcess, key: JournalKey?) {
        let daemon = try DaemonTests.daemon(
            seconds: 1_200, speed: 0, mqtt: "enabled = false", source: "at_end = \"stay\"",
            rest: isSealed ? "[journal.seal]\nkey_file = \"FOLDER/journal.key\"" : "")
        let key = isSealed ? try KeyFile.create(daemon.folder.appendingPathComponent("journal.key").path) : nil
        return (daemon, key)
    }

    /// Starts it under a service manager, until it is ready.
    private func start(_ daemon: DaemonProcess) throws -> ServiceManagerTests.NotifySocket {
        let path = daemon.folder.appendingPathComponent("notify").path
        try? FileManager.default.removeItem(atPath: path)
        let socket = try ServiceManagerTests.NotifySocket(path: path)
        try daemon.start(environment: ["NOTIFY_SOCKET": path])
        #expect(socket.wait(for: "READY=1") != nil, "\(daemon.log)")
        return socket
    }

    /// Plays the recording to its end, and stops.
    private func fill(_ daemon: DaemonProcess, _ protection: JournalProtection) throws -> [VitalsCore.Record] {
        _ = try start(daemon)
        for _ in 0..<3_000 where !daemon.log.contains("the recording has ended") { usleep(10_000) }
        daemon.terminate()
        #expect(daemon.wait() == 0, "\(daemon.log)")
        return try records(daemon, protection)
    }

    private func records(_ daemon: DaemonProcess, _ protection: JournalProtection) throws -> [VitalsCore.Record] {
        let reader = try JournalReader(path: daemon.journal, protection: protection)
        defer { try? reader.close() }
        #expect(try JournalVerifier.verify(reader).fault == nil)
        return try reader.records(after: 0, limit: .max)
    }

    @Test(
        "It starts, takes over what is whole, says so in its status, and records on (T13, lesson 38)",
        arguments: [false, true])
    func goesOn(isSealed: Bool) throws {
        let (daemon, key) = try daemon(isSealed: isSealed)
        let protection = JournalProtection(key: key)
        let written = try fill(daemon, protection)
        #expect(written.count > 20)
        let url = URL(fileURLWithPath: daemon.journal)
        let bytes = try Data(contentsOf: url)
        try bytes.prefix(bytes.count * 3 / 4).write(to: url)

        let socket = try start(daemon)
        #expect(socket.wait(for: "journal was damaged: ") != nil, "\(daemon.log)")
        daemon.terminate()
        #expect(daemon.wait() == 0, "\(daemon.log)")
        #expect(daemon.log.contains("the journal was damaged"))

        let kept = try records(daemon, protection)
        let (old, new) = (kept.filter { $0.sequence < 1 << 32 }, kept.filter { $0.sequence >= 1 << 32 })
        #expect(!old.isEmpty && !new.isEmpty)
        #expect(old.allSatisfy { written.contains($0) })
        let quarantine = daemon.folder.appendingPathComponent("quarantine")
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: quarantine.path).contains { $0.hasSuffix(".state") })
    }

    @Test("Without its key it leaves a damaged journal as it is, and ends with status 78 at every start")
    func withoutKey() throws {
        let (daemon, key) = try daemon(isSealed: true)
        let written = try fill(daemon, JournalProtection(key: key))
        let url = URL(fileURLWithPath: daemon.journal)
        let bytes = try Data(contentsOf: url).dropLast(4_096)
        try bytes.write(to: url)
        let file = daemon.folder.appendingPathComponent("journal.key")
        let content = try Data(contentsOf: file)
        try FileManager.default.removeItem(at: file)
        _ = try KeyFile.create(file.path)
        for _ in 0..<2 {
            try daemon.start()
            #expect(daemon.wait() == 78, "\(daemon.log)")
        }
        #expect(daemon.log.contains("it is sealed with key"))
        #expect(try Data(contentsOf: url) == bytes)
        #expect(!FileManager.default.fileExists(atPath: daemon.folder.appendingPathComponent("quarantine").path))

        try content.write(to: file)
        _ = try start(daemon)
        daemon.terminate()
        #expect(daemon.wait() == 0, "\(daemon.log)")
        let kept = try records(daemon, JournalProtection(key: key)).filter { $0.sequence < 1 << 32 }
        #expect(kept.count > written.count / 2 && kept.allSatisfy { written.contains($0) })
    }
}
