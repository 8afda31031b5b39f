import VitalsMQTT
import VitalsModel

/// libmosquitto, with the time of each acknowledgement noted.
final class MeasuringTransport: MQTTTransport {
    private let transport: MosquittoTransport
    private let latencies: Latencies
    private var sequences: [UInt64: UInt64] = [:]

    init(settings: MQTTSettings, latencies: Latencies) {
        transport = MosquittoTransport(settings: settings)
        self.latencies = latencies
    }

    func connect(_ request: MQTTConnectRequest) throws(MQTTError) {
        sequences.removeAll()
        try transport.connect(request)
    }

    func publish(_ message: MQTTMessage, token: UInt64) throws(MQTTError) {
        try transport.publish(message, token: token)
        if let id = message.property("id"), let sequence = UInt64(id) { sequences[token] = sequence }
    }

    func subscribe(_ filter: String) throws(MQTTError) { try transport.subscribe(filter) }

    func unsubscribe(_ filter: String) throws(MQTTError) { try transport.unsubscribe(filter) }

    func disconnect() { transport.disconnect() }

    func drop() { transport.drop() }

    func wait(milliseconds: Int32, wakeup: Wakeup) { transport.wait(milliseconds: milliseconds, wakeup: wakeup) }

    func takeEvents() -> [MQTTEvent] {
        let events = transport.takeEvents()
        guard !events.isEmpty else { return events }
        let now = BootClock.now()
        for case .acknowledged(let token, .success) in events {
            if let sequence = sequences.removeValue(forKey: token) { latencies.acknowledged(sequence, at: now) }
        }
        return events
    }
}
