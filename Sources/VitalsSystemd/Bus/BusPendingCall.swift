internal import CSystemd
internal import VitalsModel

/// A call on its way. The connection keeps it until the answer, the deadline or `cancel`.
@safe
public final class BusPendingCall {
    private weak var connection: BusConnection?
    private var reply: ((Result<[BusValue], BusError>) -> Void)?
    private var slot: OpaquePointer?

    init(connection: BusConnection, _ reply: @escaping (Result<[BusValue], BusError>) -> Void) {
        self.connection = connection
        self.reply = reply
    }

    deinit { unsafe sd_bus_slot_unref(slot) }

    /// The reply handler is never called after this. What was called for may happen all the same.
    public func cancel() {
        reply = nil
        connection?.forget(self)
        release()
    }

    func send(_ message: OpaquePointer, on bus: OpaquePointer, deadline: MonotonicTime.Span) throws(BusError) {
        // Zero would mean the library's default of 25 s.
        let microseconds = UInt64(max(deadline.microseconds, 1))
        let result = unsafe sd_bus_call_async(
            bus, &slot, message, { message, userdata, _ in unsafe BusPendingCall.answered(message, userdata) },
            Unmanaged.passUnretained(self).toOpaque(), microseconds)
        try BusError.check(result, "sd_bus_call_async")
    }

    func release() {
        unsafe sd_bus_slot_unref(slot)
        unsafe slot = nil
    }

    func finish(_ result: Result<[BusValue], BusError>) {
        guard let reply else { return }
        self.reply = nil
        connection?.forget(self)
        release()
        reply(result)
    }

    private static func answered(_ message: OpaquePointer?, _ userdata: UnsafeMutableRawPointer?) -> Int32 {
        guard let message = unsafe message, let userdata = unsafe userdata else { return 0 }
        let call = unsafe Unmanaged<BusPendingCall>.fromOpaque(userdata).takeUnretainedValue()
        call.finish(unsafe Result(reply: message))
        return 1
    }
}

extension Result where Success == [BusValue], Failure == BusError {
    /// What a method's answer holds. The library makes an answer of its own when the deadline passes, which it words so
    /// since version 209 (sd_bus_call(3) names only the errno).
    init(reply message: OpaquePointer) {
        if unsafe sd_bus_message_is_method_error(message, nil) > 0 {
            let error = unsafe BusError(reply: message)
            let isDeadline = error.name == BusError.noReply && error.message == "Method call timed out"
            self = .failure(BusError(name: error.name, message: error.message, isDeadline: isDeadline))
        } else {
            do throws(BusError) {
                self = .success(unsafe try MessageReader.arguments(of: message))
            } catch {
                self = .failure(error)
            }
        }
    }
}
