public import Foundation
import Synchronization
public import VitalsMQTT
import VitalsModel

/// A real mosquitto on a free loopback port, in a folder of its own; both are gone when the object is.
public final class MosquittoBroker: TestBroker {
    /// Whether the broker is installed; said once on standard error when it is not.
    public static let isInstalled: Bool = {
        if FileManager.default.isExecutableFile(atPath: executable) { return true }
        FileHandle.standardError.write(
            Data("SKIPPED: \(executable) is absent, so the tests of a real broker do not run\n".utf8))
        return false
    }()

    private static let executable = "/usr/sbin/mosquitto"

    /// The folder of its configuration; files for `configuration` may be put there.
    public let folder: URL
    /// The port it listens on.
    public let port: UInt16
    private let configuration: Mutex<[String]>
    private let process = Mutex<Process?>(nil)

    /// Starts a broker with further lines of mosquitto.conf(5). `prepare` may put files into its folder first.
    public init(
        _ options: TestBrokerOptions = TestBrokerOptions(), lines: [String] = ["allow_anonymous true"],
        prepare: (URL) throws -> Void = { _ in }
    ) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("vitals-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        self.folder = folder
        port = try LoopbackPort.free()
        try prepare(folder)
        var lines = lines.map { $0.replacingOccurrences(of: "FOLDER", with: folder.path) }
        if let maximum = options.receiveMaximum { lines.append("max_inflight_messages \(maximum)") }
        if !options.isRetainAvailable { lines.append("retain_available false") }
        if options.maximumQoS < 2 { lines.append("max_qos \(options.maximumQoS)") }
        configuration = Mutex(lines)
        try start()
    }

    deinit {
        stop()
        try? FileManager.default.removeItem(at: folder)
    }

    /// Settings that reach it, with short delays.
    public func settings(clientID: String) -> MQTTSettings {
        var settings = MQTTSettings(host: "127.0.0.1", port: port, clientID: clientID, seed: 1)
        settings.reconnectDelayMin = .milliseconds(20)
        settings.reconnectDelayMax = .milliseconds(200)
        return settings
    }

    /// libmosquitto.
    public func makeTransport(_ settings: MQTTSettings) -> any MQTTTransport { MosquittoTransport(settings: settings) }

    /// Runs the broker, and returns when it takes connections.
    public func start() throws {
        // 0, which means no bound, makes 2.0.11 close the connection of a client whose publication it denies.
        let lines = ["listener \(port) 127.0.0.1", "persistence false", "max_queued_messages 1000000"]
        let file = folder.appendingPathComponent("mosquitto.conf")
        // Debian's mosquitto gives up root's rights, so as root it is told to keep them.
        let all = lines + configuration.withLock(\.self) + (getuid() == 0 ? ["user root"] : [])
        try all.joined(separator: "\n").appending("\n").write(to: file, atomically: true, encoding: .utf8)
        let child = Process()
        child.executableURL = URL(fileURLWithPath: Self.executable)
        child.arguments = ["-c", file.path]
        child.standardOutput = FileHandle.nullDevice
        child.standardError = try log()
        try child.runWithSignals()
        process.withLock { $0 = child }
        for _ in 0..<1_000 {
            if LoopbackPort.answers(port) { return }
            guard child.isRunning else { break }
            usleep(10_000)
        }
        let text = (try? String(contentsOf: folder.appendingPathComponent("log"), encoding: .utf8)) ?? ""
        throw MQTTError(.system, operation: "start mosquitto", message: text)
    }

    /// Kills it without notice.
    public func stop() {
        guard let child = process.withLock({ $0.take() }) else { return }
        kill(child.processIdentifier, SIGKILL)
        child.waitUntilExit()
    }

    /// Ends it in order.
    public func terminate() {
        guard let child = process.withLock({ $0.take() }) else { return }
        child.terminate()
        child.waitUntilExit()
    }

    /// Freezes it, or lets it go on: its sockets stay open all the while.
    public func freeze(_ isFrozen: Bool) { signal(isFrozen ? SIGSTOP : SIGCONT) }

    /// Has it read its password file and access list anew.
    public func reload() { signal(SIGHUP) }

    private func signal(_ number: Int32) {
        process.withLock { child in
            if let child { kill(child.processIdentifier, number) }
        }
    }

    private func log() throws -> FileHandle {
        let file = folder.appendingPathComponent("log")
        _ = FileManager.default.createFile(atPath: file.path, contents: nil)
        return try FileHandle(forWritingTo: file)
    }
}
