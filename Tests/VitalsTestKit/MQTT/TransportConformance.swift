import Testing
public import VitalsMQTT

/// What every `MQTTTransport` does, on a broker that is up and empty. One case is one rule.
public enum TransportConformance: String, CaseIterable, Sendable {
    case messagesArriveWithTheirProperties = "a message arrives with payload and properties, and is acknowledged"
    case noSubscriberIsSaid = "a message without subscribers is acknowledged with reason 0x10"
    case publishingNeedsAConnection = "publishing without a connection is an error"
    case dropPublishesTheWill = "a dropped connection publishes the will"
    case disconnectDiscardsTheWill = "a connection that ends in order publishes no will"
    case everyConnectionEndsOnce = "every attempt ends in exactly one event"
    case nothingOutlivesAConnection = "a new connection sends nothing of the old one"
    case aStoppedBrokerIsNoticed = "a broker that goes away ends the connection, and attempts to connect fail"
    case retainedStateIsMarked = "a retained message arrives marked as such, a live one does not"
    case aKeptSessionHoldsMessages = "a kept session delivers what arrived while the client was away"
    case version311Works = "3.1.1 carries payloads without properties"
    case wakeupEndsTheWait = "a wakeup ends the wait"

    /// Checks the rule.
    public func check(on broker: any TestBroker) throws {
        switch self {
        case .messagesArriveWithTheirProperties: try messages(broker, version: .v5)
        case .version311Works: try messages(broker, version: .v311)
        case .noSubscriberIsSaid:
            let client = try TransportDriver(broker, "publisher")
            try client.transport.publish(Self.message, token: 3)
            #expect(client.wait { $0 == .acknowledged(token: 3, .noMatchingSubscribers) } != nil)
        case .publishingNeedsAConnection:
            let transport = broker.makeTransport(broker.settings(clientID: "nobody"))
            let error = #expect(throws: MQTTError.self) { try transport.publish(Self.message, token: 1) }
            #expect(error?.code == .notConnected)
        case .dropPublishesTheWill: try will(broker, isOrderly: false)
        case .disconnectDiscardsTheWill: try will(broker, isOrderly: true)
        case .everyConnectionEndsOnce: try ends(broker)
        case .nothingOutlivesAConnection: try freshStart(broker)
        case .aStoppedBrokerIsNoticed: try stopped(broker)
        case .retainedStateIsMarked: try retained(broker)
        case .aKeptSessionHoldsMessages: try session(broker)
        case .wakeupEndsTheWait:
            let client = try TransportDriver(broker, "sleeper")
            client.wakeup.signal()
            // An hour: only the wakeup can end it.
            client.transport.wait(milliseconds: 3_600_000, wakeup: client.wakeup)
        }
    }

    private static let message = MQTTMessage(
        topic: "vitals/v1/g/x/samples", payload: Array("[1]".utf8), contentType: "application/senml+json",
        userProperties: [.init(name: "id", value: "7"), .init(name: "epoch", value: "e")])

    private func messages(_ broker: any TestBroker, version: MQTTVersion) throws {
        let subscriber = try TransportDriver(broker, "subscriber", version: version, filter: "vitals/v1/#")
        let publisher = try TransportDriver(broker, "publisher", version: version)
        try publisher.transport.publish(Self.message, token: 9)
        #expect(publisher.wait { $0 == .acknowledged(token: 9, .success) } != nil)
        var expected = Self.message
        if version == .v311 {
            expected.userProperties = []
            expected.contentType = nil
        }
        #expect(subscriber.wait { $0 == .message(expected) } != nil)
    }

    private func will(_ broker: any TestBroker, isOrderly: Bool) throws {
        let subscriber = try TransportDriver(broker, "subscriber", filter: "#")
        let will = MQTTMessage(topic: "status", payload: Array("offline".utf8), isRetained: true)
        let client = try TransportDriver(broker, "client", will: will)
        if isOrderly { client.transport.disconnect() } else { client.transport.drop() }
        let end = client.wait { if case .disconnected = $0 { true } else { false } }
        #expect((end == .disconnected(nil)) == isOrderly)
        let last = try TransportDriver(broker, "last")
        try last.transport.publish(MQTTMessage(topic: "after", payload: [1]), token: 1)
        var seen: [String] = []
        #expect(
            subscriber.wait {
                if case .message(let message) = $0 { seen.append(message.topic) }
                return seen.contains("after") && (isOrderly || seen.contains("status"))
            } != nil)
        #expect(seen.contains("status") != isOrderly)
    }

    private func ends(_ broker: any TestBroker) throws {
        let client = try TransportDriver(broker, "client")
        client.transport.drop()
        client.transport.drop()
        client.transport.disconnect()
        client.pump(times: 3)
        #expect(client.seen.count { if case .disconnected = $0 { true } else { false } } == 1)
        #expect(!client.seen.contains { if case .refused = $0 { true } else { false } })
    }

    private func freshStart(_ broker: any TestBroker) throws {
        let client = try TransportDriver(broker, "client")
        // Handed over and cut before the broker could answer: libmosquitto would send it again by itself.
        try client.transport.publish(MQTTMessage(topic: "old", payload: [1]), token: 1)
        client.transport.drop()
        let subscriber = try TransportDriver(broker, "subscriber", filter: "#")
        client.forget()
        try client.transport.connect(MQTTConnectRequest(version: .v5, will: nil))
        #expect(client.wait { if case .connected = $0 { true } else { false } } != nil)
        try client.transport.publish(MQTTMessage(topic: "new", payload: [2]), token: 2)
        #expect(client.wait { $0 == .acknowledged(token: 2, .success) } != nil)
        #expect(subscriber.wait { $0 == .message(MQTTMessage(topic: "new", payload: [2])) } != nil)
        #expect(!subscriber.seen.contains(.message(MQTTMessage(topic: "old", payload: [1]))))
        #expect(!client.seen.contains { if case .acknowledged(1, _) = $0 { true } else { false } })
    }

    private func stopped(_ broker: any TestBroker) throws {
        let client = try TransportDriver(broker, "client")
        broker.stop()
        #expect(client.wait { if case .disconnected(.some) = $0 { true } else { false } } != nil)
        client.forget()
        do {
            try client.transport.connect(MQTTConnectRequest(version: .v5, will: nil))
            #expect(client.wait { if case .disconnected(.some) = $0 { true } else { false } } != nil)
        } catch {
            #expect(error.code == .unreachable)
        }
        try broker.start()
        client.forget()
        try client.transport.connect(MQTTConnectRequest(version: .v5, will: nil))
        #expect(client.wait { if case .connected = $0 { true } else { false } } != nil)
    }

    private func retained(_ broker: any TestBroker) throws {
        var state = MQTTMessage(topic: "vitals/state", payload: [1], isRetained: true)
        let publisher = try TransportDriver(broker, "publisher")
        try publisher.transport.publish(state, token: 1)
        #expect(publisher.wait { if case .acknowledged(1, _) = $0 { true } else { false } } != nil)
        let subscriber = try TransportDriver(broker, "subscriber", filter: "vitals/#")
        #expect(subscriber.wait { $0 == .message(state) } != nil)
        state.payload = [2]
        try publisher.transport.publish(state, token: 2)
        state.isRetained = false
        #expect(subscriber.wait { $0 == .message(state) } != nil)
    }

    private func session(_ broker: any TestBroker) throws {
        let subscriber = try TransportDriver(broker, "keeper", sessionExpirySeconds: 60, filter: "kept/#")
        subscriber.transport.drop()
        let publisher = try TransportDriver(broker, "publisher")
        let message = MQTTMessage(topic: "kept/x", payload: [5])
        try publisher.transport.publish(message, token: 1)
        #expect(publisher.wait { $0 == .acknowledged(token: 1, .success) } != nil)
        subscriber.forget()
        try subscriber.transport.connect(MQTTConnectRequest(version: .v5, will: nil))
        #expect(subscriber.wait { $0 == .message(message) } != nil)
        #expect(
            subscriber.seen.contains { if case .connected(let it) = $0 { it.isSessionPresent } else { false } })
    }
}

/// A transport with its own wakeup, turned by hand until something was seen.
public final class TransportDriver {
    /// The transport.
    public let transport: any MQTTTransport
    /// Its wakeup.
    public let wakeup: Wakeup
    /// Every event so far.
    public private(set) var seen: [MQTTEvent] = []
    private var unread: [MQTTEvent] = []

    /// A client that is connected and, with a filter, subscribed.
    public init(
        _ broker: any TestBroker, _ name: String, version: MQTTVersion = .v5, will: MQTTMessage? = nil,
        sessionExpirySeconds: UInt32 = 0, filter: String? = nil
    ) throws {
        var settings = broker.settings(clientID: name)
        settings.sessionExpirySeconds = sessionExpirySeconds
        transport = broker.makeTransport(settings)
        wakeup = try Wakeup()
        try transport.connect(MQTTConnectRequest(version: version, will: will))
        try #require(wait { if case .connected = $0 { true } else { false } } != nil, "\(name) is not connected")
        guard let filter else { return }
        try transport.subscribe(filter)
        try #require(wait { if case .subscribed = $0 { true } else { false } } != nil, "\(name) is not subscribed")
    }

    /// Turns until an event matches, and consumes the events up to it; nil when none did in 1,000 turns.
    public func wait(for matches: (MQTTEvent) -> Bool) -> MQTTEvent? {
        for _ in 0..<1_000 {
            unread += transport.takeEvents()
            while !unread.isEmpty {
                let event = unread.removeFirst()
                seen.append(event)
                if matches(event) { return event }
            }
            transport.wait(milliseconds: 20, wakeup: wakeup)
        }
        return nil
    }

    /// Turns so many times.
    public func pump(times: Int) {
        for _ in 0..<times {
            transport.wait(milliseconds: 5, wakeup: wakeup)
            seen += unread + transport.takeEvents()
            unread = []
        }
    }

    /// Forgets the events so far.
    public func forget() {
        _ = transport.takeEvents()
        seen = []
        unread = []
    }
}
