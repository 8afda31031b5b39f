public import VitalsModel

/// How to reach a broker, and as whom.
public struct MQTTSettings: Hashable, Sendable {
    /// What TLS needs. TLS 1.2 and later only; the broker's name is always checked against its certificate.
    public struct TLS: Hashable, Sendable {
        /// PEM file of the authorities to trust; nil for those of the system.
        public var authorityFile: String?
        /// PEM file of the client's certificate chain.
        public var certificateFile: String?
        /// PEM file of the client's private key.
        public var keyFile: String?

        /// TLS settings.
        public init(authorityFile: String? = nil, certificateFile: String? = nil, keyFile: String? = nil) {
            self.authorityFile = authorityFile
            self.certificateFile = certificateFile
            self.keyFile = keyFile
        }
    }

    /// The broker's host name or address.
    public var host: String
    /// Its port.
    public var port: UInt16
    /// The client identifier: the same at every connection, and of no other client of the broker.
    public var clientID: String
    /// Seconds without traffic after which the link is tried with a PINGREQ; at least 5.
    public var keepAliveSeconds = VitalsMQTTLimits.keepAliveSeconds
    /// Seconds for which the broker keeps the session of a lost client; 0 ends it with the connection. Above 0, the
    /// session is also resumed.
    public var sessionExpirySeconds: UInt32 = 0
    /// The user name.
    public var username: String?
    /// The file that holds the password; a line break at its end is dropped. It is read at every connection, so that a
    /// new password needs no restart.
    public var passwordFile: String?
    /// TLS, or nil for a plain connection.
    public var tls: TLS?
    /// The ceiling of the first delay before a reconnect.
    public var reconnectDelayMin = VitalsMQTTLimits.reconnectDelayMin
    /// The ceiling of all delays before a reconnect.
    public var reconnectDelayMax = VitalsMQTTLimits.reconnectDelayMax
    /// How long an attempt to connect may take.
    public var connectDeadline = VitalsMQTTLimits.connectDeadline
    /// Seeds the jitter of the delays; a fleet of gateways must not share it.
    public var seed: UInt64

    /// Settings with the usual times and neither credentials nor TLS.
    public init(host: String, port: UInt16 = 1_883, clientID: String, seed: UInt64) {
        self.host = host
        self.port = port
        self.clientID = clientID
        self.seed = seed
    }

    /// The files that a connection is made with.
    var files: [String] {
        [passwordFile, tls?.authorityFile, tls?.certificateFile, tls?.keyFile].compactMap(\.self)
    }

    /// Whether the settings make sense, before anything is tried with them.
    public func validate() throws(MQTTError) {
        let isText = { (text: String) in !text.utf8.contains { $0 < 0x20 || $0 == 0x7F } }
        try check(!host.isEmpty && isText(host), "the host is empty or holds control characters; name the broker")
        try check(port > 0, "port 0 is no port; 1883 is usual, 8883 with TLS")
        try check(
            (1...VitalsMQTTLimits.clientIDBytesMax).contains(clientID.utf8.count) && isText(clientID),
            "the client identifier must be 1 to \(VitalsMQTTLimits.clientIDBytesMax) bytes without control characters")
        try check(
            keepAliveSeconds >= VitalsMQTTLimits.keepAliveSecondsMin,
            "a keep alive below \(VitalsMQTTLimits.keepAliveSecondsMin) s is not possible")
        try check(username.map(isText) ?? true, "the user name holds control characters")
        try check(
            passwordFile == nil || username != nil, "a password needs a user name (MQTT 3.1.1 allows it only with one)")
        try check(
            (tls?.certificateFile == nil) == (tls?.keyFile == nil),
            "a client certificate and its key belong together; give both or neither")
        try check(
            reconnectDelayMin > MonotonicTime.Span(microseconds: 0) && reconnectDelayMin <= reconnectDelayMax,
            "the delays before a reconnect must be positive, the first no longer than the longest")
        try check(connectDeadline > MonotonicTime.Span(microseconds: 0), "the connect deadline must be positive")
    }

    private func check(_ isGood: Bool, _ message: String) throws(MQTTError) {
        guard isGood else { throw MQTTError(.invalidSettings, operation: "MQTT settings", message: message) }
    }
}
