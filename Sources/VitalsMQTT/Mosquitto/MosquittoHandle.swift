import CMosquitto
import CMosquittoGuard
import Glibc

/// One `struct mosquitto`, which lives as long as one connection: a fresh handle has an empty queue, so that the library
/// never sends by itself what an earlier connection left unacknowledged. It belongs to one thread.
///
/// libmosquitto's own thread and reconnect are not used: they end for good at any refusal of MQTT 5 (lesson 34).
@safe final class MosquittoHandle {
    /// How the connection ended.
    enum End {
        case refused(MQTTReason)
        case lost(MQTTError)
        case closed
    }

    private let pointer: OpaquePointer
    private let version: MQTTVersion
    private let isClean: Bool
    private let operation: String
    private var events: [MQTTEvent] = []
    private var tokens: [Int32: UInt64] = [:]
    private var filters: [Int32: String] = [:]
    private var lastLine: String?
    private var isEstablished = false
    private var isAnswered = false
    /// Whether the kernel keeps what is written.
    private var isHolding = false
    private(set) var end: End?

    /// Makes the handle and starts to connect.
    init(settings: MQTTSettings, request: MQTTConnectRequest) throws(MQTTError) {
        _ = Self.library
        version = request.version
        operation = "MQTT connection to \(settings.host):\(settings.port)"
        isClean = settings.sessionExpirySeconds == 0
        guard let pointer = unsafe mosquitto_new(settings.clientID, isClean, nil) else {
            throw MQTTError(.system, operation: operation, message: "libmosquitto cannot make a client; out of memory?")
        }
        unsafe self.pointer = pointer
        unsafe mosquitto_user_data_set(pointer, Unmanaged.passUnretained(self).toOpaque())
        setCallbacks()
        try configure(settings)
        if let will = request.will { try setWill(will) }
        try connect(settings)
    }

    deinit { unsafe mosquitto_destroy(pointer) }

    /// mosquitto_lib_init(3): once, before anything else; it is not thread-safe, a global is.
    private static let library: Int32 = mosquitto_lib_init()

    /// The socket to poll, or nil when it is closed.
    var socket: Int32? {
        let descriptor = unsafe mosquitto_socket(pointer)
        return descriptor >= 0 ? descriptor : nil
    }

    /// Whether there is something to write.
    var wantsToWrite: Bool { unsafe mosquitto_want_write(pointer) }

    /// Whether somebody took the connection, and has not answered CONNECT.
    var isUnanswered: Bool { isEstablished && !isAnswered }

    /// What happened since the last call.
    func takeEvents() -> [MQTTEvent] {
        defer { events.removeAll(keepingCapacity: true) }
        return events
    }

    /// Reads, writes, keeps alive, as poll(2) said.
    func turn(isReadable: Bool, isWritable: Bool) {
        if !isEstablished, let socket { isEstablished = SocketPeer.isThere(socket) }
        if isWritable, end == nil { note(unsafe mosquitto_loop_write(pointer, 1)) }
        if isReadable, end == nil { note(unsafe vitals_mosquitto_loop_read(pointer, 1)) }
        if end == nil { note(unsafe mosquitto_loop_misc(pointer)) }
        if end == nil, socket == nil { end = .lost(loss(MOSQ_ERR_CONN_LOST.code)) }
    }

    /// Sends a message, which leaves with those behind it at the next `release`.
    func publish(_ message: MQTTMessage, token: UInt64) throws(MQTTError) {
        hold(true)
        let properties = PropertyList()
        if version == .v5 { try properties.describe(message) }
        var identifier: Int32 = 0
        let code = unsafe message.payload.withUnsafeBytes { bytes in
            unsafe mosquitto_publish_v5(
                pointer, &identifier, message.topic, Int32(clamping: bytes.count), bytes.baseAddress, 1,
                message.isRetained, properties.pointer)
        }
        let systemError = errno
        guard code == MOSQ_ERR_SUCCESS.code else { throw error(code, "publish", systemError: systemError) }
        tokens[identifier] = token
    }

    /// Lets go what was published: as few segments as it fills, where each message by itself would cost both ends the
    /// way through the kernel, and the broker a wake-up.
    func release() { hold(false) }

    /// tcp(7), TCP_CORK; after 200 ms the kernel lets go by itself. A socket that cannot do it sends each message at once.
    private func hold(_ isHolding: Bool) {
        guard isHolding != self.isHolding, let socket else { return }
        var value: Int32 = isHolding ? 1 : 0
        unsafe setsockopt(socket, Int32(IPPROTO_TCP), TCP_CORK, &value, socklen_t(MemoryLayout<Int32>.size))
        self.isHolding = isHolding
    }

    func subscribe(_ filter: String) throws(MQTTError) {
        var identifier: Int32 = 0
        // RabbitMQ keeps a QoS 1 subscription of a clean 3.1.1 session in a queue of one node, and refuses the client
        // everywhere while that node is away. The echoes that such a session waits for come with QoS 0 as well.
        let quality: Int32 = version == .v311 && isClean ? 0 : 1
        let code = unsafe mosquitto_subscribe_v5(pointer, &identifier, filter, quality, 0, nil)
        guard code == MOSQ_ERR_SUCCESS.code else { throw error(code, "subscribe") }
        filters[identifier] = filter
    }

    func unsubscribe(_ filter: String) throws(MQTTError) {
        let code = unsafe mosquitto_unsubscribe_v5(pointer, nil, filter, nil)
        guard code == MOSQ_ERR_SUCCESS.code else { throw error(code, "unsubscribe") }
    }

    /// Sends DISCONNECT; the end follows when it is written.
    func disconnect() {
        let code = unsafe mosquitto_disconnect_v5(pointer, 0, nil)
        if code != MOSQ_ERR_SUCCESS.code, end == nil { end = .lost(error(code, "disconnect")) }
    }
}

// MARK: - Setting up

extension MosquittoHandle {
    private func configure(_ settings: MQTTSettings) throws(MQTTError) {
        let protocolVersion = version == .v5 ? MQTT_PROTOCOL_V5 : MQTT_PROTOCOL_V311
        try check(unsafe mosquitto_int_option(pointer, MOSQ_OPT_PROTOCOL_VERSION, Int32(protocolVersion)), "version")
        try check(unsafe mosquitto_int_option(pointer, MOSQ_OPT_TCP_NODELAY, 1), "TCP_NODELAY")
        let receiveMaximum = Int32(VitalsMQTTLimits.receiveMaximum)
        try check(unsafe mosquitto_int_option(pointer, MOSQ_OPT_RECEIVE_MAXIMUM, receiveMaximum), "Receive Maximum")
        if let username = settings.username {
            var password: String?
            if let path = settings.passwordFile {
                let content = try PasswordFile.read(path)
                if let warning = content.warning { events.append(.warning(warning)) }
                password = content.password
            }
            try check(unsafe mosquitto_username_pw_set(pointer, username, password), "user name")
        }
        if let tls = settings.tls { try configure(tls) }
    }

    private func configure(_ tls: MQTTSettings.TLS) throws(MQTTError) {
        // libmosquitto says no more than "invalid" of a file that it cannot open.
        for case let path? in [tls.authorityFile, tls.certificateFile, tls.keyFile]
        where unsafe access(path, R_OK) != 0 {
            throw MQTTError(
                .unreadableFile, operation: operation, message: "\(path) cannot be read; check path and mode")
        }
        if tls.authorityFile == nil {
            try check(unsafe mosquitto_int_option(pointer, MOSQ_OPT_TLS_USE_OS_CERTS, 1), "the system's authorities")
        }
        if tls.authorityFile != nil || tls.certificateFile != nil {
            let code = unsafe mosquitto_tls_set(
                pointer, tls.authorityFile, tls.authorityFile == nil ? Self.systemAuthorities : nil,
                tls.certificateFile, tls.keyFile, nil)
            try check(code, "TLS files")
        }
        // 1: SSL_VERIFY_PEER. "tlsv1.2" is the lowest version offered; the library's default still allows TLS 1.1.
        try check(unsafe mosquitto_tls_opts_set(pointer, 1, "tlsv1.2", nil), "TLS version")
        try check(unsafe mosquitto_tls_insecure_set(pointer, false), "host name check")
    }

    /// mosquitto_tls_set(3) wants a folder of authorities where it gets no file.
    private static let systemAuthorities = "/etc/ssl/certs"

    private func setWill(_ will: MQTTMessage) throws(MQTTError) {
        let properties = PropertyList()
        if version == .v5 { try properties.describe(will) }
        let code = unsafe will.payload.withUnsafeBytes { bytes in
            unsafe mosquitto_will_set_v5(
                pointer, will.topic, Int32(clamping: bytes.count), bytes.baseAddress, 1, will.isRetained,
                properties.pointer)
        }
        try check(code, "will")
        // On success the properties belong to the client.
        properties.giveAway()
    }

    private func connect(_ settings: MQTTSettings) throws(MQTTError) {
        let keepAlive = Int32(settings.keepAliveSeconds)
        guard version == .v5, settings.sessionExpirySeconds > 0 else {
            // Not blocking: a peer that does not answer costs our deadline, not the minutes of TCP's own.
            let code = unsafe mosquitto_connect_bind_async(pointer, settings.host, Int32(settings.port), keepAlive, nil)
            let systemError = errno
            guard code == MOSQ_ERR_SUCCESS.code else { throw error(code, systemError: systemError) }
            return
        }
        // CONNECT properties are taken by the blocking call alone.
        let properties = PropertyList()
        try properties.add(UInt32(settings.sessionExpirySeconds), as: MQTT_PROP_SESSION_EXPIRY_INTERVAL)
        try properties.add(VitalsMQTTLimits.messageBytesMax, as: MQTT_PROP_MAXIMUM_PACKET_SIZE)
        let code = unsafe mosquitto_connect_bind_v5(
            pointer, settings.host, Int32(settings.port), keepAlive, nil, properties.pointer)
        let systemError = errno
        guard code == MOSQ_ERR_SUCCESS.code else { throw error(code, systemError: systemError) }
    }

    private func check(_ code: Int32, _ what: String) throws(MQTTError) {
        guard code == MOSQ_ERR_SUCCESS.code else { throw error(code, what) }
    }

    private func error(_ code: Int32, _ what: String? = nil, systemError: Int32 = 0) -> MQTTError {
        let full = what.map { "\(operation), \($0)" } ?? operation
        return .mosquitto(code, operation: full, systemError: systemError, detail: lastLine)
    }

    /// A loop function failed: the connection is over. The callbacks before it may have said more exactly why.
    private func note(_ code: Int32) {
        let systemError = errno
        guard code != MOSQ_ERR_SUCCESS.code, end == nil else { return }
        end = .lost(loss(code, systemError: systemError))
    }

    /// The error for a connection that ended: a peer that hangs up on CONNECT is told from one that was never there.
    private func loss(_ code: Int32, systemError: Int32 = 0) -> MQTTError {
        let isHungUp = code == MOSQ_ERR_CONN_LOST.code || code == MOSQ_ERR_ERRNO.code && systemError == ECONNRESET
        guard isHungUp, isUnanswered else { return error(code, systemError: systemError) }
        let name = version == .v5 ? "5" : "3.1.1"
        return MQTTError(
            .unanswered, operation: operation,
            message: "the broker closed the connection instead of answering; does it speak MQTT \(name) on this port?")
    }
}

// MARK: - Callbacks

// They run inside a call of ours, on our thread, under the library's callback lock: they only take notes.
extension MosquittoHandle {
    private func setCallbacks() {
        unsafe mosquitto_connect_v5_callback_set(pointer) { _, context, code, flags, properties in
            unsafe MosquittoHandle.from(context).connected(code: code, flags: flags, properties: properties)
        }
        unsafe mosquitto_disconnect_v5_callback_set(pointer) { _, context, code, _ in
            let systemError = errno
            unsafe MosquittoHandle.from(context).disconnected(code: code, systemError: systemError)
        }
        unsafe mosquitto_publish_v5_callback_set(pointer) { _, context, identifier, code, _ in
            unsafe MosquittoHandle.from(context).published(identifier: identifier, code: code)
        }
        unsafe mosquitto_subscribe_v5_callback_set(pointer) { _, context, identifier, count, granted, _ in
            let code = unsafe count > 0 ? granted?.pointee ?? 0x80 : 0x80
            unsafe MosquittoHandle.from(context).subscribed(identifier: identifier, code: code)
        }
        unsafe mosquitto_message_v5_callback_set(pointer) { _, context, message, properties in
            guard let message = unsafe message?.pointee else { return }
            unsafe MosquittoHandle.from(context).received(message, properties)
        }
        unsafe mosquitto_log_callback_set(pointer) { _, context, level, text in
            guard level == MOSQ_LOG_ERR || level == MOSQ_LOG_WARNING, let text = unsafe text else { return }
            // Some lines of the library end in a line break.
            let line = unsafe String(cString: text).split(whereSeparator: \.isNewline).joined(separator: " ")
            unsafe MosquittoHandle.from(context).lastLine = line
        }
    }

    /// The context was set to this object, which owns the client and so outlives every callback.
    private static func from(_ context: UnsafeMutableRawPointer?) -> MosquittoHandle {
        guard let context = unsafe context else { preconditionFailure("libmosquitto lost its user data") }
        return unsafe Unmanaged<MosquittoHandle>.fromOpaque(context).takeUnretainedValue()
    }

    private func connected(code: Int32, flags: Int32, properties: OpaquePointer?) {
        isAnswered = true
        let raw = UInt8(truncatingIfNeeded: code)
        // A 3.1.1 broker refuses MQTT 5 with its own return code 1, which the library reports as 0x84.
        let reason = raw < 0x80 ? MQTTReason(connectReturnCode: raw) : MQTTReason(rawValue: raw)
        guard reason == .success else {
            end = .refused(reason)
            return
        }
        var connection = MQTTConnection(version: version)
        connection.isSessionPresent = flags & 1 != 0
        let list = unsafe PropertyList.Reader(pointer: properties)
        connection.receiveMaximum = list.int16(MQTT_PROP_RECEIVE_MAXIMUM) ?? .max
        connection.isRetainAvailable = list.byte(MQTT_PROP_RETAIN_AVAILABLE) != 0
        connection.maximumQoS = list.byte(MQTT_PROP_MAXIMUM_QOS) ?? 2
        connection.maximumPacketSize = list.int32(MQTT_PROP_MAXIMUM_PACKET_SIZE)
        events.append(.connected(connection))
    }

    private func disconnected(code: Int32, systemError: Int32) {
        guard end == nil else { return }
        switch code {
        case 0: end = .closed
        case 0x80...0xFF:
            let reason = MQTTReason(rawValue: UInt8(code))
            end = .lost(MQTTError(.refused, operation: operation, message: "the broker ended it: \(reason)"))
        default: end = .lost(loss(code, systemError: systemError))
        }
    }

    private func published(identifier: Int32, code: Int32) {
        guard let token = tokens.removeValue(forKey: identifier) else { return }
        events.append(.acknowledged(token: token, MQTTReason(rawValue: UInt8(truncatingIfNeeded: code))))
    }

    private func subscribed(identifier: Int32, code: Int32) {
        guard let filter = filters.removeValue(forKey: identifier) else { return }
        events.append(.subscribed(filter: filter, MQTTReason(rawValue: UInt8(truncatingIfNeeded: code))))
    }

    private func received(_ message: mosquitto_message, _ properties: OpaquePointer?) {
        let bytes = unsafe UnsafeRawBufferPointer(start: message.payload, count: Int(message.payloadlen))
        guard let topic = unsafe message.topic.map({ unsafe String(cString: $0) }) else { return }
        let list = unsafe PropertyList.Reader(pointer: properties)
        events.append(
            .message(
                MQTTMessage(
                    topic: topic, payload: unsafe Array(bytes), isRetained: unsafe message.retain,
                    contentType: list.string(MQTT_PROP_CONTENT_TYPE), userProperties: list.userProperties())))
    }
}

extension mosq_err_t {
    /// The functions return plain integers.
    var code: Int32 { rawValue }
}
