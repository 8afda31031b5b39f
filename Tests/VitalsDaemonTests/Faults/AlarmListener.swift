import Foundation
import VitalsTestKit

/// Hears at the broker which alarms a gateway raises and ends, and when.
final class AlarmListener {
    /// Whether the program that listens is installed; said when it is not.
    static let isInstalled: Bool = {
        if FileManager.default.isExecutableFile(atPath: program) { return true }
        FileHandle.standardError.write(
            Data("SKIPPED: \(program) is absent (mosquitto-clients), so nobody listens for alarms\n".utf8))
        return false
    }()

    private static let program = "/usr/bin/mosquitto_sub"

    /// An alarm as it arrived.
    struct Alarm {
        /// Seconds of the wall clock.
        let arrived: Double
        let topic: String
        let state: String
        /// The data time that it is of, in seconds.
        let time: Double
    }

    private let child = Process()
    private let output: URL

    init(_ broker: MosquittoBroker, gateway: String = "test") throws {
        output = broker.folder.appendingPathComponent("alarms")
        _ = FileManager.default.createFile(atPath: output.path, contents: nil)
        child.executableURL = URL(fileURLWithPath: Self.program)
        child.arguments = [
            "-h", "127.0.0.1", "-p", "\(broker.port)", "-q", "1", "-F", "%U %t %p", "-t",
            "vitals/v1/\(gateway)/+/alarms/+", "-t", "vitals/v1/\(gateway)/alarms/+",
        ]
        child.standardOutput = try FileHandle(forWritingTo: output)
        child.standardError = FileHandle.nullDevice
        try child.runWithSignals()
    }

    deinit {
        child.terminate()
        child.waitUntilExit()
    }

    /// All that arrived, in the order of its arrival.
    var alarms: [Alarm] {
        let text = (try? String(contentsOf: output, encoding: .utf8)) ?? ""
        return text.split(separator: "\n").compactMap { line in
            let parts = line.split(separator: " ", maxSplits: 2)
            guard parts.count == 3, let arrived = Double(parts[0]),
                let object = try? JSONSerialization.jsonObject(with: Data(parts[2].utf8)) as? [String: Any],
                let monotonic = object["monotonic"] as? NSNumber,
                let state = (object["record"] as? [String: Any])?["state"] as? String
            else { return nil }
            return Alarm(arrived: arrived, topic: String(parts[1]), state: state, time: monotonic.doubleValue / 1e6)
        }
    }

    /// Waits for up to half a minute until so many have arrived.
    func wait(count: Int) -> Bool {
        for _ in 0..<3_000 {
            if alarms.count >= count { return true }
            usleep(10_000)
        }
        return false
    }

    /// How much later than the quickest alarm the slowest of these came, in seconds, when data pass so many times as fast as
    /// time.
    func lateness(of late: some Sequence<Alarm>, speed: Double) -> Double {
        let delays = alarms.map { $0.arrived - $0.time / speed }
        let worst = late.map { $0.arrived - $0.time / speed }.max() ?? 0
        return worst - (delays.min() ?? 0)
    }
}
