import ArgumentParser
import CMosquitto
import Glibc
import VitalsJSON
import VitalsMQTT
import VitalsModel

/// What libmosquitto alone reaches: the same messages, made before the clock starts, with the same window, and no
/// journal, no commit and no receipt kept.
struct BareCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bare", abstract: "Publish with nothing but libmosquitto, and say how fast that was.")

    @Option(help: "The broker's port.") var port: UInt16
    @Option(help: "How many messages.") var count: UInt64 = 50_000
    @Option(help: "Messages in flight.") var window = 20

    func run() throws {
        let messages = try MessagesCommand.messages(count)
        let client = try BareClient(port: port)
        let began = BootClock.now()
        try client.publish(messages, window: window)
        let microseconds = max(1, (BootClock.now() - began).microseconds)
        Lines.write { json in
            json.member("bytes", messages.reduce(0) { $0 + $1.payload.count })
            json.member("count", messages.count)
            json.member("microseconds", microseconds)
            json.member("perSecond", Int64(messages.count) * 1_000_000 / microseconds)
        }
    }
}

/// One libmosquitto client in one thread.
@safe private final class BareClient {
    private struct Fault: Error {
        let text: String
    }

    /// Milliseconds that one turn of the library's loop may wait.
    private static let loopWait: Int32 = 1_000
    private let pointer: OpaquePointer
    fileprivate var isConnected = false
    fileprivate var acknowledged = 0

    init(port: UInt16) throws {
        mosquitto_lib_init()
        guard let pointer = unsafe mosquitto_new("bare", true, nil) else { throw Fault(text: "no memory") }
        unsafe self.pointer = pointer
        unsafe mosquitto_user_data_set(pointer, Unmanaged.passUnretained(self).toOpaque())
        unsafe mosquitto_connect_v5_callback_set(pointer) { _, user, code, _, _ in
            unsafe BareClient.from(user)?.isConnected = code == 0
        }
        unsafe mosquitto_publish_v5_callback_set(pointer) { _, user, _, code, _ in
            if code == 0 { unsafe BareClient.from(user)?.acknowledged += 1 }
        }
        try check(unsafe mosquitto_int_option(pointer, MOSQ_OPT_PROTOCOL_VERSION, Int32(MQTT_PROTOCOL_V5)))
        try check(unsafe mosquitto_int_option(pointer, MOSQ_OPT_TCP_NODELAY, 1))
        try check(unsafe mosquitto_connect(pointer, "127.0.0.1", Int32(port), 60))
        while !isConnected { try check(unsafe mosquitto_loop(pointer, Self.loopWait, 1)) }
    }

    deinit { unsafe mosquitto_destroy(pointer) }

    /// Publishes all, with at most `window` unacknowledged, and returns when the last is acknowledged.
    func publish(_ messages: [MQTTMessage], window: Int) throws {
        var sent = 0
        while acknowledged < messages.count {
            while sent < messages.count, sent - acknowledged < window {
                try publish(messages[sent])
                sent += 1
            }
            try check(unsafe mosquitto_loop(pointer, Self.loopWait, 1))
        }
    }

    private func publish(_ message: MQTTMessage) throws {
        var properties: OpaquePointer?
        defer { unsafe mosquitto_property_free_all(&properties) }
        unsafe mosquitto_property_add_byte(&properties, Int32(MQTT_PROP_PAYLOAD_FORMAT_INDICATOR.rawValue), 1)
        if let type = message.contentType {
            unsafe mosquitto_property_add_string(&properties, Int32(MQTT_PROP_CONTENT_TYPE.rawValue), type)
        }
        for property in message.userProperties {
            unsafe mosquitto_property_add_string_pair(
                &properties, Int32(MQTT_PROP_USER_PROPERTY.rawValue), property.name, property.value)
        }
        try check(
            unsafe message.payload.withUnsafeBytes { bytes in
                unsafe mosquitto_publish_v5(
                    pointer, nil, message.topic, Int32(bytes.count), bytes.baseAddress, 1, message.isRetained,
                    properties)
            })
    }

    private func check(_ code: Int32) throws {
        guard code == 0 else { throw Fault(text: unsafe String(cString: mosquitto_strerror(code))) }
    }

    private static func from(_ user: UnsafeMutableRawPointer?) -> BareClient? {
        unsafe user.map { unsafe Unmanaged<BareClient>.fromOpaque($0).takeUnretainedValue() }
    }
}
