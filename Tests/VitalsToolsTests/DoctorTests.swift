import Foundation
import Testing
import VitalsCore
import VitalsDaemon
import VitalsModel
import VitalsTestKit

@testable import VitalsTools

/// What `vitalsctl doctor` says of machines that lack something (lesson 20).
@Suite("Doctor")
struct DoctorTests {
    let bench: Workbench

    init() throws { bench = try Workbench() }

    private func make(_ path: String, _ text: String = "") throws {
        let url = URL(fileURLWithPath: bench.path("root") + path)
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: url)
    }

    private func bus(_ address: String, _ source: BluetoothSource? = nil) -> [Diagnosis] {
        BusCheck(source: source, address: address).examine()
    }

    private static func find(_ subject: String, _ diagnoses: [Diagnosis]) -> Diagnosis? {
        diagnoses.first { $0.subject == subject }
    }

    @Test("A machine without an adapter, one that is blocked, and one that is well")
    func kernel() throws {
        #expect(Self.find("adapter", KernelCheck(root: bench.path("root")).examine())?.verdict == .fault)
        try make("/sys/class/bluetooth/hci0/address")
        try make("/sys/class/rfkill/rfkill0/type", "bluetooth\n")
        try make("/sys/class/rfkill/rfkill0/name", "hci0\n")
        try make("/sys/class/rfkill/rfkill0/soft", "1\n")
        let blocked = KernelCheck(root: bench.path("root")).examine()
        #expect(blocked.contains(.good("adapter", "hci0")))
        #expect(blocked.contains(.fault("rfkill", "hci0 is blocked", mend: "rfkill unblock bluetooth")))
        try make("/sys/class/rfkill/rfkill0/soft", "0\n")
        #expect(KernelCheck(root: bench.path("root")).examine().allSatisfy { $0.verdict == .good })
    }

    @Test("No bus, no bluetoothd, and a bluetoothd that answers")
    func bluetoothd() throws {
        #expect(Self.find("D-Bus", bus("unix:path=\(bench.path("nowhere"))"))?.verdict == .fault)
        let bus = try PrivateBus()
        let absent = Self.find("bluetoothd", self.bus(bus.address))
        #expect(absent?.verdict == .fault)
        #expect(absent?.remedy?.contains("systemctl enable --now bluetooth") == true)
        let fake = try FakeBlueZ(address: bus.address, sensors: [.strap(1)])
        let diagnoses = self.bus(bus.address)
        #expect(diagnoses.contains(.good("bluetoothd", "answers")))
        #expect(Self.find("hci0", diagnoses)?.verdict == .good)
        #expect(Self.find("clock", diagnoses)?.verdict == .unknown)
        #expect(fake.snapshot.isRunning)
    }

    @Test("A policy that forbids the call is named with the file that allows it (lesson 20)")
    func policy() throws {
        let bus = try PrivateBus(policy: "<deny send_destination=\"org.bluez\"/>")
        let fake = try FakeBlueZ(address: bus.address, sensors: [])
        let denied = Self.find("D-Bus policy", self.bus(bus.address))
        #expect(denied?.verdict == .fault)
        #expect(denied?.remedy?.contains("config/dbus/vitalsd.conf") == true)
        #expect(fake.snapshot.isRunning)
    }

    @Test("An adapter that the configuration names and that is not there is a fault")
    func missingAdapter() throws {
        let bus = try PrivateBus()
        let fake = try FakeBlueZ(address: bus.address, sensors: [])
        let file = try bench.file(
            "vitalsd.toml", "[bluetooth]\nadapters = [\"hci7\"]\n[[sensor]]\naddress = \"C0:00:00:00:00:01\"\n")
        guard case .bluetooth(let source) = try DaemonConfiguration(file: file).source else {
            Issue.record("not live")
            return
        }
        let diagnoses = self.bus(bus.address, source)
        #expect(diagnoses.contains { $0.verdict == .fault && $0.finding == "hci7 of the configuration is not there" })
        #expect(fake.snapshot.isRunning)
    }

    @Test("A configuration that cannot be read is a fault, and secrets that all can read are a warning")
    func configuration() throws {
        let broken = try bench.file("broken.toml", "[bluetooth]\nslot = 2\n")
        #expect(ConfigurationCheck(file: broken, isNamed: true).examine().1.first?.verdict == .fault)
        let text = "[[sensor]]\naddress = \"C0:00:00:00:00:01\"\npasskey = 123456\n"
        let open = try bench.file("open.toml", text)
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: open)
        let (read, diagnoses) = ConfigurationCheck(file: open, isNamed: true).examine()
        #expect(read != nil)
        #expect(Self.find("secrets", diagnoses)?.remedy == "chmod 600 \(open)")
        #expect(!diagnoses.contains { $0.finding.contains("123456") })
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: open)
        #expect(Self.find("secrets", ConfigurationCheck(file: open, isNamed: true).examine().1) == nil)
        #expect(
            ConfigurationCheck(file: bench.path("none.toml"), isNamed: false).examine().1.first?.verdict == .warning)
    }

    @Test("A broker that is not there is a fault with its address")
    func broker() throws {
        let file = try bench.file(
            "vitalsd.toml", "[mqtt]\nhost = \"127.0.0.1\"\nport = 1\n[[sensor]]\naddress = \"C0:00:00:00:00:01\"\n")
        let diagnosis = BrokerCheck(configuration: try DaemonConfiguration(file: file)).examine().first
        #expect(diagnosis?.verdict == .fault)
        #expect(diagnosis?.finding.hasPrefix("127.0.0.1:1") == true)
    }

    @Test("Each fault stands with what mends it, and the last line counts them")
    func text() {
        let text = Doctor.text([
            .good("disk", "9 GiB free"), .fault("rfkill", "hci0 is blocked", mend: "rfkill unblock bluetooth"),
        ])
        #expect(
            text == """
                ok     disk    9 GiB free
                FAULT  rfkill  hci0 is blocked
                               mend: rfkill unblock bluetooth
                1 fault, 0 warnings

                """)
    }
}
