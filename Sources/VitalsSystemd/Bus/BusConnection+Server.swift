internal import CSystemd
public import VitalsModel

/// The server's side.
extension BusConnection {
    /// Asks for a well-known name. It fails when somebody else has it: this program waits in no queue for a name.
    public func requestName(
        _ name: String, deadline: MonotonicTime.Span, reply: @escaping (Result<Void, BusError>) -> Void
    ) {
        // DBUS_NAME_FLAG_DO_NOT_QUEUE; DBUS_REQUEST_NAME_REPLY_PRIMARY_OWNER and _ALREADY_OWNER are the good answers.
        let request = BusCall.toBus("RequestName", [.string(name), .uint32(4)])
        call(request, deadline: deadline) { result in
            reply(
                result.flatMap { values in
                    let code = values.first?.integer
                    guard code == 1 || code == 4 else {
                        return .failure(BusError(name: BusError.failed, message: "the name \(name) is taken"))
                    }
                    return .success(())
                })
        }
    }

    /// Gives a well-known name back.
    public func releaseName(_ name: String) throws(BusError) { try send(.toBus("ReleaseName", [.string(name)])) }

    /// Sends a signal: to its destination, or to all who want it.
    public func emit(_ signal: BusSignal) throws(BusError) {
        var made: OpaquePointer?
        defer { unsafe sd_bus_message_unref(made) }
        try unsafe BusError.check(
            sd_bus_message_new_signal(bus, &made, signal.path, signal.interface, signal.member),
            "sd_bus_message_new_signal")
        guard let message = unsafe made else { return }
        if let destination = signal.destination {
            try unsafe BusError.check(
                sd_bus_message_set_destination(message, destination), "sd_bus_message_set_destination")
        }
        for argument in signal.arguments { try unsafe MessageWriter.append(argument, to: message) }
        try unsafe BusError.check(sd_bus_send(bus, message, nil), "sd_bus_send")
    }

    /// Has the handler answer one call; false when it is not its own.
    static func serve(_ message: OpaquePointer, _ onCall: (BusRequest) -> BusAnswer?) -> Bool {
        let request: BusRequest
        do throws(BusError) {
            request = unsafe BusRequest(message: message, arguments: try MessageReader.arguments(of: message))
        } catch {
            let refused = unsafe BusRequest(message: message, arguments: [])
            try? refused.answer(.error(error))
            return true
        }
        guard let answer = onCall(request) else { return false }
        do throws(BusError) {
            try request.answer(answer)
        } catch {
            // The answer could not be written; the caller hears why, and does not wait.
            try? request.answer(.error(error))
        }
        return true
    }
}
