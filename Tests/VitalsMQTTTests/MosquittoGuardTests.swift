import Testing
import VitalsTestKit

@testable import VitalsMQTT

/// libmosquitto asserts, and so ends the process, on a property that it does not know.
@Suite("An assertion of libmosquitto ends a connection, not the gateway")
struct MosquittoGuardTests {
    /// A CONNACK, a CONNACK with a PUBACK, and one with a DISCONNECT, each with the property 0x7E, which MQTT 5 does not
    /// define.
    private static let answers: [[UInt8]] = [
        [0x20, 0x05, 0x00, 0x00, 0x02, 0x7E, 0x00],
        [0x20, 0x03, 0x00, 0x00, 0x00, 0x40, 0x06, 0x00, 0x01, 0x00, 0x02, 0x7E, 0x00],
        [0x20, 0x03, 0x00, 0x00, 0x00, 0xE0, 0x04, 0x8B, 0x02, 0x7E, 0x00],
    ]

    @Test("a packet with an unknown property is a broken protocol (T18, lesson 34)", arguments: answers)
    func unknownProperty(_ answer: [UInt8]) throws {
        // Nobody stands behind the relay, which answers by itself.
        let relay = try FaultyRelay(to: try LoopbackPort.free())
        defer { relay.stop() }
        relay.behave(.answer(answer))
        let settings = MQTTSettings(host: "127.0.0.1", port: relay.port, clientID: "gateway", seed: 1)
        let transport = MosquittoTransport(settings: settings)
        let wakeup = try Wakeup()
        for _ in 0..<3 {
            try transport.connect(MQTTConnectRequest(version: .v5, will: nil))
            var errors: [MQTTError] = []
            for _ in 0..<500 where errors.isEmpty {
                transport.wait(milliseconds: 20, wakeup: wakeup)
                for case .disconnected(let error?) in transport.takeEvents() { errors.append(error) }
            }
            #expect(errors.map(\.code) == [.protocolViolation])
        }
    }
}
