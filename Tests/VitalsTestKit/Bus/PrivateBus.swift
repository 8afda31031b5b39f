import Foundation

/// A `dbus-daemon` of a test's own, with a policy that allows everything; it ends with this object.
public final class PrivateBus {
    /// Where clients connect, as `BusConnection(address:)` and `DBUS_SYSTEM_BUS_ADDRESS` take it.
    public private(set) var address = ""
    private let folder: URL
    private var daemon: Process?

    /// Starts the daemon and returns when it takes connections. A `policy` in the words of dbus-daemon(1) is added to the
    /// one that allows everything, such as `<deny send_destination="org.bluez"/>`. The names of `startable` can be started
    /// through the bus, by their commands.
    public init(policy: String = "", startable: [String: String] = [:]) throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("bus-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        for (name, command) in startable {
            try "[D-BUS Service]\nName=\(name)\nExec=\(command)\n"
                .write(to: folder.appendingPathComponent("\(name).service"), atomically: true, encoding: .utf8)
        }
        try Self.configuration(folder: folder, policy: policy)
            .write(to: folder.appendingPathComponent("bus.conf"), atomically: true, encoding: .utf8)
        try start()
    }

    deinit {
        stop()
        try? FileManager.default.removeItem(at: folder)
    }

    /// Starts the daemon again after `stop`, at the same address.
    public func start() throws {
        guard daemon == nil else { return }
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [
            "dbus-daemon", "--nofork", "--print-address=1",
            "--config-file=\(folder.appendingPathComponent("bus.conf").path)",
        ]
        process.standardOutput = output
        // As root it complains of limits that it may not raise, and goes on.
        let errors = folder.appendingPathComponent("errors")
        try Data().write(to: errors)
        process.standardError = try FileHandle(forWritingTo: errors)
        try process.runWithSignals()
        daemon = process
        // It prints its address when it listens, so reading the line is waiting for that.
        address = Self.line(of: output.fileHandleForReading)
        guard !address.isEmpty else {
            throw Failure.noAddress(try String(contentsOf: errors, encoding: .utf8))
        }
    }

    /// Ends the daemon, and every connection to it.
    public func stop() {
        guard let daemon else { return }
        daemon.terminate()
        daemon.waitUntilExit()
        self.daemon = nil
        try? FileManager.default.removeItem(at: folder.appendingPathComponent("socket"))
    }

    /// Why there is no bus.
    public enum Failure: Error {
        /// The daemon ended without saying where it listens, with these words. Is dbus-daemon installed?
        case noAddress(String)
    }

    private static func line(of handle: FileHandle) -> String {
        var bytes: [UInt8] = []
        while let byte = handle.readData(ofLength: 1).first, byte != UInt8(ascii: "\n") { bytes.append(byte) }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func configuration(folder: URL, policy: String) -> String {
        """
        <!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
         "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
        <busconfig>
          <listen>unix:path=\(folder.path)/socket</listen>
          <servicedir>\(folder.path)</servicedir>
          <auth>EXTERNAL</auth>
          <policy context="default">
            <allow user="*"/>
            <allow own="*"/>
            <allow send_destination="*" eavesdrop="false"/>
            <allow receive_sender="*"/>
            \(policy)
          </policy>
        </busconfig>
        """
    }
}
