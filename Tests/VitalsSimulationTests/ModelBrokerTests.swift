import Testing
import VitalsMQTT
import VitalsModel

@testable import VitalsSimulation

/// The broker of a simulated world, where MQTT leaves it no choice.
@Suite("The broker of a simulated world")
struct ModelBrokerTests {
    private static let topic = "vitals/v1/simulated/status"

    private static func message(isRetained: Bool, _ payload: UInt8) -> MQTTMessage {
        MQTTMessage(
            topic: topic, payload: [payload], isRetained: isRetained,
            userProperties: [
                .init(name: "epoch", value: "00000000000000aa")
            ])
    }

    private static func connected(_ version: MQTTVersion) -> ModelBroker {
        let broker = ModelBroker(seed: 1, far: FarSide(signer: nil))
        broker.connect(MQTTConnectRequest(version: version, will: nil))
        broker.now = 1_000_000
        _ = broker.takeEvents()
        return broker
    }

    @Test("Whoever is subscribed gets news without the retain flag, and the old state with it")
    func retained() throws {
        let broker = Self.connected(.v311)
        #expect(broker.isOldConnection)
        try broker.publish(Self.message(isRetained: true, 1), token: 0)
        broker.subscribe(Self.topic)
        try broker.publish(Self.message(isRetained: true, 2), token: 0)
        broker.now += 1_000_000
        let messages = broker.takeEvents().compactMap { event in
            if case .message(let message) = event { message } else { nil as MQTTMessage? }
        }
        #expect(messages == [Self.message(isRetained: true, 1), Self.message(isRetained: false, 2)])
    }

    @Test("More messages in flight than it allows are an offence")
    func inFlight() throws {
        let broker = Self.connected(.v311)
        broker.mood.isMute = true
        for token in 1...21 as ClosedRange<UInt64> {
            var message = Self.message(isRetained: false, 1)
            message.userProperties.append(.init(name: "id", value: String(token)))
            #expect(broker.takeOffences().isEmpty)
            try broker.publish(message, token: token)
        }
        #expect(broker.takeOffences().count == 1)
    }
}
