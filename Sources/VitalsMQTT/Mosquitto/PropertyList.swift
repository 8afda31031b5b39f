import CMosquitto
import Glibc

/// The properties of an MQTT 5 packet: a list of libmosquitto's, freed with this object.
@safe final class PropertyList {
    /// The first property; nil in an empty list.
    private(set) var pointer: OpaquePointer?

    /// An empty list.
    init() {}

    deinit { unsafe mosquitto_property_free_all(&pointer) }

    /// The list belongs to libmosquitto from now on.
    func giveAway() { unsafe pointer = nil }

    /// Adds what a message carries beside its payload.
    func describe(_ message: MQTTMessage) throws(MQTTError) {
        // 1: the payload is UTF-8 text (MQTT 5.0, 3.3.2.3.2).
        try check(unsafe mosquitto_property_add_byte(&pointer, Int32(MQTT_PROP_PAYLOAD_FORMAT_INDICATOR.rawValue), 1))
        if let type = message.contentType {
            try check(unsafe mosquitto_property_add_string(&pointer, Int32(MQTT_PROP_CONTENT_TYPE.rawValue), type))
        }
        for property in message.userProperties {
            try check(
                unsafe mosquitto_property_add_string_pair(
                    &pointer, Int32(MQTT_PROP_USER_PROPERTY.rawValue), property.name, property.value))
        }
    }

    /// Adds a four byte integer.
    func add(_ value: UInt32, as identifier: mqtt5_property) throws(MQTTError) {
        try check(unsafe mosquitto_property_add_int32(&pointer, Int32(identifier.rawValue), value))
    }

    private func check(_ code: Int32) throws(MQTTError) {
        guard code == MOSQ_ERR_SUCCESS.code else { throw .mosquitto(code, operation: "add an MQTT property") }
    }

    /// Reads a list that belongs to libmosquitto, inside a callback.
    @safe struct Reader {
        private let pointer: OpaquePointer?

        init(pointer: OpaquePointer?) { unsafe self.pointer = pointer }

        func byte(_ identifier: mqtt5_property) -> UInt8? {
            var value: UInt8 = 0
            let found = unsafe mosquitto_property_read_byte(pointer, Int32(identifier.rawValue), &value, false)
            return unsafe found == nil ? nil : value
        }

        func int16(_ identifier: mqtt5_property) -> UInt16? {
            var value: UInt16 = 0
            let found = unsafe mosquitto_property_read_int16(pointer, Int32(identifier.rawValue), &value, false)
            return unsafe found == nil ? nil : value
        }

        func int32(_ identifier: mqtt5_property) -> UInt32? {
            var value: UInt32 = 0
            let found = unsafe mosquitto_property_read_int32(pointer, Int32(identifier.rawValue), &value, false)
            return unsafe found == nil ? nil : value
        }

        func string(_ identifier: mqtt5_property) -> String? {
            var text: UnsafeMutablePointer<CChar>?
            let found = unsafe mosquitto_property_read_string(pointer, Int32(identifier.rawValue), &text, false)
            defer { unsafe free(text) }
            guard unsafe found != nil, let text = unsafe text else { return nil }
            return unsafe String(cString: text)
        }

        func userProperties() -> [MQTTMessage.UserProperty] {
            var properties: [MQTTMessage.UserProperty] = []
            var next = unsafe pointer
            var isFirst = true
            while unsafe next != nil {
                var name: UnsafeMutablePointer<CChar>?
                var value: UnsafeMutablePointer<CChar>?
                unsafe next = mosquitto_property_read_string_pair(
                    next, Int32(MQTT_PROP_USER_PROPERTY.rawValue), &name, &value, !isFirst)
                isFirst = false
                defer {
                    unsafe free(name)
                    unsafe free(value)
                }
                if unsafe next != nil, let name = unsafe name, let value = unsafe value {
                    properties.append(unsafe .init(name: String(cString: name), value: String(cString: value)))
                }
            }
            return properties
        }
    }
}
