internal import CSystemd

/// Signals that somebody wants. The connection keeps it until it is cancelled or the connection is closed.
@safe
public final class BusSubscription {
    private weak var connection: BusConnection?
    private let handler: (BusSignal) -> Void
    private var slot: OpaquePointer?

    init(connection: BusConnection, _ handler: @escaping (BusSignal) -> Void) {
        self.connection = connection
        self.handler = handler
    }

    deinit { unsafe sd_bus_slot_unref(slot) }

    /// The handler is not called any more, and the bus is told to send these signals no longer.
    public func cancel() {
        connection?.forget(self)
        release()
    }

    /// Asks the bus for the signals; what is sent after this on the same connection finds the match in force, since the
    /// bus takes one message after the other.
    func install(_ rule: String, on bus: OpaquePointer) throws(BusError) {
        let result = unsafe sd_bus_add_match_async(
            bus, &slot, rule, { message, userdata, _ in unsafe BusSubscription.received(message, userdata) },
            { message, userdata, _ in unsafe BusSubscription.installed(message, userdata) },
            Unmanaged.passUnretained(self).toOpaque())
        try BusError.check(result, "sd_bus_add_match_async")
    }

    func release() {
        unsafe sd_bus_slot_unref(slot)
        unsafe slot = nil
    }

    private static func received(_ message: OpaquePointer?, _ userdata: UnsafeMutableRawPointer?) -> Int32 {
        guard let message = unsafe message, let userdata = unsafe userdata else { return 0 }
        let subscription = unsafe Unmanaged<BusSubscription>.fromOpaque(userdata).takeUnretainedValue()
        guard let connection = subscription.connection, unsafe subscription.slot != nil else { return 0 }
        do {
            var signal = unsafe BusSignal(
                String(orEmpty: sd_bus_message_get_path(message)),
                String(orEmpty: sd_bus_message_get_interface(message)),
                String(orEmpty: sd_bus_message_get_member(message)),
                try MessageReader.arguments(of: message))
            signal.sender = unsafe String(orEmpty: sd_bus_message_get_sender(message))
            signal.destination = unsafe sd_bus_message_get_destination(message).map { unsafe String(cString: $0) }
            subscription.handler(signal)
        } catch {
            connection.refusedSignals += 1
        }
        // Others may want the same signal.
        return 0
    }

    /// A match that the bus refuses would be a silence that nobody can tell from peace: the connection ends with the
    /// bus's words instead.
    private static func installed(_ message: OpaquePointer?, _ userdata: UnsafeMutableRawPointer?) -> Int32 {
        guard let message = unsafe message, let userdata = unsafe userdata else { return 0 }
        guard unsafe sd_bus_message_is_method_error(message, nil) > 0 else { return 0 }
        let subscription = unsafe Unmanaged<BusSubscription>.fromOpaque(userdata).takeUnretainedValue()
        subscription.connection?.lose(unsafe BusError(reply: message))
        return 0
    }
}

extension BusError {
    /// The error that a message carries.
    init(reply message: OpaquePointer) {
        let error = unsafe sd_bus_message_get_error(message)
        let name = unsafe String(orEmpty: error?.pointee.name)
        let text = unsafe String(orEmpty: error?.pointee.message)
        self.init(name: name.isEmpty ? BusError.failed : name, message: text)
    }
}
