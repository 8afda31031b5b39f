public import VitalsMQTT

/// A broker under a test's control: the real one, or the twin in memory.
public protocol TestBroker: AnyObject, Sendable {
    /// Settings that reach it, with short delays.
    func settings(clientID: String) -> MQTTSettings

    /// A transport that reaches it.
    func makeTransport(_ settings: MQTTSettings) -> any MQTTTransport

    /// Runs it again after `stop`, at the same place. Sessions and retained messages are gone.
    func start() throws

    /// Ends it; every connection is lost.
    func stop()
}

/// What a test wants of a broker beside the usual.
public struct TestBrokerOptions: Sendable {
    /// The Receive Maximum that the broker announces; nil for its own.
    public var receiveMaximum: UInt16?
    /// Whether it keeps retained messages.
    public var isRetainAvailable = true
    /// Whether it speaks MQTT 5.
    public var speaksV5 = true
    /// The highest QoS that it announces.
    public var maximumQoS: UInt8 = 2

    /// A broker without restrictions.
    public init() {}

    /// A broker with restrictions.
    public init(
        receiveMaximum: UInt16? = nil, isRetainAvailable: Bool = true, speaksV5: Bool = true, maximumQoS: UInt8 = 2
    ) {
        self.maximumQoS = maximumQoS
        self.receiveMaximum = receiveMaximum
        self.isRetainAvailable = isRetainAvailable
        self.speaksV5 = speaksV5
    }
}
