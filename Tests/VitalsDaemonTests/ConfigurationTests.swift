import Foundation
import Testing
import VitalsCore
import VitalsDetection
import VitalsMQTT
import VitalsModel
import VitalsTestKit

@testable import VitalsDaemon

@Suite("Configuration")
struct ConfigurationTests {
    static func read(_ text: String) throws -> DaemonConfiguration {
        try DaemonConfiguration(TOMLDocument(file: "vitalsd.toml", text: text))
    }

    static func message(_ text: String) -> String {
        do {
            _ = try read(text)
            return ""
        } catch {
            return "\(error)"
        }
    }

    @Test("config/vitalsd.toml is what the program prints, and is read without a change")
    func template() throws {
        let file = TestData.root.appendingPathComponent("config/vitalsd.toml")
        let text = try String(contentsOf: file, encoding: .utf8)
        #expect(text == ConfigurationTemplate.text, "run: vitalsd --print-config > config/vitalsd.toml")
        // Uncommented, it is the default configuration, up to the example of a sensor.
        let general = text.prefix(through: try #require(text.range(of: "#[[sensor]]")).lowerBound)
        let active = general.split(separator: "\n", omittingEmptySubsequences: false)
            .map {
                $0.hasPrefix("#") && $0.contains(" = ") && !$0.hasPrefix("# ") ? String($0.dropFirst()) : String($0)
            }
            .joined(separator: "\n").replacingOccurrences(of: "kind = \"bluetooth\"", with: "kind = \"replay\"")
            .replacingOccurrences(of: "path = \"\"", with: "path = \"x\"")
        let all = try Self.read(active)
        let none = try Self.read("[source]\npath = \"x\"")
        #expect(all.engine == none.engine)
        #expect(all.uplink?.mqtt.host == none.uplink?.mqtt.host)
        #expect(all.journalPath == none.journalPath)
    }

    @Test(
        "Text that the TOML parser would end the process at is refused with its line",
        arguments: [
            "[source]\npath = \"x\"\n[=]\n", "[source]\npath = \"x\"\n[[ #a]]\n",
            "[source]\npath = \"x\"\nspeed = ,\nat_end = 1",
            "[source]\npath = \"x\"\nspeed = -:30\n", "[source]\npath = \"x\"\nat\u{0}_end = 3\n[gateway]\nid = 3",
        ])
    func unanswered(text: String) {
        #expect(Self.message(text).hasPrefix("vitalsd.toml:3: this is not TOML"))
    }

    private static let sensor = "[[sensor]]\naddress = \"C0:00:00:00:00:01\"\n"

    @Test("Live sensors are the default, and every key of a link reaches it")
    func bluetooth() throws {
        guard case .bluetooth(let plain) = try Self.read(Self.sensor).source else {
            Issue.record("not live")
            return
        }
        let address = try #require(SensorAddress("C0:00:00:00:00:01"))
        var standard = LinkConfiguration()
        standard.sensors[address] = SensorLink()
        #expect(plain.links == standard)
        #expect(plain.backend == .bluez && plain.passkeys.isEmpty && plain.freezeFolder == nil)
        let text = """
            [bluetooth]
            backend = "att"
            adapters = ["hci1", "00:1A:7D:DA:71:13"]
            slots = 3
            rotation_seconds = 60
            admit_bonded = true
            admit_services = ["180D"]
            stale_seconds = 4
            adapter_silence_seconds = 30
            reset_folder = "/run/vitalsd/adapter-reset"
            quality_seconds = 60
            [recorder]
            freeze_folder = "/run/vitalsd/freeze"
            \(Self.sensor)priority = 9
            bond_required = true
            passkey = 123456
            notify = "acquire-notify"
            fetch_stored_records = false
            delete_stored_records = true
            set_clock = true
            """
        guard case .bluetooth(let source) = try Self.read(text).source else {
            Issue.record("not live")
            return
        }
        var links = LinkConfiguration()
        links.adapters = [.index(AdapterIndex(1)), .address(SensorAddress(rawValue: 0x001A_7DDA_7113))]
        links.slots = 3
        links.rotation = .seconds(60)
        links.admitsBonded = true
        links.admittedServices = [BluetoothUUID(0x180D)]
        links.stale = .seconds(4)
        links.adapterSilence = .seconds(30)
        links.resetsAdapter = true
        links.qualityInterval = .seconds(60)
        var link = SensorLink()
        link.priority = 9
        link.requiresBond = true
        link.method = .acquireNotify
        link.fetchesStoredRecords = false
        link.deletesStoredRecords = true
        link.setsClock = true
        links.sensors[address] = link
        #expect(source.links == links)
        #expect(source.backend == .att)
        #expect(source.passkeys == [address: 123_456])
        #expect(source.resetFolder == "/run/vitalsd/adapter-reset")
        #expect(source.freezeFolder == "/run/vitalsd/freeze")
    }

    @Test(
        "every fault is told with its line and the remedy",
        arguments: [
            ("[source]\npath = \"x\"\nsped = 2", "vitalsd.toml:3: unknown key 'sped'; did you mean 'speed'?"),
            (
                "[source]\npath = \"x\"\n[mqtt]\nhots = \"b\"",
                "vitalsd.toml:4: unknown key 'hots'; did you mean 'host'?"
            ),
            (
                "[sauce]\npath = \"x\"", "vitalsd.toml:1: there is no table [sauce]; did you mean [source]?"
            ),
            ("[source]\npath = 3", "vitalsd.toml:2: 'path' must be a string in quotes"),
            (
                "[source]\npath = \"x\"\n[journal]\nblock_seconds = 0",
                "vitalsd.toml:4: 'block_seconds' must be a whole number from 1 to 300 (s)"
            ),
            (
                "[source]\npath = \"x\"\nspeed = -1",
                "vitalsd.toml:3: 'speed' must be a number from 0.0 to 1000000.0 (times real time)"
            ),
            (
                "[source]\npath = \"x\"\nat_end = \"die\"",
                "vitalsd.toml:3: 'at_end' must be one of \"exit\", \"stay\""
            ),
            ("[gateway]\nid = \"a/b\"", "vitalsd.toml:2: 'id' must be 1 to 64 letters, digits, '_' or '-'"),
            ("[source]\nspeed = 1", "vitalsd.toml:1: 'path' of [source] must name a capture"),
            (
                "[source]\nkind = \"bluetooth\"\npath = \"x\"",
                "vitalsd.toml:3: 'path' is for recordings: leave it out, or set kind = \"replay\""
            ),
            (
                "[bluetooth]\nadapters = [\"usb0\"]",
                "vitalsd.toml:2: 'adapters' holds \"usb0\", which must be an adapter such as \"hci0\", or its address"
            ),
            (
                "[bluetooth]\nslots = 2",
                "vitalsd.toml:1: no sensor may be connected to: add a [[sensor]] with its 'address' (vitalsctl scan "
                    + "shows those around), or set 'admit_bonded' or 'admit_services' of [bluetooth]"
            ),
            (
                "[source]\npath = \"x\"\n[[sensor]]\nheart_rate_low = 30",
                "vitalsd.toml:3: a [[sensor]] needs its 'address', such as \"C0:00:00:00:00:01\""
            ),
            (
                "[source]\npath = \"x\"\n[[sensor]]\naddress = \"C0\"",
                "vitalsd.toml:4: 'address' must be a Bluetooth address such as \"C0:00:00:00:00:01\""
            ),
            (
                "[source]\npath = \"x\"\n[[sensor]]\naddress = \"C0:00:00:00:00:01\"\nspo2_lo = 80",
                "vitalsd.toml:5: unknown key 'spo2_lo'; did you mean 'spo2_low'?"
            ),
            (
                "[source]\npath = \"x\"\n[detection.heart_rate]\nlow = 140",
                "vitalsd.toml:4: the low limit of the heart rate must lie below the high one"
            ),
            (
                "[source]\npath = \"x\"\n[mqtt]\npassword_file = \"p\"",
                "vitalsd.toml:3: MQTT settings: a password needs a user name (MQTT 3.1.1 allows it only with one)"
            ),
            (
                "sped = 1\n[source]\npath = \"x\"",
                "vitalsd.toml:1: unknown key 'sped'; it needs a table, such as [gateway]"
            ),
        ])
    func faults(text: String, message: String) {
        #expect(Self.message(text) == message)
    }

    @Test("text that is no TOML is told with its line")
    func notTOML() {
        #expect(Self.message("[source]\npath = ").hasPrefix("vitalsd.toml:2: this is not TOML"))
    }

    @Test("a sensor's own limits stand beside those of all others")
    func sensors() throws {
        let configuration = try Self.read(
            """
            [source]
            path = "x"
            [detection.heart_rate]
            low = 45
            [detection.spo2]
            saturation_seconds = 0
            [[sensor]]
            address = "C0:00:00:00:00:01"
            heart_rate_low = 35
            spo2_low = 88
            [[sensor]]
            address = "C0:00:00:00:00:02"
            heart_rate_delay_beats = 0
            """)
        let address = try #require(SensorAddress("C0:00:00:00:00:01"))
        let other = try #require(SensorAddress("C0:00:00:00:00:02"))
        let engine = configuration.engine
        #expect(engine.standard.heartRateLow.limit == 45_00)
        #expect(engine.standard.saturationSeconds == nil)
        #expect(engine.configuration(of: address).heartRateLow.limit == 35_00)
        #expect(engine.configuration(of: address).spO2Low.limit == 88_00)
        #expect(engine.configuration(of: other).heartRateLow.beats == nil)
        #expect(engine.configuration(of: other).heartRateLow.limit == 45_00)
        #expect(EngineDigest.of(engine) != EngineDigest.of(try Self.read("[source]\npath = \"x\"").engine))
    }
}
