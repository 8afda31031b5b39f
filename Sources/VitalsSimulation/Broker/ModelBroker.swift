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
    var far = FarSide()
    /// True time; the world sets it.
    var now: Int64 = 0
    /// What is on the way to the client, in order of time.
    private var due: [Due] = []
    private(set) var connection = 0
    private(set) var isConnected = false
    private var version = MQTTVersion.v5
    private var filters: Set<String> = []
    private var random: DiskRandom
    /// Messages taken and not acknowledged on this connection.
    private var unacknowledged = 0
    /// What the client did that MQTT forbids.
    private var offences: [String] = []
    /// Tokens of messages that were taken, with the record of each.
    private var taken: [UInt64: UInt64] = [:]
    /// Records whose acknowledgement the client was given.
    private(set) var acknowledged: Set<UInt64> = []

    init(seed: UInt64) { random = DiskRandom(seed: seed) }

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
            case .acknowledged(let token, let reason):
                unacknowledged -= 1
                if reason == .success, let sequence = taken.removeValue(forKey: token) { acknowledged.insert(sequence) }
            default: break
            }
            events.append(first.event)
        }
        return events
    }

    private func end() {
        isConnected = false
        filters = []
        unacknowledged = 0
        taken = [:]
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
            post(.connected(accepted), after: mood.latency)
        }
    }

    func publish(_ message: MQTTMessage, token: UInt64) throws(MQTTError) {
        guard isConnected else { throw Self.error("there is no connection", .notConnected) }
        let isRecord = message.property("id") != nil
        if isRecord {
            unacknowledged += 1
            if unacknowledged > 20 { offences.append("\(unacknowledged) messages are in flight") }
        }
        let reason = isRecord ? mood.refusal ?? .success : .success
        if reason == .success {
            far.receive(message)
            if let sequence = message.property("id").flatMap({ UInt64($0) }) { taken[token] = sequence }
            if filters.contains(message.topic) { post(.message(message), after: mood.latency) }
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
    }

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
