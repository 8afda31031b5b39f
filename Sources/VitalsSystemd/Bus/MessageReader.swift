internal import CSystemd

/// Reads the arguments of a message that anybody may have sent: depth, number and size are bounded, and a message that
/// breaks the rules becomes an error.
@safe
struct MessageReader {
    private let message: OpaquePointer
    private var valuesLeft = BusLimits.valuesMax
    private var octetsLeft = BusLimits.octetsMax

    /// All arguments, in their order.
    static func arguments(of message: OpaquePointer) throws(BusError) -> [BusValue] {
        try BusError.check(unsafe sd_bus_message_rewind(message, 1), "sd_bus_message_rewind")
        var reader = unsafe MessageReader(message: message)
        return try reader.values(depth: 0)
    }

    private init(message: OpaquePointer) { unsafe self.message = unsafe message }

    /// What is left in the current container.
    private mutating func values(depth: Int) throws(BusError) -> [BusValue] {
        var values: [BusValue] = []
        while let value = try next(depth: depth) { values.append(value) }
        return values
    }

    private mutating func next(depth: Int) throws(BusError) -> BusValue? {
        var type: CChar = 0
        var contents: UnsafePointer<CChar>?
        let result = unsafe sd_bus_message_peek_type(message, &type, &contents)
        try BusError.check(result, "sd_bus_message_peek_type")
        guard result > 0 else { return nil }
        valuesLeft -= 1
        guard depth < BusLimits.depthMax, valuesLeft >= 0 else { throw Self.tooLarge }
        switch UInt8(bitPattern: type) {
        case UInt8(ascii: "a"): return unsafe try array(String(orEmpty: contents), depth: depth)
        case UInt8(ascii: "r"):
            return .structure(try inside(type, unsafe String(orEmpty: contents), depth: depth))
        case UInt8(ascii: "v"):
            let inner = try inside(type, unsafe String(orEmpty: contents), depth: depth)
            guard let value = inner.first, inner.count == 1 else { throw Self.inconsistent }
            return .variant(value)
        default: return try basic(type)
        }
    }

    private mutating func array(_ element: String, depth: Int) throws(BusError) -> BusValue {
        if element == "y" { return try bytes() }
        guard element.first == "{" else {
            return .array(try inside(CChar(UInt8(ascii: "a")), element, depth: depth), of: element)
        }
        let signatures = element.dropFirst().dropLast()
        var entries: [BusEntry] = []
        try enter(CChar(UInt8(ascii: "a")), element)
        while try enterEntry(String(signatures)) {
            guard let key = try next(depth: depth + 1), let value = try next(depth: depth + 1) else {
                throw Self.inconsistent
            }
            try leave()
            entries.append(BusEntry(key: key, value: value))
        }
        try leave()
        return .dictionary(entries, key: String(signatures.prefix(1)), value: String(signatures.dropFirst()))
    }

    private mutating func bytes() throws(BusError) -> BusValue {
        var start: UnsafeRawPointer?
        var count = 0
        let result = unsafe sd_bus_message_read_array(message, CChar(UInt8(ascii: "y")), &start, &count)
        try BusError.check(result, "sd_bus_message_read_array")
        octetsLeft -= count
        guard octetsLeft >= 0 else { throw Self.tooLarge }
        return .bytes(unsafe Array(UnsafeRawBufferPointer(start: start, count: count)))
    }

    private mutating func inside(_ type: CChar, _ contents: String, depth: Int) throws(BusError) -> [BusValue] {
        try enter(type, contents)
        let values = try values(depth: depth + 1)
        try leave()
        return values
    }

    private func enter(_ type: CChar, _ contents: String) throws(BusError) {
        let result = unsafe sd_bus_message_enter_container(message, type, contents)
        try BusError.check(result, "sd_bus_message_enter_container")
    }

    private func enterEntry(_ contents: String) throws(BusError) -> Bool {
        let result = unsafe sd_bus_message_enter_container(message, CChar(UInt8(ascii: "e")), contents)
        try BusError.check(result, "sd_bus_message_enter_container")
        return result > 0
    }

    private func leave() throws(BusError) {
        try BusError.check(unsafe sd_bus_message_exit_container(message), "sd_bus_message_exit_container")
    }

    private mutating func basic(_ type: CChar) throws(BusError) -> BusValue {
        switch UInt8(bitPattern: type) {
        case UInt8(ascii: "y"): .byte(try read(type, UInt8(0)))
        case UInt8(ascii: "b"): .boolean(try read(type, Int32(0)) != 0)
        case UInt8(ascii: "n"): .int16(try read(type, Int16(0)))
        case UInt8(ascii: "q"): .uint16(try read(type, UInt16(0)))
        case UInt8(ascii: "i"): .int32(try read(type, Int32(0)))
        case UInt8(ascii: "u"): .uint32(try read(type, UInt32(0)))
        case UInt8(ascii: "x"): .int64(try read(type, Int64(0)))
        case UInt8(ascii: "t"): .uint64(try read(type, UInt64(0)))
        case UInt8(ascii: "d"): .double(try read(type, Double(0)))
        // The message closes its own descriptors.
        case UInt8(ascii: "h"): .descriptor(try BusDescriptor(copying: try read(type, Int32(-1))))
        case UInt8(ascii: "s"): .string(try text(type))
        case UInt8(ascii: "o"): .objectPath(try text(type))
        case UInt8(ascii: "g"): .signature(try text(type))
        default: throw Self.inconsistent
        }
    }

    private func read<Number: BitwiseCopyable>(_ type: CChar, _ zero: Number) throws(BusError) -> Number {
        var number = zero
        let result = unsafe sd_bus_message_read_basic(message, type, &number)
        try BusError.check(result, "sd_bus_message_read_basic")
        return number
    }

    private mutating func text(_ type: CChar) throws(BusError) -> String {
        var start: UnsafePointer<CChar>?
        let result = unsafe sd_bus_message_read_basic(message, type, &start)
        try BusError.check(result, "sd_bus_message_read_basic")
        let text = unsafe String(orEmpty: start)
        octetsLeft -= text.utf8.count
        guard octetsLeft >= 0 else { throw Self.tooLarge }
        return text
    }

    private static let tooLarge = BusError(
        name: BusError.limitsExceeded, message: "the message is deeper or larger than this program takes")
    private static let inconsistent = BusError(
        name: BusError.inconsistentMessage, message: "the message does not hold what its signature says")
}
