import Foundation
import Testing
import VitalsTestKit

/// What the service manager sees of the daemon (sd_notify(3)), and what it allows it (systemd.exec(5)).
@Suite("Service", .serialized)
struct ServiceManagerTests {
    /// A datagram socket that takes the place of the service manager's.
    final class NotifySocket {
        private let descriptor: Int32

        init(path: String) throws {
            descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
            var address = sockaddr_un()
            address.sun_family = sa_family_t(AF_UNIX)
            let bytes = Array(path.utf8)
            unsafe withUnsafeMutableBytes(of: &address.sun_path) { field in
                for (index, byte) in bytes.enumerated() where index < field.count - 1 { unsafe field[index] = byte }
            }
            let result = unsafe withUnsafePointer(to: &address) { pointer in
                unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    unsafe bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
                }
            }
            try #require(result == 0)
        }

        deinit { close(descriptor) }

        /// The next messages, until one holds the text; nil when so many milliseconds bring none.
        func wait(for text: String, milliseconds: Int32 = 10_000) -> String? {
            for _ in 0..<1_000 {
                var poll = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
                guard unsafe Foundation.poll(&poll, 1, milliseconds) == 1 else { return nil }
                var buffer = [UInt8](repeating: 0, count: 4_096)
                let count = unsafe recv(descriptor, &buffer, buffer.count, 0)
                let message = String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
                if message.contains(text) { return message }
            }
            return nil
        }
    }

    @Test("it says when it is ready, feeds the watchdog, and says when it stops")
    func notifications() throws {
        let daemon = try DaemonTests.daemon(
            seconds: 300, speed: 20, mqtt: "enabled = false", source: "at_end = \"stay\"")
        let path = daemon.folder.appendingPathComponent("notify").path
        let socket = try NotifySocket(path: path)
        try daemon.start(environment: ["NOTIFY_SOCKET": path, "WATCHDOG_USEC": "400000"])
        #expect(socket.wait(for: "READY=1") != nil, "\(daemon.log)")
        #expect(socket.wait(for: "WATCHDOG=1") != nil)
        #expect(socket.wait(for: "WATCHDOG=1") != nil)
        daemon.terminate()
        #expect(socket.wait(for: "STOPPING=1") != nil)
        #expect(daemon.wait() == 0, "\(daemon.log)")
    }

    @Test("the unit is hardened: systemd finds an exposure of at most 1.0")
    func exposure() throws {
        let tool = URL(fileURLWithPath: "/usr/bin/systemd-analyze")
        guard FileManager.default.isExecutableFile(atPath: tool.path) else {
            FileHandle.standardError.write(Data("SKIPPED: systemd-analyze is absent, the unit is not analysed\n".utf8))
            return
        }
        let unit = TestData.root.appendingPathComponent("systemd/vitalsd.service")
        let child = Process()
        let pipe = Pipe()
        child.executableURL = tool
        child.arguments = ["security", "--offline=yes", "--no-pager", "--threshold=10", unit.path]
        child.standardOutput = pipe
        child.standardError = pipe
        try child.run()
        let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        child.waitUntilExit()
        #expect(child.terminationStatus == 0, "\(text.suffix(300))")
        #expect(text.contains("Overall exposure level for vitalsd.service"))
    }
}
