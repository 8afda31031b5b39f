import VitalsDaemon
import VitalsMQTT
import VitalsModel

/// Whether the broker lets the gateway in.
struct BrokerCheck {
    let configuration: DaemonConfiguration

    func examine() -> [Diagnosis] {
        guard let mqtt = configuration.uplink?.mqtt else {
            return [.good("broker", "records are not published ('enabled' of [mqtt] is false)")]
        }
        var settings = mqtt
        // The service's own identifier would take its connection away.
        settings.clientID += "-doctor"
        let name = "\(settings.host):\(settings.port)"
        do throws(MQTTError) {
            return [try connect(settings, name)]
        } catch {
            return [.fault("broker", "\(name): \(error)", mend: "check [mqtt] and that the broker runs")]
        }
    }

    private func connect(_ settings: MQTTSettings, _ name: String) throws(MQTTError) -> Diagnosis {
        let transport = MosquittoTransport(settings: settings)
        let wakeup = try Wakeup()
        var refusal: MQTTReason?
        for version in [MQTTVersion.v5, .v311] {
            try transport.connect(MQTTConnectRequest(version: version, will: nil))
            let end = Clock.now + VitalsToolsLimits.doctorDeadline
            attempt: while Clock.now < end {
                transport.wait(milliseconds: 100, wakeup: wakeup)
                for event in transport.takeEvents() {
                    switch event {
                    case .connected:
                        transport.disconnect()
                        return .good("broker", "\(name) accepts the gateway (MQTT \(version == .v5 ? "5" : "3.1.1"))")
                    case .refused(let reason):
                        refusal = reason
                        break attempt
                    case .disconnected(let error?):
                        // RabbitMQ 3.10 hangs up on MQTT 5: the gateway then asks with 3.1.1.
                        guard version == .v5, error.code == .unanswered else { throw error }
                        break attempt
                    default: break
                    }
                }
            }
            transport.drop()
            _ = transport.takeEvents()
        }
        let finding = refusal.map { "refuses: \($0)" } ?? "does not answer"
        return .fault("broker", "\(name) \(finding)", mend: "check [mqtt], the broker's log, and its access list")
    }
}
