/// The version of the protocol on a connection.
public enum MQTTVersion: Hashable, Sendable {
    /// MQTT 3.1.1: acknowledgements carry no reason.
    case v311
    /// MQTT 5.0.
    case v5
}

/// One connection to a broker at a time, driven by the thread that owns it.
///
/// Every successful `connect` is followed by at most one `connected` and by exactly one `refused` or `disconnected`.
/// Nothing is kept from one connection to the next: a message that was not acknowledged when the connection ended is
/// forgotten here, and it is the caller that sends it again.
///
/// Real adapter: `MosquittoTransport`. Twin: `InMemoryTransport` in the test kit. Both pass one conformance suite.
public protocol MQTTTransport: AnyObject {
    /// Starts an attempt to connect. Returns before the broker answered.
    func connect(_ request: MQTTConnectRequest) throws(MQTTError)

    /// Sends a message with QoS 1; its acknowledgement comes as an event with this token. Only while connected.
    func publish(_ message: MQTTMessage, token: UInt64) throws(MQTTError)

    /// Asks for messages of a topic filter, with QoS 1; the answer comes as an event. Only while connected.
    func subscribe(_ filter: String) throws(MQTTError)

    /// Gives up a topic filter. Only while connected.
    func unsubscribe(_ filter: String) throws(MQTTError)

    /// Ends the connection in order: the broker discards the will.
    func disconnect()

    /// Cuts the connection: the broker publishes the will. The `disconnected` event is there at once.
    func drop()

    /// Moves what can be moved and returns as soon as something happened, `wakeup` was signalled, or the time is over.
    func wait(milliseconds: Int32, wakeup: Wakeup)

    /// What happened since the last call, in order.
    func takeEvents() -> [MQTTEvent]
}

/// What a connection asks for.
public struct MQTTConnectRequest: Hashable, Sendable {
    /// The version to speak.
    public var version: MQTTVersion
    /// What the broker publishes when the connection ends without a DISCONNECT.
    public var will: MQTTMessage?

    /// A request.
    public init(version: MQTTVersion, will: MQTTMessage?) {
        self.version = version
        self.will = will
    }
}

/// What the broker allows on a connection (MQTT 5.0, 3.2.2.3). A 3.1.1 broker says nothing of it.
public struct MQTTConnection: Hashable, Sendable {
    /// The version spoken.
    public var version: MQTTVersion
    /// Whether the broker kept a session of this client.
    public var isSessionPresent = false
    /// Messages that may be unacknowledged at once.
    public var receiveMaximum: UInt16 = .max
    /// Whether the broker keeps retained messages.
    public var isRetainAvailable = true
    /// The highest QoS.
    public var maximumQoS: UInt8 = 2
    /// The largest packet in bytes, when there is a bound.
    public var maximumPacketSize: UInt32?

    /// A connection without restrictions.
    public init(version: MQTTVersion) { self.version = version }
}

/// What happened on a connection.
public enum MQTTEvent: Hashable, Sendable {
    /// The broker accepted the connection.
    case connected(MQTTConnection)
    /// The broker refused the connection, which is over.
    case refused(MQTTReason)
    /// The broker answered for the message of this token. It may do so twice; nothing may rest on its doing so once.
    case acknowledged(token: UInt64, MQTTReason)
    /// The broker answered a subscription: a QoS granted, or a reason from 0x80 on.
    case subscribed(filter: String, MQTTReason)
    /// A message arrived. `isRetained` says that it is the state of its topic from before the subscription.
    case message(MQTTMessage)
    /// The connection, or the attempt, is over; nil when we ended it in order.
    case disconnected(MQTTError?)
    /// Something that the operator should know, and that stops nothing.
    case warning(String)
}
