import Foundation
import Testing
import VitalsCore
import VitalsJSON
import VitalsMQTT
import VitalsModel
import VitalsStore
import VitalsTestKit

/// The real daemon as a process, with a real journal and a real broker.
@Suite("vitalsd", .serialized)
struct DaemonTests {
    /// A configuration whose recording and journal stand in the process's folder.
    static func configuration(speed: Double, mqtt: String, source: String = "", rest: String = "") -> String {
        """
        [gateway]
        id = "test"
        [source]
        path = "FOLDER/recording.jsonl"
        speed = \(speed)
        \(source)
        [journal]
        path = "FOLDER/journal.db"
        [mqtt]
        \(mqtt)
        \(rest)
        """
    }

    static func daemon(
        seconds: Int, speed: Double, mqtt: String, source: String = "", rest: String = ""
    ) throws -> DaemonProcess {
        let daemon = try DaemonProcess(
            configuration: configuration(speed: speed, mqtt: mqtt, source: source, rest: rest))
        try SmallCapture.write(to: daemon.folder.appendingPathComponent("recording.jsonl"), seconds: seconds)
        return daemon
    }

    /// Every record of a journal as its line.
    static func lines(_ path: String, _ protection: JournalProtection = JournalProtection()) throws -> [UInt8] {
        let reader = try JournalReader(path: path, protection: protection)
        defer { try? reader.close() }
        var json = JSONWriter()
        for record in try reader.records(after: 0, limit: .max) { try RecordLine.write(record, to: &json) }
        return json.bytes
    }

    @discardableResult
    static func expectSound(_ path: String, _ protection: JournalProtection = JournalProtection()) throws -> Bool {
        let reader = try JournalReader(path: path, protection: protection)
        defer { try? reader.close() }
        let fault = try JournalVerifier.verify(reader).fault
        #expect(fault == nil)
        return fault == nil
    }

    static func receiver(_ broker: MosquittoBroker) throws -> Receiver {
        var settings = broker.settings(clientID: "receiver")
        settings.sessionExpirySeconds = 600
        let receiver = try Receiver(settings: settings, gateway: "test") { _ in }
        try receiver.start()
        for _ in 0..<500 where !receiver.isSubscribed { usleep(10_000) }
        #expect(receiver.isSubscribed)
        return receiver
    }

    /// Waits until the receiver has all that the journal has, and checks that nothing is missing or there twice.
    @discardableResult
    static func expectDelivered(_ receiver: Receiver, _ path: String) throws -> Bool {
        let reader = try JournalReader(path: path)
        defer { try? reader.close() }
        let head = try reader.head
        for _ in 0..<1_000 where receiver.report.journals.first?.records != head { usleep(10_000) }
        let report = receiver.stop(deadline: .seconds(2))
        #expect(report.isClean, "\(report)")
        #expect(report.journals.count == 1)
        #expect(report.journals.first?.records == head)
        #expect(report.journals.first?.last == head)
        return report.isClean && report.journals.count == 1 && report.journals.first?.records == head
    }

    @Test("a recording is judged, kept and published, and the daemon ends with status 0")
    func endToEnd() throws {
        guard MosquittoBroker.isInstalled else { return }
        let broker = try MosquittoBroker()
        let receiver = try Self.receiver(broker)
        let daemon = try Self.daemon(seconds: 900, speed: 0, mqtt: "port = \(broker.port)")
        try daemon.start()
        #expect(daemon.wait() == 0, "\(daemon.log)")
        try Self.expectDelivered(receiver, daemon.journal)
        try Self.expectSound(daemon.journal)
        let reader = try JournalReader(path: daemon.journal)
        let records = try reader.records(after: 0, limit: .max)
        let raised = records.filter { $0.kind == .alarm }.map(\.subject)
        #expect(Set(raised).isSuperset(of: ["heart-rate-high", "spo2-low", "desaturation"]))
        #expect(try reader.acknowledged(sink: "mqtt") == [1...(try reader.head)])
    }

    @Test("the same recording makes the same records at every speed, with every kernel, and again after the end")
    func sameRecords() throws {
        let first = try Self.daemon(seconds: 400, speed: 0, mqtt: "enabled = false")
        try first.start()
        #expect(first.wait() == 0, "\(first.log)")
        let expected = try Self.lines(first.journal)
        try first.start()
        #expect(first.wait() == 0, "\(first.log)")
        #expect(try Self.lines(first.journal) == expected, "the second run of the same recording changed the journal")
        for (speed, level) in [(2_000.0, "scalar"), (500.0, "auto"), (0.0, "baseline")]
        where level != "baseline" || isX86 {
            let other = try Self.daemon(
                seconds: 400, speed: speed, mqtt: "enabled = false", rest: "[kernels]\nlevel = \"\(level)\"")
            try other.start()
            #expect(other.wait() == 0, "\(other.log)")
            #expect(try Self.lines(other.journal) == expected)
        }
    }

    private var isX86: Bool {
        #if arch(x86_64)
            true
        #else
            false
        #endif
    }

    @Test("a changed configuration touches nothing that was recorded (lesson 30)")
    func changedConfiguration() throws {
        guard MosquittoBroker.isInstalled else { return }
        let daemon = try Self.daemon(seconds: 400, speed: 0, mqtt: "enabled = false")
        try daemon.start()
        #expect(daemon.wait() == 0, "\(daemon.log)")
        let recorded = try Self.lines(daemon.journal)
        for number in 0..<2 {
            let broker = try MosquittoBroker()
            let receiver = try Self.receiver(broker)
            let changed = "[journal.retention]\nsamples_days = \(40 + number)\n[log]\nlevel = \"debug\""
            try daemon.configure(
                Self.configuration(
                    speed: 0, mqtt: "port = \(broker.port)\nclient_id = \"other-\(number)\"", rest: changed))
            try daemon.start()
            #expect(daemon.wait() == 0, "\(daemon.log)")
            #expect(try Self.lines(daemon.journal) == recorded)
            if number == 0 { try Self.expectDelivered(receiver, daemon.journal) }
        }
        try Self.expectSound(daemon.journal)
    }

    @Test("the broker away for a minute in the middle loses nothing (lesson 32)")
    func brokerAway() throws {
        guard MosquittoBroker.isInstalled else { return }
        let broker = try MosquittoBroker(lines: [
            "allow_anonymous true", "persistence true", "persistence_location FOLDER/",
            "autosave_interval 1",
        ])
        let receiver = try Self.receiver(broker)
        let daemon = try Self.daemon(seconds: 3_000, speed: 45, mqtt: "port = \(broker.port)")
        try daemon.start()
        sleep(3)
        broker.terminate()
        sleep(60)
        try broker.start()
        #expect(daemon.wait() == 0, "\(daemon.log)")
        try Self.expectDelivered(receiver, daemon.journal)
        try Self.expectSound(daemon.journal)
        #expect(daemon.log.contains("not connected"))
    }

    @Test("SIGTERM stops it cleanly: what was made is durable, the status is offline, and the exit status 0")
    func terminated() throws {
        guard MosquittoBroker.isInstalled else { return }
        let broker = try MosquittoBroker()
        let receiver = try Self.receiver(broker)
        let daemon = try Self.daemon(seconds: 900, speed: 50, mqtt: "port = \(broker.port)")
        try daemon.start()
        for _ in 0..<500 where receiver.report.journals.first.map({ $0.records < 20 }) ?? true { usleep(10_000) }
        daemon.terminate()
        #expect(daemon.wait() == 0, "\(daemon.log)")
        for _ in 0..<500 where receiver.report.journals.first?.isOnline != false { usleep(10_000) }
        #expect(receiver.report.journals.first?.isOnline == false)
        try Self.expectDelivered(receiver, daemon.journal)
    }

    @Test("a damaged recording gives what is readable, an error that names the line, and exit status 65")
    func damaged() throws {
        let daemon = try Self.daemon(seconds: 100, speed: 0, mqtt: "enabled = false")
        let file = daemon.folder.appendingPathComponent("recording.jsonl")
        let text = try String(contentsOf: file, encoding: .utf8)
        var lines = text.split(separator: "\n").map(String.init)
        lines[150] = #"{"t":"late"}"#
        try lines.joined(separator: "\n").write(to: file, atomically: true, encoding: .utf8)
        try daemon.start()
        #expect(daemon.wait() == 65)
        #expect(daemon.log.contains("line 151"))
        let reader = try JournalReader(path: daemon.journal)
        let samples = try reader.records(after: 0, limit: .max).filter { $0.kind == .samples }
        #expect(try samples.map { try SampleBlock(decoding: $0.body).count }.reduce(0, +) == 147)
    }

    @Test("a silent sensor alarms when its time has come, not when another event does (lesson 42)")
    func silence() throws {
        let daemon = try Self.daemon(seconds: 60, speed: 50, mqtt: "enabled = false")
        let file = daemon.folder.appendingPathComponent("recording.jsonl")
        var text = try String(contentsOf: file, encoding: .utf8)
        // The next event comes an hour of data later: more than a minute of this replay.
        text += #"{"link":"up","sensor":"C0:00:00:00:00:01","t":3700}"# + "\n"
        try text.write(to: file, atomically: true, encoding: .utf8)
        try daemon.start()
        var raised: Set<String> = []
        for _ in 0..<1_500 where !raised.isSuperset(of: ["signal-lost", "link-lost"]) {
            usleep(10_000)
            guard let reader = try? JournalReader(path: daemon.journal) else { continue }
            defer { try? reader.close() }
            raised = Set(try reader.records(after: 0, limit: .max).filter { $0.kind == .alarm }.map(\.subject))
        }
        #expect(raised.isSuperset(of: ["signal-lost", "link-lost"]))
        #expect(daemon.isRunning)
        daemon.terminate()
        #expect(daemon.wait() == 0, "\(daemon.log)")
    }

    @Test("a file that the configuration names and that is not there is told before anything starts")
    func missingFiles() throws {
        let daemon = try Self.daemon(
            seconds: 10, speed: 0, mqtt: "username = \"ward\"\npassword_file = \"FOLDER/nothing\"")
        try daemon.start(["--check"])
        #expect(daemon.wait() == 78)
        #expect(daemon.log.contains("mqtt.password_file names"))
        #expect(daemon.log.contains("which cannot be read; check the path and its permissions"))
        try daemon.start()
        #expect(daemon.wait() == 78)
    }

    @Test("a request key that proves nothing fails a check, and stops no gateway")
    func openRequestKey() throws {
        let daemon = try Self.daemon(seconds: 10, speed: 0, mqtt: "request_key_file = \"FOLDER/request.key\"")
        let path = daemon.folder.appendingPathComponent("request.key").path
        let content = Data(String(repeating: "5", count: 32).utf8)
        for (mode, fault) in [(0o644, "others may read it"), (0o600, "")] {
            #expect(
                FileManager.default.createFile(atPath: path, contents: content, attributes: [.posixPermissions: mode]))
            try daemon.start(["--check"])
            #expect(daemon.wait() == (fault.isEmpty ? 0 : 78), "\(daemon.log)")
            if !fault.isEmpty { #expect(daemon.log.contains(fault)) }
        }
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
        try daemon.start()
        var isTold = false
        for _ in 0..<1_000 where !isTold {
            isTold = daemon.log.contains("no request will be carried out")
            usleep(10_000)
        }
        #expect(isTold && daemon.isRunning, "\(daemon.log)")
        daemon.terminate()
        #expect(daemon.wait() == 0, "\(daemon.log)")
    }

    @Test("a check looks at the keys of the journal too, and makes none")
    func checkedKeys() throws {
        let keys = "[journal.seal]\nkey_file = \"FOLDER/seal.key\"\n[journal.sign]\nkey_file = \"FOLDER/sign.key\""
        let daemon = try Self.daemon(seconds: 10, speed: 0, mqtt: "enabled = false", rest: keys)
        let path = daemon.folder.appendingPathComponent("seal.key").path
        try daemon.start(["--check"])
        #expect(daemon.wait() == 78)
        #expect(daemon.log.contains("seal.key") && daemon.log.contains("No such file"))
        _ = try KeyFile.create(path)
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
        try daemon.start(["--check"])
        #expect(daemon.wait() == 78)
        #expect(daemon.log.contains("others may read it"))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
        try daemon.start(["--check"])
        #expect(daemon.wait() == 0, "\(daemon.log)")
        #expect(!FileManager.default.fileExists(atPath: daemon.folder.appendingPathComponent("sign.key").path))
    }

    @Test("patient values and secrets stay out of the log (section 3 of the design)")
    func logIsPrivate() throws {
        let daemon = try Self.daemon(
            seconds: 60, speed: 0, mqtt: "enabled = false\nusername = \"ward\"", rest: "[log]\nlevel = \"debug\"")
        let file = daemon.folder.appendingPathComponent("recording.jsonl")
        let handle = try FileHandle(forWritingTo: file)
        try handle.seekToEnd()
        // A malformed packet and a serial number, both of which a careless log would show.
        let odd = #"{"characteristic":"2A37","sensor":"C0:00:00:00:00:01","t":70,"value":"1ebeef"}"#
        let serial = #"{"characteristic":"2A25","sensor":"C0:00:00:00:00:01","t":71,"value":"53455249414c37"}"#
        try handle.write(contentsOf: Data((odd + "\n" + serial + "\n").utf8))
        try handle.close()
        try daemon.start()
        #expect(daemon.wait() == 0, "\(daemon.log)")
        #expect(daemon.log.contains("malformed packet kept raw"))
        for secret in ["beef", "SERIAL7", "53455249"] { #expect(!daemon.log.contains(secret)) }
    }
}
