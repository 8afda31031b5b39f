internal import CSystemd

/// A method call that came in. It may be kept and answered later; one that is dropped unanswered leaves its caller to the
/// caller's own deadline.
@safe
public final class BusRequest {
    /// The unique name of the caller.
    public let sender: String
    /// The object that is called.
    public let path: String
    /// The interface; empty when the caller named none.
    public let interface: String
    /// The method.
    public let member: String
    /// The arguments.
    public let arguments: [BusValue]
    /// The signature of the arguments, to tell a wrong call from a right one.
    public var signature: String { arguments.map(\.typeSignature).joined() }

    private let message: OpaquePointer
    private var isAnswered = false

    init(message: OpaquePointer, arguments: [BusValue]) {
        unsafe self.message = unsafe sd_bus_message_ref(message)
        self.arguments = arguments
        sender = unsafe String(orEmpty: sd_bus_message_get_sender(message))
        path = unsafe String(orEmpty: sd_bus_message_get_path(message))
        interface = unsafe String(orEmpty: sd_bus_message_get_interface(message))
        member = unsafe String(orEmpty: sd_bus_message_get_member(message))
    }

    deinit { unsafe sd_bus_message_unref(message) }

    /// Sends the answer. The first one counts, further ones are not sent; `.later` sends nothing.
    public func answer(_ answer: BusAnswer) throws(BusError) {
        guard !isAnswered else { return }
        switch answer {
        case .later:
            return
        case .values(let values):
            var reply: OpaquePointer?
            try unsafe BusError.check(
                sd_bus_message_new_method_return(message, &reply), "sd_bus_message_new_method_return")
            defer { unsafe sd_bus_message_unref(reply) }
            guard let reply = unsafe reply else { return }
            for value in values { try unsafe MessageWriter.append(value, to: reply) }
            try unsafe BusError.check(sd_bus_message_send(reply), "sd_bus_message_send")
        case .error(let error):
            let result = unsafe error.name.withCString { name in
                unsafe error.message.withCString { text in
                    var plain = unsafe sd_bus_error(name: name, message: text, _need_free: 0)
                    return unsafe sd_bus_reply_method_error(message, &plain)
                }
            }
            try BusError.check(result, "sd_bus_reply_method_error")
        }
        isAnswered = true
    }
}

extension String {
    /// What C has as text, or nothing.
    init(orEmpty text: UnsafePointer<CChar>?) {
        self = unsafe text.map { unsafe String(cString: $0) } ?? ""
    }
}
