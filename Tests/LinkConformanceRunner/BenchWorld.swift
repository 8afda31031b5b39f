import Foundation
import VitalsCore
import VitalsModel
import VitalsSystemd
import VitalsTestKit

/// The bench's virtual machine: its sensors are played by a program on the host, which is spoken to over a virtual port
/// (Tests/Bench/bench/world.py), and its bluetoothd is a unit of systemd.
final class BenchWorld: LinkWorld {
    let adapter = AdapterIndex(0)
    let strap = VirtualSensor.address(1)
    let oximeter = VirtualSensor.address(2)
    let bonding: SensorAddress? = nil
    let abilities: Set<LinkAbility>
    /// The processor is emulated, and bluetoothd takes two seconds to end a link.
    let reconnections = 5
    /// Four periods of a sensor.
    let silence = MonotonicTime.Span.seconds(2)
    private let loop: EventLoop
    private let make: (EventLoop) throws -> any LinkPort
    private let port: FileHandle

    /// What the world cannot do.
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    init(abilities: Set<LinkAbility>, make: @escaping (EventLoop) throws -> any LinkPort) throws {
        self.abilities = abilities
        self.make = make
        loop = try EventLoop()
        let path = "/dev/virtio-ports/bench.world"
        guard let port = FileHandle(forUpdatingAtPath: path) else {
            throw Failure(description: "\(path) cannot be opened: this runs in the bench's virtual machine")
        }
        self.port = port
    }

    func makeLinks() throws -> any LinkPort {
        // Sensors that the one before left connected are heard again only after their links have ended.
        for sensor in [strap, oximeter] {
            _ = try loop.pass(LinkWatch.patience) {
                (try? ask(["do": "state", "sensor": sensor.description]))?["connected"] as? Bool == false
            }
        }
        return try make(loop)
    }

    func pass(_ atMost: MonotonicTime.Span, until condition: () -> Bool) throws -> Bool {
        try loop.pass(atMost, until: condition)
    }

    func order(_ order: LinkOrder) {
        switch order {
        case .drop(let sensor): _ = try? ask(["do": "drop", "sensor": sensor.description])
        case .killService: systemctl("kill", "--signal=KILL", "bluetooth.service")
        case .stopService: systemctl("stop", "bluetooth.service")
        case .startService:
            systemctl("reset-failed", "bluetooth.service")
            systemctl("start", "bluetooth.service")
        default: break
        }
    }

    func sent(_ sensor: SensorAddress, _ uuid: BluetoothUUID) -> [[UInt8]]? {
        let answer = try? ask(["do": "sent", "sensor": sensor.description, "characteristic": uuid.description])
        return (answer?["values"] as? [String])?.map(Self.bytes)
    }

    /// Asks the sensors' side, a line for a line.
    private func ask(_ request: [String: String]) throws -> [String: Any] {
        try port.write(contentsOf: JSONSerialization.data(withJSONObject: request) + [UInt8(ascii: "\n")])
        var line = Data()
        while let byte = try port.read(upToCount: 1)?.first, byte != UInt8(ascii: "\n") { line.append(byte) }
        let answer = try JSONSerialization.jsonObject(with: line) as? [String: Any] ?? [:]
        guard answer["ok"] as? Bool == true else {
            throw Failure(description: "\(request): \(answer["error"] ?? "no answer")")
        }
        return answer
    }

    private func systemctl(_ words: String...) {
        let child = Process()
        child.executableURL = URL(fileURLWithPath: "/usr/bin/systemctl")
        child.arguments = words
        guard (try? child.runWithSignals()) != nil else { return }
        child.waitUntilExit()
    }

    private static func bytes(_ hex: String) -> [UInt8] {
        let digits = Array(hex)
        return stride(from: 0, to: digits.count - 1, by: 2).compactMap { UInt8(String(digits[$0...$0 + 1]), radix: 16) }
    }
}
