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
        // Uncommented, it is the default configuration.
        let active = text.split(separator: "\n", omittingEmptySubsequences: false)
            .map {
                $0.hasPrefix("#") && $0.contains(" = ") && !$0.hasPrefix("# ") ? String($0.dropFirst()) : String($0)
            }
            .filter { !$0.hasPrefix("address =") && !$0.hasPrefix("heart_rate_low =") && !$0.hasPrefix("spo2_low =") }
            .joined(separator: "\n").replacingOccurrences(of: "path = \"\"", with: "path = \"x\"")
        let all = try Self.read(active)
        let none = try Self.read("[source]\npath = \"x\"")
        #expect(all.engine == none.engine)
        #expect(all.uplink?.mqtt.host == none.uplink?.mqtt.host)
        #expect(all.journalPath == none.journalPath)
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
