import Foundation
import Testing
import VitalsModel

@testable import VitalsMQTT

@Suite("Settings, passwords and wording")
struct MQTTErrorTests {
    private func settings(_ change: (inout MQTTSettings) -> Void) -> MQTTSettings {
        var settings = MQTTSettings(host: "broker", clientID: "g", seed: 1)
        change(&settings)
        return settings
    }

    @Test("settings that make no sense are refused with the remedy")
    func validation() {
        let wrong: [(MQTTSettings, String)] = [
            (settings { $0.host = "" }, "the host is empty or holds control characters; name the broker"),
            (settings { $0.host = "a\nb" }, "the host is empty or holds control characters; name the broker"),
            (settings { $0.port = 0 }, "port 0 is no port; 1883 is usual, 8883 with TLS"),
            (
                settings { $0.clientID = "" },
                "the client identifier must be 1 to 128 bytes without control characters"
            ),
            (settings { $0.keepAliveSeconds = 4 }, "a keep alive below 5 s is not possible"),
            (settings { $0.username = "a\0b" }, "the user name holds control characters"),
            (
                settings { $0.passwordFile = "p" },
                "a password needs a user name (MQTT 3.1.1 allows it only with one)"
            ),
            (
                settings { $0.tls = .init(certificateFile: "c") },
                "a client certificate and its key belong together; give both or neither"
            ),
            (
                settings { $0.reconnectDelayMax = .milliseconds(1) },
                "the delays before a reconnect must be positive, the first no longer than the longest"
            ),
            (settings { $0.connectDeadline = .seconds(0) }, "the connect deadline must be positive"),
        ]
        for (settings, message) in wrong {
            let error = #expect(throws: MQTTError.self) { try settings.validate() }
            #expect(error?.description == "MQTT settings: \(message)")
        }
        #expect(throws: Never.self) { try settings { _ in }.validate() }
    }

    @Test("a password loses one line break at its end, and an open file is warned of")
    func password() throws {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("vitals-password-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: file) }
        for (content, expected) in [
            ("s3cret\n", "s3cret"), ("s3cret\r\n", "s3cret"), ("a b \n\n", "a b \n"), ("x", "x"),
        ] {
            try Data(content.utf8).write(to: file)
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file.path)
            let read = try PasswordFile.read(file.path)
            #expect(read.password == expected && read.warning == nil)
            for mode in [0o644, 0o640, 0o602] {
                try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file.path)
                let warning = try PasswordFile.read(file.path).warning
                #expect(warning == "others may read the password file \(file.path); chmod 0600 it")
            }
        }
    }

    @Test("a password file that is absent, empty, too long, no text or no file is an error that does not show it")
    func badPasswords() throws {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("vitals-password-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: file) }
        let absent = #expect(throws: MQTTError.self) { try PasswordFile.read(file.path) }
        #expect(absent?.code == .unreadableFile)
        #expect(throws: MQTTError.self) { try PasswordFile.read("/") }
        #expect(throws: MQTTError.self) { try PasswordFile.read("/dev/zero") }
        let contents = [Data(), Data("\n".utf8), Data("s3cret\0".utf8), Data([0xFF, 0xFE]), Data(count: 5_000)]
        for content in contents {
            try content.write(to: file)
            let error = #expect(throws: MQTTError.self) { try PasswordFile.read(file.path) }
            #expect(error?.description.contains("s3cret") == false)
        }
        try Data(repeating: 0x61, count: 4_096).write(to: file)
        #expect(try PasswordFile.read(file.path).password.utf8.count == 4_096)
    }

    @Test("every code of libmosquitto has a sentence, and an unknown one is kept as it came")
    func codes() {
        let errnoCode: Int32 = 14  // MOSQ_ERR_ERRNO of <mosquitto.h>
        for code in Int32(-4)...40 where code != 0 {
            let error = MQTTError.mosquitto(code, operation: "connect", systemError: 111)
            #expect(error.description.hasPrefix("connect: ") && error.message.count > 8)
        }
        #expect(MQTTError.mosquitto(77, operation: "x").code == .library(77))
        #expect(MQTTError.mosquitto(77, operation: "x").message.hasSuffix("(libmosquitto 77)"))
        #expect(
            MQTTError.mosquitto(errnoCode, operation: "connect to b:1", systemError: 111).description
                == "connect to b:1: nothing listens there; check that the broker runs, and the port")
    }

    @Test("reasons have the specification's names and their code")
    func reasons() {
        #expect(MQTTReason.notAuthorized.description == "not authorized (0x87)")
        #expect(MQTTReason.success.description == "success (0x00)")
        #expect(MQTTReason(rawValue: 0x0A).description == "reason 0x0A")
        let codes = (UInt8(0)...6).map { MQTTReason(connectReturnCode: $0) }
        let expected: [MQTTReason] = [
            .success, .unsupportedProtocolVersion, .clientIdentifierNotValid, .serverUnavailable,
            .badUserNameOrPassword, .notAuthorized, .unspecifiedError,
        ]
        #expect(codes == expected)
    }

    @Test("notices are sentences")
    func notices() {
        let error = MQTTError(.notConnected, operation: "o", message: "m")
        let sentences: [(UplinkNotice, String)] = [
            (.connected(.v5), "connected to the broker with MQTT 5"),
            (
                .connected(.v311),
                "connected to the broker with MQTT 3.1.1: acknowledgements count once a topic is proved"
            ),
            (.connectionRefused(.serverUnavailable), "the broker refused the connection: server unavailable (0x88)"),
            (.disconnected(error), "not connected: o: m"),
            (.disconnected(nil), "disconnected"),
            (.statusRefused(.notAuthorized), "the broker refused the status message: not authorized (0x87)"),
            (.unsupportedQoS, "the broker supports no QoS 1, so nothing can be delivered; raise its max_qos"),
            (
                .recordRefused(sequence: 7, .noMatchingSubscribers),
                "the broker refused record 7: no matching subscribers (0x10); it stays in the journal"
            ),
            (.deliveryResumed, "the broker takes records again"),
            (.unanswered(unprovedTopics: 0), "the broker acknowledged nothing in time: dropping the connection"),
            (
                .unanswered(unprovedTopics: 2),
                "2 topics are not proved in time under MQTT 3.1.1; may the client publish there and read them?"
            ),
            (.subscriptionRefused(.notAuthorized), "the broker refused the subscription: not authorized (0x87)"),
            (.journalFailed("busy"), "the journal failed, trying again: busy"),
            (.warning("w"), "w"),
        ]
        for (notice, sentence) in sentences { #expect(notice.description == sentence) }
    }
}
