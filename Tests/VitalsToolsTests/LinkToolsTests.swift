import Foundation
import Testing
import VitalsBlueZ
import VitalsCore
import VitalsDaemon
import VitalsModel
import VitalsStore
import VitalsSystemd
import VitalsTestKit

@testable import VitalsTools

/// `vitalsctl scan` and `vitalsctl sensors`.
@Suite("Link tools")
struct LinkToolsTests {
    private static let strap = SensorAddress(rawValue: 0xC000_0000_0001)
    private static let lamp = SensorAddress(rawValue: 0xC000_0000_0002)

    private static func heard(
        _ sensor: SensorAddress, _ rssi: Int8?, services: [UInt16] = [0x180D], name: String? = nil,
        isConnected: Bool = false
    ) -> LinkEvent {
        .advertised(
            Advertisement(
                sensor: sensor, adapter: AdapterIndex(0), name: name, services: services.map { BluetoothUUID($0) },
                rssi: rssi, isBonded: false, isConnected: isConnected))
    }

    @Test("A scan keeps the strongest signal, counts, and shows sensors alone unless asked for all")
    func scan() {
        var model = ScanModel()
        model.take(Self.heard(Self.strap, -80))
        model.take(Self.heard(Self.strap, -60, name: "Strap"))
        model.take(Self.heard(Self.strap, -90, services: []))
        model.take(Self.heard(Self.lamp, -40, services: [0x1815]))
        let sensors = model.devices(onlySensors: true)
        #expect(sensors.map(\.address) == [Self.strap])
        #expect(sensors.first?.rssi == -60 && sensors.first?.count == 3 && sensors.first?.name == "Strap")
        #expect(model.devices(onlySensors: false).map(\.address) == [Self.lamp, Self.strap])
    }

    @Test("What BlueZ only remembers is not there; what is connected is, though it is silent")
    func remembered() {
        var model = ScanModel()
        model.take(Self.heard(Self.strap, nil))
        #expect(model.devices(onlySensors: true).isEmpty)
        model.take(Self.heard(Self.strap, nil, isConnected: true))
        #expect(model.devices(onlySensors: true).map(\.isConnected) == [true])
    }

    @Test("A crowd of devices cannot exhaust the memory")
    func crowd() {
        var model = ScanModel()
        for number in 0..<UInt64(LinkLimits.heardMax + 100) {
            model.take(Self.heard(SensorAddress(rawValue: number), -50))
        }
        #expect(model.devices(onlySensors: true).count == LinkLimits.heardMax)
    }

    @Test("A scan through bluetoothd finds the sensors around, and leaves no discovery behind (lesson 3)")
    func scanThroughBlueZ() throws {
        let bus = try PrivateBus()
        let fake = try FakeBlueZ(address: bus.address, sensors: [.strap(1), .oximeter(2)])
        let loop = try EventLoop()
        let links = try BlueZLinks(loop: loop, settings: BlueZSettings()) {
            try BusConnection(address: bus.address, loop: loop)
        }
        let output = MemoryOutput()
        let options = ScanOptions(seconds: 2, adapter: nil, showsAll: false, isJSON: true, backend: .bluez)
        try Scan(options, loop: loop, links: links, output: output, size: nil).run()
        #expect(output.lines.count == 2)
        #expect(output.text.contains("\"address\":\"\(VirtualSensor.address(1))\""))
        #expect(output.text.contains("\"services\":[\"1822\""))
        // The last calls have left this process; the other side has a moment to carry them out.
        for _ in 0..<500 where !fake.snapshot.discovering.isEmpty { usleep(10_000) }
        #expect(fake.snapshot.discovering.isEmpty && fake.snapshot.linked.isEmpty)
    }

    private static func record(
        _ sequence: UInt64, _ kind: RecordKind, _ body: String, subject: String = "",
        sensor: SensorAddress? = Self.strap
    ) -> Record {
        let time = Int64(sequence) * 1_000_000
        return Record(
            sequence: sequence, kind: kind, sensor: sensor,
            stamp: Stamp(
                monotonic: MonotonicTime(microseconds: time), wall: WallTime(microseconds: time), isSynchronised: true),
            subject: subject, body: Array(body.utf8))
    }

    @Test("The state of a sensor's link is that of the last run: link, recovery, battery, alarms, and no value")
    func sensors() throws {
        let bench = try Workbench()
        let path = bench.path("journal.db")
        let journal = try Journal(path: path, gateway: "g", created: WallTime(microseconds: 0))
        try journal.append([
            Self.record(1, .start, "{}", sensor: nil),
            Self.record(2, .alarm, #"{"state":"raised"}"#, subject: "sensor-off"),
            Self.record(3, .start, "{}", sensor: nil),
            Self.record(4, .link, #"{"state":"up"}"#),
            Self.record(5, .device, #"{"value":"H10\u001b[2J"}"#, subject: "2a24"),
            Self.record(6, .device, #"{"value":87}"#, subject: "2a19"),
            Self.record(7, .link, #"{"count":1,"step":"resubscribe"}"#, subject: "recovery"),
            Self.record(8, .link, #"{"adapter":"hci0","rssi":-61}"#, subject: "quality"),
            Self.record(9, .absence, #"{"state":"link-down"}"#, subject: "heart-rate"),
            Self.record(10, .link, #"{"reason":"remote","state":"down"}"#),
            Self.record(11, .alarm, #"{"state":"raised"}"#, subject: "link-lost"),
            Self.record(12, .alarm, #"{"state":"raised"}"#, subject: "adapter-missing", sensor: nil),
        ])
        try journal.close()
        let output = MemoryOutput()
        try SensorsReport(journal: path, now: WallTime(microseconds: 20_000_000)).write(to: output)
        let lines = output.text.split(separator: "\n").map(String.init)
        #expect(lines.count == 3)
        let row = lines[1].split(separator: "  ", omittingEmptySubsequences: true)
            .map { $0.trimmingCharacters(in: .whitespaces) }
        #expect(
            row == [
                "C0:00:00:00:00:01", "down (remote)", "10.0 s", "—", "1", "-61 dBm", "87 %", "H10?[2J", "—",
                "resubscribe 1", "heart-rate link-down", "link-lost",
            ])
        #expect(lines[2] == "1 sensor; last record 8.0 s ago; gateway: adapter-missing")
    }
}
