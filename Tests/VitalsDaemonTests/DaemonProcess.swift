import Foundation
import VitalsModel
import VitalsTestKit

/// The real `vitalsd`, as it was built beside these tests, with a folder of its own.
final class DaemonProcess {
    /// Its folder, gone with the object.
    let folder: URL
    private let configuration: URL
    private var child: Process?

    init(configuration text: String) throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("vitalsd-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        configuration = folder.appendingPathComponent("vitalsd.toml")
        try configure(text)
    }

    /// Gives its next start another configuration.
    func configure(_ text: String) throws {
        try text.replacingOccurrences(of: "FOLDER", with: folder.path)
            .write(to: configuration, atomically: true, encoding: .utf8)
    }

    deinit {
        kill()
        try? FileManager.default.removeItem(at: folder)
    }

    var journal: String { folder.appendingPathComponent("journal.db").path }

    /// What it wrote to standard error, in all its lives.
    var log: String { (try? String(contentsOf: folder.appendingPathComponent("log"), encoding: .utf8)) ?? "" }

    /// Its number, while it runs.
    var number: Int32 { child?.processIdentifier ?? 0 }

    var isRunning: Bool { child?.isRunning == true }

    func start(_ arguments: [String] = [], environment: [String: String] = [:]) throws {
        let file = folder.appendingPathComponent("log")
        if !FileManager.default.fileExists(atPath: file.path) {
            _ = FileManager.default.createFile(atPath: file.path, contents: nil)
        }
        let handle = try FileHandle(forWritingTo: file)
        try handle.seekToEnd()
        let child = Process()
        child.executableURL = TestData.program("vitalsd")
        child.arguments = ["--config", configuration.path] + arguments
        child.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        child.currentDirectoryURL = folder
        child.standardError = handle
        child.standardOutput = FileHandle.nullDevice
        try child.runWithSignals()
        self.child = child
    }

    /// Waits for its end and returns the exit status.
    func wait() -> Int32 {
        child?.waitUntilExit()
        return child?.terminationStatus ?? -1
    }

    /// Asks it to stop, as the service manager does.
    func terminate() { child?.terminate() }

    /// Kills it without notice.
    func kill(_ signal: Int32 = SIGKILL) {
        guard let child, child.isRunning else { return }
        Foundation.kill(child.processIdentifier, signal)
        child.waitUntilExit()
    }
}

/// A small recording of two sensors, as a file.
enum SmallCapture {
    /// A strap and an oximeter at 1 Hz, with a fall of SpO2, a fast heart and a link loss.
    static func write(to url: URL, seconds: Int) throws {
        var lines = [#"{"format":"vitals-capture","start":"2026-11-21T07:30:00.000Z","version":1}"#]
        lines.append(#"{"link":"up","sensor":"C0:00:00:00:00:01","t":0.1}"#)
        lines.append(#"{"link":"up","sensor":"C0:00:00:00:00:02","t":0.2}"#)
        for second in 1...seconds {
            let rate = (200..<260).contains(second % 400) ? 150 : 60 + second % 7
            let rr = 61_440 / rate + second % 5
            let packet = Hex.string([0x16, UInt8(rate), UInt8(rr & 255), UInt8(rr >> 8)])
            lines.append(
                #"{"characteristic":"2A37","sensor":"C0:00:00:00:00:01","t":\#(second).25,"value":"\#(packet)"}"#)
            let spO2: UInt8 = (100..<140).contains(second % 300) ? 82 : 97
            let oximetry = Hex.string([0x10, spO2, 0, UInt8(rate), 0, UInt8(60 + second % 9), 0xF1])
            lines.append(
                #"{"characteristic":"2A5F","sensor":"C0:00:00:00:00:02","t":\#(second).5,"value":"\#(oximetry)"}"#)
        }
        lines.append(
            #"{"link":"down","reason":"supervision-timeout","sensor":"C0:00:00:00:00:01","t":\#(seconds + 1)}"#)
        try (lines.joined(separator: "\n") + "\n").write(to: url, atomically: true, encoding: .utf8)
    }
}
