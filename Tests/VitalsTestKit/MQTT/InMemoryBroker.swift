import Synchronization
public import VitalsMQTT
import VitalsModel

/// A broker in memory, with mosquitto's behaviour where it matters, and faults on demand.
///
/// A publication is answered at once, or, with `holdsAcknowledgements`, when the test says so. Under 3.1.1 what the
/// access list denies is acknowledged and dropped, as mosquitto does.
public final class InMemoryBroker: TestBroker {
    struct Client {
        var id: String
        var connection: MQTTConnection?
        var will: MQTTMessage?
        var filters: Set<String> = []
        var keepsSession = false
        var events: [MQTTEvent] = []
        var held: [(token: UInt64, MQTTReason)] = []
        var wakeup: Wakeup?
    }

    struct State {
        var options: TestBrokerOptions
        var isRunning = true
        var clients: [Int: Client] = [:]
        var sessions: [String: (filters: Set<String>, queue: [MQTTMessage])] = [:]
        var retained: [String: MQTTMessage] = [:]
        var refusals: [MQTTReason] = []
        var reasons: [MQTTReason] = []
        var denied: Set<String> = []
        var holdsAcknowledgements = false
        var isSilent = false
        var received: [MQTTMessage] = []
        var violations: [String] = []
        var nextID = 0
    }

    let state: Mutex<State>

    /// A running broker.
    public init(_ options: TestBrokerOptions = TestBrokerOptions()) { state = Mutex(State(options: options)) }

    /// Settings with short delays.
    public func settings(clientID: String) -> MQTTSettings {
        var settings = MQTTSettings(host: "memory", clientID: clientID, seed: 1)
        settings.reconnectDelayMin = .milliseconds(5)
        settings.reconnectDelayMax = .milliseconds(20)
        return settings
    }

    /// A transport of this broker.
    public func makeTransport(_ settings: MQTTSettings) -> any MQTTTransport {
        InMemoryTransport(broker: self, settings: settings)
    }

    /// Runs it again.
    public func start() { state.withLock { $0.isRunning = true } }

    /// Ends it; sessions and retained messages are gone.
    public func stop() { stop(isDurable: false) }

    /// Ends it. A durable broker has its sessions, with what waits in them, and its retained messages again later.
    public func stop(isDurable: Bool) {
        state.withLock { state in
            for id in state.clients.keys {
                state.end(id, .lost("the broker closed the connection"), publishesWill: false)
            }
            state.isRunning = false
            guard !isDurable else { return }
            state.sessions = [:]
            state.retained = [:]
        }
    }

    /// Cuts every connection; the wills are published.
    public func cutConnections() {
        state.withLock { state in
            for id in state.clients.keys.sorted() { state.end(id, .lost("cut"), publishesWill: true) }
        }
    }

    /// The next attempts to connect are refused with these reasons.
    public func refuseConnections(_ reasons: [MQTTReason]) { state.withLock { $0.refusals = reasons } }

    /// The next publications of records are answered with these reasons.
    public func answer(_ reasons: [MQTTReason]) { state.withLock { $0.reasons += reasons } }

    /// Publications to these topics are denied.
    public func deny(_ topics: Set<String>) { state.withLock { $0.denied = topics } }

    /// Whether acknowledgements wait for `release`.
    public func holdAcknowledgements(_ holds: Bool) { state.withLock { $0.holdsAcknowledgements = holds } }

    /// Whether it takes connections without ever answering them.
    public func keepSilent(_ isSilent: Bool) { state.withLock { $0.isSilent = isSilent } }

    /// Answers so many held publications, oldest first.
    public func release(_ count: Int = .max) {
        state.withLock { state in
            for id in state.clients.keys {
                guard var client = state.clients[id] else { continue }
                for (token, reason) in client.held.prefix(count) {
                    client.events.append(.acknowledged(token: token, reason))
                }
                client.held.removeFirst(min(count, client.held.count))
                state.clients[id] = client
                client.wakeup?.signal()
            }
        }
    }

    /// Whether it speaks MQTT 5.
    public var speaksV5: Bool { state.withLock { $0.options.speaksV5 } }

    /// Everything that was accepted, in order.
    public var received: [MQTTMessage] { state.withLock { $0.received } }

    /// What clients did that MQTT forbids.
    public var violations: [String] { state.withLock { $0.violations } }
}

/// Why a connection in memory ended.
enum InMemoryEnd {
    case lost(String)
    case refused(MQTTReason)
    case closed
}

extension InMemoryBroker.State {
    mutating func end(_ id: Int, _ end: InMemoryEnd, publishesWill: Bool) {
        guard var client = clients[id] else { return }
        clients[id]?.connection = nil
        clients[id]?.held = []
        client = clients[id] ?? client
        let will = client.will
        clients[id]?.will = nil
        if client.keepsSession, isRunning {
            sessions[client.id, default: (client.filters, [])].filters = client.filters
        }
        switch end {
        case .lost(let message):
            clients[id]?.events.append(
                .disconnected(MQTTError(.notConnected, operation: "MQTT connection in memory", message: message)))
        case .refused(let reason): clients[id]?.events.append(.refused(reason))
        case .closed: clients[id]?.events.append(.disconnected(nil))
        }
        client.wakeup?.signal()
        if publishesWill, let will { _ = route(will) }
        let rest = clients[id]
        if rest?.events.isEmpty == true { clients[id] = nil }
    }

    /// Delivers a message to those who want it; their number.
    mutating func route(_ message: MQTTMessage) -> Int {
        var count = 0
        var live = message
        live.isRetained = false
        for id in clients.keys {
            guard let client = clients[id], client.connection != nil else { continue }
            guard client.filters.contains(where: { Self.matches($0, message.topic) }) else { continue }
            var copy = live
            if client.connection?.version == .v311 {
                copy.userProperties = []
                copy.contentType = nil
            }
            clients[id]?.events.append(.message(copy))
            client.wakeup?.signal()
            count += 1
        }
        for (name, session) in sessions where !clients.values.contains(where: { $0.id == name && $0.connection != nil })
        {
            guard session.filters.contains(where: { Self.matches($0, message.topic) }) else { continue }
            sessions[name]?.queue.append(live)
            count += 1
        }
        if message.isRetained { retained[message.topic] = message.payload.isEmpty ? nil : message }
        return count
    }

    /// MQTT 5.0, 4.7: `+` is one level, `#` all that follow.
    static func matches(_ filter: String, _ topic: String) -> Bool {
        let levels = topic.split(separator: "/", omittingEmptySubsequences: false)
        let wanted = filter.split(separator: "/", omittingEmptySubsequences: false)
        for (index, part) in wanted.enumerated() {
            if part == "#" { return true }
            guard index < levels.count, part == "+" || part == levels[index] else { return false }
        }
        return wanted.count == levels.count
    }
}
