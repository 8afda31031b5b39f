internal import CSystemd

/// A method call message under construction; it is released with its owner.
@safe
final class Message {
    let pointer: OpaquePointer

    init(_ call: BusCall, on bus: OpaquePointer) throws(BusError) {
        var made: OpaquePointer?
        let result = unsafe sd_bus_message_new_method_call(
            bus, &made, call.destination, call.path, call.interface, call.member)
        try BusError.check(result, "sd_bus_message_new_method_call")
        guard let message = unsafe made else { throw BusError(code: -ENOMEM, call: "sd_bus_message_new_method_call") }
        unsafe pointer = unsafe message
        if !call.startsService {
            try unsafe BusError.check(sd_bus_message_set_auto_start(message, 0), "sd_bus_message_set_auto_start")
        }
        for argument in call.arguments { try unsafe MessageWriter.append(argument, to: message) }
    }

    deinit { unsafe sd_bus_message_unref(pointer) }
}
