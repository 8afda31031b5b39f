import Synchronization
public import VitalsMQTT

/// The twin of `MosquittoTransport`, on an `InMemoryBroker`.
public final class InMemoryTransport: MQTTTransport {
    private let broker: InMemoryBroker
    private let settings: MQTTSettings
    private var id: Int?
    private var events: [MQTTEvent] = []

    /// A transport without a connection.
    public init(broker: InMemoryBroker, settings: MQTTSettings) {
        self.broker = broker
        self.settings = settings
    }

    /// Connects, or is refused.
    public func connect(_ request: MQTTConnectRequest) throws(MQTTError) {
        drop()
        collect()
        let settings = settings
        let accepted = broker.state.withLock { state -> Int? in
            guard state.isRunning else { return nil }
            state.nextID += 1
            let id = state.nextID
            state.clients[id] = InMemoryBroker.Client(id: settings.clientID)
            if state.isSilent { return id }
            if request.version == .v5, !state.options.speaksV5 {
                state.end(id, .refused(.unsupportedProtocolVersion), publishesWill: false)
            } else if request.will?.isRetained == true, !state.options.isRetainAvailable {
                state.end(id, .refused(.retainNotSupported), publishesWill: false)
            } else if !state.refusals.isEmpty {
                state.end(id, .refused(state.refusals.removeFirst()), publishesWill: false)
            } else {
                state.accept(id, request, settings)
            }
            return id
        }
        guard let accepted else {
            events.append(
                .disconnected(MQTTError(.unreachable, operation: "connect", message: "nothing listens there")))
            return
        }
        id = accepted
    }

    /// Publishes.
    public func publish(_ message: MQTTMessage, token: UInt64) throws(MQTTError) {
        let id = try connected()
        broker.state.withLock { $0.publish(message, token: token, from: id) }
    }

    /// Subscribes; retained messages follow.
    public func subscribe(_ filter: String) throws(MQTTError) {
        let id = try connected()
        broker.state.withLock { state in
            state.clients[id]?.filters.insert(filter)
            state.clients[id]?.events.append(.subscribed(filter: filter, MQTTReason(rawValue: 1)))
            for (topic, message) in state.retained where InMemoryBroker.State.matches(filter, topic) {
                state.clients[id]?.events.append(.message(message))
            }
        }
    }

    /// Unsubscribes.
    public func unsubscribe(_ filter: String) throws(MQTTError) {
        let id = try connected()
        broker.state.withLock { _ = $0.clients[id]?.filters.remove(filter) }
    }

    /// Ends the connection in order.
    public func disconnect() {
        guard let id else { return }
        broker.state.withLock { $0.end(id, .closed, publishesWill: false) }
    }

    /// Cuts the connection.
    public func drop() {
        collect()
        guard let id else { return }
        broker.state.withLock { $0.end(id, .lost("we cut it"), publishesWill: true) }
        collect()
    }

    /// Waits for an event, a signal or the end of the time.
    public func wait(milliseconds: Int32, wakeup: Wakeup) {
        collect()
        guard events.isEmpty else { return }
        if let id {
            let isPending = broker.state.withLock { state in
                state.clients[id]?.wakeup = wakeup
                return state.clients[id]?.events.isEmpty == false
            }
            if isPending { return }
        }
        _ = wakeup.wait(milliseconds: milliseconds)
    }

    /// What happened since the last call.
    public func takeEvents() -> [MQTTEvent] {
        collect()
        defer { events.removeAll() }
        return events
    }

    private func connected() throws(MQTTError) -> Int {
        collect()
        guard let id, broker.state.withLock({ $0.clients[id]?.connection != nil }) else {
            throw MQTTError(.notConnected, operation: "in memory", message: "there is no connection")
        }
        return id
    }

    /// Takes over what the broker has for us, and lets go of a connection that ended.
    private func collect() {
        guard let id else { return }
        let (taken, isOver) = broker.state.withLock { state -> ([MQTTEvent], Bool) in
            let taken = state.clients[id]?.events ?? []
            state.clients[id]?.events = []
            let isOver = taken.contains { event in
                switch event {
                case .disconnected, .refused: true
                default: false
                }
            }
            if isOver { state.clients[id] = nil }
            return (taken, isOver)
        }
        events += taken
        if isOver { self.id = nil }
    }
}

extension InMemoryBroker.State {
    mutating func accept(_ id: Int, _ request: MQTTConnectRequest, _ settings: MQTTSettings) {
        for (other, client) in clients where client.id == settings.clientID && other != id && client.connection != nil {
            end(other, .lost("session taken over"), publishesWill: true)
        }
        var connection = MQTTConnection(version: request.version)
        if request.version == .v5 {
            connection.receiveMaximum = options.receiveMaximum ?? .max
            connection.isRetainAvailable = options.isRetainAvailable
            connection.maximumQoS = options.maximumQoS
        }
        let keepsSession = settings.sessionExpirySeconds > 0
        let session = keepsSession ? sessions.removeValue(forKey: settings.clientID) : nil
        connection.isSessionPresent = session != nil
        clients[id]?.keepsSession = keepsSession
        clients[id]?.connection = connection
        clients[id]?.will = request.will
        clients[id]?.filters = session?.filters ?? []
        clients[id]?.events.append(.connected(connection))
        for message in session?.queue ?? [] { clients[id]?.events.append(.message(message)) }
    }

    mutating func publish(_ message: MQTTMessage, token: UInt64, from id: Int) {
        guard let connection = clients[id]?.connection else { return }
        var reason = MQTTReason.success
        let isStatus = message.topic.hasSuffix("/status")
        if message.isRetained, !connection.isRetainAvailable {
            violations.append("retained where retain is unavailable")
        }
        if clients[id]?.held.count ?? 0 >= Int(connection.receiveMaximum) { violations.append("above Receive Maximum") }
        if !isStatus, !reasons.isEmpty { reason = reasons.removeFirst() }
        if denied.contains(message.topic) { reason = .notAuthorized }
        if reason == .success {
            received.append(message)
            var copy = message
            if connection.version == .v311 {
                copy.userProperties = []
                copy.contentType = nil
            }
            if route(copy) == 0 { reason = .noMatchingSubscribers }
            if reason == .noMatchingSubscribers { received.removeLast() }
        }
        if connection.version == .v311 { reason = .success }
        if holdsAcknowledgements, !isStatus {
            clients[id]?.held.append((token, reason))
        } else {
            clients[id]?.events.append(.acknowledged(token: token, reason))
        }
    }
}
