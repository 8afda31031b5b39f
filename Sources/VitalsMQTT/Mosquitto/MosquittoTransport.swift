import Glibc

/// The real transport: libmosquitto, without its thread, its queue and its reconnect.
///
/// The caller's thread polls the socket beside a `Wakeup` and drives the library by hand. Every connection has a handle
/// of its own. Name resolution is the one thing that still blocks: for as long as the system's resolver takes.
public final class MosquittoTransport: MQTTTransport {
    private let settings: MQTTSettings
    private var handle: MosquittoHandle?
    private var events: [MQTTEvent] = []

    /// A transport without a connection.
    public init(settings: MQTTSettings) { self.settings = settings }

    /// Starts an attempt to connect; reads the files of the settings anew.
    public func connect(_ request: MQTTConnectRequest) throws(MQTTError) {
        drop()
        try settings.validate()
        handle = try MosquittoHandle(settings: settings, request: request)
        collect()
    }

    /// Sends a message with QoS 1, when `wait` is called or before.
    public func publish(_ message: MQTTMessage, token: UInt64) throws(MQTTError) {
        try connected("publish").publish(message, token: token)
    }

    /// Subscribes with QoS 1.
    public func subscribe(_ filter: String) throws(MQTTError) { try connected("subscribe").subscribe(filter) }

    /// Unsubscribes.
    public func unsubscribe(_ filter: String) throws(MQTTError) { try connected("unsubscribe").unsubscribe(filter) }

    /// Sends DISCONNECT.
    public func disconnect() {
        handle?.disconnect()
        collect()
    }

    /// Closes the socket.
    public func drop() {
        guard handle != nil else { return }
        collect()
        guard let handle else { return }
        self.handle = nil
        let error =
            handle.isUnanswered
            ? MQTTError(.unanswered, operation: "MQTT connection to \(place)", message: "the broker answered nothing")
            : MQTTError(.notConnected, operation: "MQTT connection to \(place)", message: "we cut it")
        events.append(.disconnected(error))
    }

    /// Lets go what was published, polls, then lets the library read, write and keep alive.
    public func wait(milliseconds: Int32, wakeup: Wakeup) {
        handle?.release()
        collect()
        var entries = [pollfd(fd: wakeup.descriptor, events: Int16(POLLIN), revents: 0)]
        if let handle, let socket = handle.socket {
            let interest = handle.wantsToWrite ? POLLIN | POLLOUT : POLLIN
            entries.append(pollfd(fd: socket, events: Int16(interest), revents: 0))
        }
        // libmosquitto sends its PINGREQ in `mosquitto_loop_misc`, which it wants once a second.
        let longest = handle == nil ? milliseconds : min(milliseconds, 1_000)
        let isPending = !events.isEmpty
        _ = unsafe poll(&entries, nfds_t(entries.count), isPending ? 0 : longest)
        if let handle {
            let ready = entries.count > 1 ? Int32(entries[1].revents) : 0
            handle.turn(isReadable: ready & (POLLIN | POLLERR | POLLHUP) != 0, isWritable: ready & POLLOUT != 0)
        }
        collect()
    }

    /// What happened since the last call.
    public func takeEvents() -> [MQTTEvent] {
        collect()
        defer { events.removeAll(keepingCapacity: true) }
        return events
    }

    private var place: String { "\(settings.host):\(settings.port)" }

    private func connected(_ operation: String) throws(MQTTError) -> MosquittoHandle {
        guard let handle else {
            throw MQTTError(.notConnected, operation: "\(operation) at \(place)", message: "there is no connection")
        }
        return handle
    }

    /// Takes over the handle's events, and lets go of the handle when its connection is over.
    private func collect() {
        guard let handle else { return }
        events += handle.takeEvents()
        guard let end = handle.end else { return }
        self.handle = nil
        switch end {
        case .refused(let reason): events.append(.refused(reason))
        case .lost(let error): events.append(.disconnected(error))
        case .closed: events.append(.disconnected(nil))
        }
    }
}
