import VitalsCore
import VitalsDisk
import VitalsMQTT
import VitalsModel

/// A broker and the network to it, in true time. One client at a time.
final class ModelBroker {
    private struct Due {
        let time: Int64
        let connection: Int
        let event: MQTTEvent
    }

    var mood = BrokerMood()
    var far: FarSide
    /// True time; the world sets it.
    var now: Int64 = 0
    /// What is on the way to the client, in order of time.
    private var due: [Due] = []
    private(set) var connection = 0
    private(set) var isConnected = false
    private var version = MQTTVersion.v5
    private var filters: Set<String> = []
    private var random: DiskRandom
    /// The states of topics, for whoever subscribes later.
    private var retained: [String: MQTTMessage] = [:]
    /// Tokens of messages that the client sent on this connection, and whose acknowledgement it was not given.
    private var inFlight: Set<UInt64> = []
    /// How many the client was told that there may be.
    private var receiveMaximum = 0
    /// What the client did that MQTT forbids.
    private var offences: [String] = []

    init(seed: UInt64, far: FarSide) {
        random = DiskRandom(seed: seed)
        self.far = far
    }

    /// Whether the client is connected with MQTT 3.1.1, whatever the broker could speak.
    var isOldConnection: Bool { isConnected && version == .v311 }

    /// Whether the client hears what the far side asks.
    var isHeard: Bool { isConnected && filters.contains(Self.requests) }

    /// When the next event reaches the client.
    var nextTime: Int64? { due.first?.time }

    /// The events that have reached the client.
    func takeEvents() -> [MQTTEvent] {
        var events: [MQTTEvent] = []
        while let first = due.first, first.time <= now {
            due.removeFirst()
            guard first.connection == connection else { continue }
            switch first.event {
            case .connected: isConnected = true
            case .refused, .disconnected: end()
            case .acknowledged(let token, _): inFlight.remove(token)
            default: break
            }
            events.append(first.event)
        }
        return events
    }

    private func end() {
        isConnected = false
        filters = []
        inFlight = []
        due.removeAll { $0.connection == connection && $0.time > now }
    }

    private func post(_ event: MQTTEvent, after span: MonotonicTime.Span) {
        let time = now + max(0, span.microseconds)
        let index = due.firstIndex { $0.time > time } ?? due.endIndex
        due.insert(Due(time: time, connection: connection, event: event), at: index)
    }

    /// What the client did since the last call that MQTT forbids.
    func takeOffences() -> [String] {
        defer { offences.removeAll() }
        return offences
    }

    // MARK: What the client does

    func connect(_ request: MQTTConnectRequest) {
        drop()
        connection += 1
        due.removeAll { $0.connection != connection }
        version = request.version
        switch mood.door {
        case .closed:
            post(.disconnected(Self.error("nothing listens there", .unreachable)), after: .milliseconds(30))
        case .refusing(let reason): post(.refused(reason), after: mood.latency)
        case .silent: break
        case .open where request.version == .v5 && !mood.speaksV5:
            post(.refused(.unsupportedProtocolVersion), after: mood.latency)
        case .open:
            var accepted = MQTTConnection(version: request.version)
            if request.version == .v5 { accepted.receiveMaximum = [10, 20, 65_535][random.below(3)] }
            receiveMaximum = min(UplinkLimits.inFlightMax, Int(accepted.receiveMaximum))
            post(.connected(accepted), after: mood.latency)
        }
    }

    func publish(_ message: MQTTMessage, token: UInt64) throws(MQTTError) {
        guard isConnected else { throw Self.error("there is no connection", .notConnected) }
        // Whoever may publish nothing else may say that it is there.
        let isStatus = message.property("id") == nil && message.property("entry") == nil
        if !isStatus {
            inFlight.insert(token)
            if inFlight.count > receiveMaximum {
                offences.append("\(inFlight.count) messages are in flight, \(receiveMaximum) may be")
            }
        }
        let reason: MQTTReason = isStatus ? .success : mood.refusal ?? .success
        if reason == .success {
            far.receive(message)
            if message.isRetained { retained[message.topic] = message }
            if filters.contains(message.topic) {
                // Whoever was subscribed already gets it as news (MQTT 3.1.1, 3.3.1.3).
                var news = message
                news.isRetained = false
                post(.message(news), after: mood.latency)
            }
        }
        guard !mood.isMute else { return }
        if mood.acknowledgesStrangers {
            post(.acknowledged(token: token &+ 1_000_000, .success), after: .milliseconds(1))
        }
        // Under 3.1.1 an acknowledgement carries no reason: a refused message looks like any other.
        let answer: MQTTReason = version == .v5 ? reason : .success
        post(.acknowledged(token: token, answer), after: mood.latency)
        if mood.acknowledgesTwice { post(.acknowledged(token: token, answer), after: mood.latency) }
    }

    func subscribe(_ filter: String) {
        filters.insert(filter)
        post(.subscribed(filter: filter, MQTTReason(rawValue: 1)), after: mood.latency)
        if let state = retained[filter] { post(.message(state), after: mood.latency) }
    }

    /// The far side asks the gateway for something, or tells it something.
    func ask(_ message: MQTTMessage) { if isHeard { post(.message(message), after: mood.latency) } }

    private static let requests = "vitals/v1/\(GatewayLife.gateway)/request/+"

    func unsubscribe(_ filter: String) { filters.remove(filter) }

    func disconnect() { if isConnected { post(.disconnected(nil), after: .milliseconds(1)) } }

    /// The client cuts the connection, or its process ended.
    func drop() {
        guard connection > 0 else { return }
        end()
        due.removeAll()
        post(.disconnected(Self.error("the connection was cut", .notConnected)), after: .milliseconds(0))
    }

    /// The process of the client is gone: nobody hears of it.
    func forgetClient() {
        end()
        due.removeAll()
        connection += 1
    }

    /// The connection breaks; what was on the way is lost, in both directions.
    func cut() {
        guard isConnected else { return }
        drop()
    }

    private static func error(_ message: String, _ code: MQTTError.Code) -> MQTTError {
        MQTTError(code, operation: "MQTT connection of a model", message: message)
    }
}
