/// One application message, published with QoS 1.
public struct MQTTMessage: Hashable, Sendable {
    /// A name and a value that travel with an MQTT 5 message (MQTT 5.0, 3.3.2.3.7).
    public struct UserProperty: Hashable, Sendable {
        /// The name.
        public var name: String
        /// The value.
        public var value: String

        /// A property.
        public init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    /// The topic name.
    public var topic: String
    /// The payload.
    public var payload: [UInt8]
    /// Whether the broker keeps it as the topic's state.
    public var isRetained: Bool
    /// The media type of the payload; MQTT 5 only.
    public var contentType: String?
    /// User properties; MQTT 5 only.
    public var userProperties: [UserProperty]

    /// A message.
    public init(
        topic: String, payload: [UInt8], isRetained: Bool = false, contentType: String? = nil,
        userProperties: [UserProperty] = []
    ) {
        self.topic = topic
        self.payload = payload
        self.isRetained = isRetained
        self.contentType = contentType
        self.userProperties = userProperties
    }

    /// The value of the first user property of that name.
    public func property(_ name: String) -> String? {
        userProperties.first { $0.name == name }?.value
    }
}
