import Testing
import VitalsCore
import VitalsTestKit

@testable import VitalsDaemon

@Suite("The settings in a journal")
struct EngineSettingsTests {
    private static func engine(_ text: String) throws -> EngineConfiguration {
        try DaemonConfiguration(TOMLDocument(file: "vitalsd.toml", text: text), needsSource: false).engine
    }

    private static let texts = [
        "",
        "[journal]\nblock_seconds = 7\n[mqtt]\nhost = \"broker.example\"\n",
        "[detection.heart_rate]\nlow = 45\ndelay_beats = 0\n[detection.spo2]\nsaturation_seconds = 0\n",
        "[detection.rate]\nheld_rate_is_asystole = true\n[detection.discord]\nheart_rate = true\n",
        "[detection.rate]\nenabled = false\n[detection.desaturation_events]\nfall = 4\n",
        """
        [detection.heart_rate]
        low = 45
        [[sensor]]
        address = "C0:00:00:00:00:02"
        subject = "Anna Example"
        heart_rate_low = 40
        priority = 9
        [[sensor]]
        address = "C0:00:00:00:00:01"
        subject = "Bert Example"
        passkey = 123456
        [[sensor]]
        address = "C0:00:00:00:00:03"
        subject = "Anna Example"
        spo2_low = 88
        """,
    ]

    @Test("Read again, they make the same engine, and the same settings", arguments: texts)
    func readAgain(_ text: String) throws {
        let first = try Self.engine(text)
        let second = try Self.engine(first.settings)
        #expect(second == first)
        #expect(EngineDigest.of(second) == EngineDigest.of(first))
        let standard = EngineConfiguration()
        #expect(first.settings.isEmpty == (first == standard), "defaults need no words")
    }

    @Test("They hold no name, no secret, and nothing that decides no record")
    func privacy() throws {
        for text in Self.texts {
            let settings = try Self.engine(text).settings
            for word in ["Anna", "Bert", "Example", "123456", "broker", "priority", "mqtt"] {
                #expect(!settings.contains(word))
            }
        }
    }

    @Test("Subjects are numbered alike, however the file is ordered and whatever they are called in it")
    func subjects() throws {
        func sensor(_ last: Int, _ subject: String) -> String {
            "[[sensor]]\naddress = \"C0:00:00:00:00:0\(last)\"\nsubject = \"\(subject)\"\n"
        }
        let first = try Self.engine(sensor(3, "a") + sensor(1, "b") + sensor(2, "a"))
        let second = try Self.engine(sensor(1, "x") + sensor(2, "y") + sensor(3, "y"))
        #expect(first == second)
        #expect(Set(first.sensors.values.map(\.subject)) == [1, 2])
    }

    @Test("A default that is written out changes nothing")
    func explicitDefault() throws {
        #expect(try Self.engine("[detection.heart_rate]\nlow = 40\n").settings.isEmpty)
    }
}
