internal import CSystemd

/// Appends values to a message. What the bus would end the connection for is refused here.
enum MessageWriter {
    static func append(_ value: BusValue, to message: OpaquePointer) throws(BusError) {
        try unsafe append(value, to: message, depth: 0)
    }

    private static func append(_ value: BusValue, to message: OpaquePointer, depth: Int) throws(BusError) {
        guard depth < BusLimits.sentDepthMax else {
            throw BusError(name: BusError.limitsExceeded, message: "the value is deeper than a message may be")
        }
        switch value {
        case .byte(let number): try unsafe basic("y", number, message)
        case .boolean(let flag): try unsafe basic("b", Int32(flag ? 1 : 0), message)
        case .int16(let number): try unsafe basic("n", number, message)
        case .uint16(let number): try unsafe basic("q", number, message)
        case .int32(let number): try unsafe basic("i", number, message)
        case .uint32(let number): try unsafe basic("u", number, message)
        case .int64(let number): try unsafe basic("x", number, message)
        case .uint64(let number): try unsafe basic("t", number, message)
        case .double(let number): try unsafe basic("d", number, message)
        case .descriptor(let descriptor): try unsafe basic("h", descriptor.rawValue, message)
        case .string(let text): try unsafe self.text("s", text, message)
        case .objectPath(let text): try unsafe self.text("o", text, message)
        case .signature(let text): try unsafe self.text("g", text, message)
        case .bytes(let bytes):
            let result = unsafe sd_bus_message_append_array(message, letter("y"), bytes, bytes.count)
            try BusError.check(result, "sd_bus_message_append_array")
        case .array(let elements, let element): try unsafe container("a", element, elements, message, depth)
        case .dictionary(let entries, let key, let value):
            try unsafe open("a", "{\(key)\(value)}", message)
            for entry in entries { try unsafe container("e", key + value, [entry.key, entry.value], message, depth) }
            try unsafe close(message)
        case .structure(let members):
            guard !members.isEmpty else {
                throw BusError(name: BusError.invalidArguments, message: "a structure on the bus cannot be empty")
            }
            try unsafe container("r", members.map(\.typeSignature).joined(), members, message, depth)
        case .variant(let inner): try unsafe container("v", inner.typeSignature, [inner], message, depth)
        }
    }

    private static func basic(
        _ type: Unicode.Scalar, _ number: some BitwiseCopyable, _ message: OpaquePointer
    ) throws(BusError) {
        var number = number
        let result = unsafe sd_bus_message_append_basic(message, letter(type), &number)
        try BusError.check(result, "sd_bus_message_append_basic")
    }

    private static func text(_ type: Unicode.Scalar, _ text: String, _ message: OpaquePointer) throws(BusError) {
        guard !text.utf8.contains(0) else {
            throw BusError(name: BusError.invalidArguments, message: "text on the bus cannot hold a zero octet")
        }
        let result = unsafe text.withCString { unsafe sd_bus_message_append_basic(message, letter(type), $0) }
        try BusError.check(result, "sd_bus_message_append_basic")
    }

    private static func container(
        _ type: Unicode.Scalar, _ contents: String, _ values: [BusValue], _ message: OpaquePointer, _ depth: Int
    ) throws(BusError) {
        try unsafe open(type, contents, message)
        for value in values { try unsafe append(value, to: message, depth: depth + 1) }
        try unsafe close(message)
    }

    private static func open(_ type: Unicode.Scalar, _ contents: String, _ message: OpaquePointer) throws(BusError) {
        let result = unsafe sd_bus_message_open_container(message, letter(type), contents)
        try BusError.check(result, "sd_bus_message_open_container")
    }

    private static func close(_ message: OpaquePointer) throws(BusError) {
        try BusError.check(unsafe sd_bus_message_close_container(message), "sd_bus_message_close_container")
    }

    private static func letter(_ scalar: Unicode.Scalar) -> CChar { CChar(truncatingIfNeeded: scalar.value) }
}
