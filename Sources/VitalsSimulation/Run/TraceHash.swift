/// A running hash over everything that happens in a world: FNV-1a, 64 bits (Fowler, Noll, Vo), by words. Two runs with
/// one hash did the same.
struct TraceHash: Hashable, Sendable {
    private(set) var value: UInt64 = 0xCBF2_9CE4_8422_2325

    mutating func add(_ word: UInt64) { value = (value ^ word) &* 0x0000_0100_0000_01B3 ^ value >> 29 }

    mutating func add(_ word: Int64) { add(UInt64(bitPattern: word)) }

    mutating func add(_ bytes: [UInt8]) {
        var word: UInt64 = 0
        var count = 0
        for byte in bytes {
            word = word << 8 | UInt64(byte)
            count += 1
            if count == 8 {
                add(word)
                word = 0
                count = 0
            }
        }
        add(word)
        add(UInt64(bytes.count))
    }

    mutating func add(_ text: String) { add([UInt8](text.utf8)) }

    static func of(_ bytes: [UInt8]) -> UInt64 {
        var hash = TraceHash()
        hash.add(bytes)
        return hash.value
    }
}
