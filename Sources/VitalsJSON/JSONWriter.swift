/// Writes JSON text with sorted member names and no white space, so that the same content is always the same bytes.
///
/// The caller writes the members in order; a debug build stops on a name out of order.
///
///     var writer = JSONWriter()
///     writer.object { json in
///         json.member("kind", "alarm")
///         json.member("sequence", 7)
///     }
public struct JSONWriter {
    /// The text so far.
    public private(set) var bytes: [UInt8] = []
    private var needsComma = false
    private var lastName: String?

    private static let decimalPlacesMax = 10
    /// The 20 digits of a 64-bit number, a zero and a point before ten places, and a sign, with room.
    private static let decimalBytesMax = 32

    /// An empty text.
    public init() {}

    /// Forgets the text and keeps its memory.
    public mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        needsComma = false
        lastName = nil
    }

    /// Makes room for so many bytes in all.
    public mutating func reserveCapacity(_ count: Int) { bytes.reserveCapacity(count) }

    /// Ends a line of JSON Lines.
    public mutating func endLine() {
        bytes.append(0x0A)
        needsComma = false
    }

    /// An object; `content` writes its members.
    public mutating func object(_ content: (inout JSONWriter) -> Void) {
        separate()
        nested("{", "}", content)
    }

    /// An array; `content` writes its elements.
    public mutating func array(_ content: (inout JSONWriter) -> Void) {
        separate()
        nested("[", "]", content)
    }

    /// The beginning of an array whose elements somebody writes who has this writer as a part.
    public mutating func beginArray() {
        separate()
        bytes.append(UInt8(ascii: "["))
        needsComma = false
    }

    /// Its end.
    public mutating func endArray() {
        bytes.append(UInt8(ascii: "]"))
        needsComma = true
    }

    /// A string.
    public mutating func value(_ text: some StringProtocol) { value(String(text)) }

    // Without overloads for the usual types, other modules would call the generic ones, unspecialised: ten times slower.

    /// A string.
    public mutating func value(_ text: String) {
        separate()
        string(text)
    }

    /// An integer.
    public mutating func value(_ number: some BinaryInteger) {
        separate()
        bytes.append(contentsOf: String(number).utf8)
    }

    /// An integer.
    public mutating func value(_ number: Int64) {
        separate()
        bytes.append(contentsOf: String(number).utf8)
    }

    /// An integer.
    public mutating func value(_ number: UInt64) {
        separate()
        bytes.append(contentsOf: String(number).utf8)
    }

    /// `true` or `false`.
    public mutating func value(_ truth: Bool) {
        separate()
        bytes.append(contentsOf: (truth ? "true" : "false").utf8)
    }

    /// `null`.
    public mutating func null() {
        separate()
        bytes.append(contentsOf: "null".utf8)
    }

    /// A number whose text the caller has made, such as an exact decimal.
    public mutating func number(_ text: String) {
        separate()
        if !plain(text) { bytes.append(contentsOf: text.utf8) }
    }

    /// JSON text that is already there.
    public mutating func raw(_ json: some Sequence<UInt8>) {
        separate()
        bytes.append(contentsOf: json)
    }

    /// Text of which the caller knows that it is a part of JSON, commas included: what many values have in common is then
    /// written at once.
    public mutating func fragment(_ text: StaticString) {
        unsafe bytes.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
        needsComma = true
    }

    /// The same, for text that was made. The name keeps literals from being taken for it, which would cost several times
    /// as much.
    public mutating func fragment(made text: String) {
        bytes.append(contentsOf: text.utf8)
        needsComma = true
    }

    /// A part of a number that was made of integers: `units` of 10^-`places`, exactly, without zeros at the end. 1250000
    /// with six places is `1.25`. At most ten places.
    public mutating func fragment(decimal units: UInt64, places: Int = 0, isNegative: Bool = false) {
        // Digit by digit, from the last one on: making strings of them takes several times as long.
        unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: Self.decimalBytesMax) { room in
            var place = Self.decimalBytesMax
            func put(_ byte: UInt8) {
                place -= 1
                unsafe room[place] = byte
            }
            var rest = units
            var hasFraction = false
            for _ in 0..<min(places, Self.decimalPlacesMax) {
                let digit = rest % 10
                rest /= 10
                guard digit != 0 || hasFraction else { continue }
                hasFraction = true
                put(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: digit))
            }
            if hasFraction { put(UInt8(ascii: ".")) }
            repeat {
                put(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10))
                rest /= 10
            } while rest > 0
            if isNegative { put(UInt8(ascii: "-")) }
            unsafe bytes.append(contentsOf: UnsafeBufferPointer(rebasing: room[place...]))
        }
        needsComma = true
    }

    /// A string that follows a fragment, without a comma.
    public mutating func quoted(_ text: String) {
        string(text)
        needsComma = true
    }

    /// The name of the next value.
    public mutating func name(_ name: String) {
        assert(lastName.map { $0.utf8.lexicographicallyPrecedes(name.utf8) } ?? true, "member \(name) is out of order")
        lastName = name
        separate()
        string(name)
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    /// A string member.
    public mutating func member(_ name: String, _ text: some StringProtocol) { member(name, String(text)) }

    /// A string member.
    public mutating func member(_ name: String, _ text: String) {
        self.name(name)
        value(text)
    }

    /// An integer member.
    public mutating func member(_ name: String, _ number: some BinaryInteger) {
        self.name(name)
        value(number)
    }

    /// An integer member.
    public mutating func member(_ name: String, _ number: Int64) {
        self.name(name)
        value(number)
    }

    /// An integer member.
    public mutating func member(_ name: String, _ number: UInt64) {
        self.name(name)
        value(number)
    }

    /// A truth member.
    public mutating func member(_ name: String, _ truth: Bool) {
        self.name(name)
        value(truth)
    }

    /// A member that is an object.
    public mutating func member(_ name: String, object content: (inout JSONWriter) -> Void) {
        self.name(name)
        object(content)
    }

    /// A member that is an array.
    public mutating func member(_ name: String, array content: (inout JSONWriter) -> Void) {
        self.name(name)
        array(content)
    }

    /// A parsed value, with the members of its objects sorted.
    public mutating func value(_ value: JSONValue) {
        switch value {
        case .null: null()
        case .bool(let truth): self.value(truth)
        case .number(let number): self.number(number.text)
        case .string(let text): self.value(text)
        case .array(let elements): array { json in for element in elements { json.value(element) } }
        case .object(let members):
            object { json in
                for member in members.sorted(by: { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }) {
                    json.name(member.name)
                    json.value(member.value)
                }
            }
        }
    }

    private mutating func separate() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        needsComma = true
    }

    private mutating func nested(_ open: Unicode.Scalar, _ close: Unicode.Scalar, _ content: (inout JSONWriter) -> Void)
    {
        bytes.append(UInt8(ascii: open))
        let outerName = lastName
        needsComma = false
        lastName = nil
        content(&self)
        bytes.append(UInt8(ascii: close))
        needsComma = true
        lastName = outerName
    }

    private mutating func string(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        if !plain(text) { escape(text) }
        bytes.append(UInt8(ascii: "\""))
    }

    /// Copies text that needs no escape; false, and nothing done, when it needs one.
    private mutating func plain(_ text: String) -> Bool {
        var text = text
        // The bytes are looked at within this call alone. The loop over the string's own view takes five times as long.
        return text.withUTF8 { utf8 in
            for index in utf8.indices {
                let byte = unsafe utf8[index]
                if byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { return false }
            }
            unsafe bytes.append(contentsOf: utf8)
            return true
        }
    }

    private mutating func escape(_ text: String) {
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""): bytes.append(contentsOf: "\\\"".utf8)
            case UInt8(ascii: "\\"): bytes.append(contentsOf: "\\\\".utf8)
            case 0x0A: bytes.append(contentsOf: "\\n".utf8)
            case 0x0D: bytes.append(contentsOf: "\\r".utf8)
            case 0x09: bytes.append(contentsOf: "\\t".utf8)
            case 0..<0x20:
                bytes.append(contentsOf: "\\u00".utf8)
                for digit in [byte >> 4, byte & 15] {
                    bytes.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
                }
            default: bytes.append(byte)
            }
        }
    }
}
