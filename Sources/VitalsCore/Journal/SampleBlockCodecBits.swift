/// Bits, the most significant of a byte first.
struct BitWriter {
    private(set) var bytes: [UInt8] = []
    private var free = 0

    /// The low `count` bits of `value`, 0 to 64 of them.
    mutating func write(_ value: UInt64, bits count: Int) {
        var remaining = count
        while remaining > 0 {
            if free == 0 {
                bytes.append(0)
                free = 8
            }
            let taken = min(free, remaining)
            let part = value >> UInt64(remaining - taken) & (1 << UInt64(taken) - 1)
            bytes[bytes.count - 1] |= UInt8(truncatingIfNeeded: part << UInt64(free - taken))
            free -= taken
            remaining -= taken
        }
    }

    /// The Elias delta code of `value` + 1 (Elias 1975): short for small numbers, and no bound on large ones.
    mutating func writeDelta(_ value: UInt64) {
        let length = EliasDelta.length(value)
        let lengthBits = UInt64.bitWidth - UInt64(length).leadingZeroBitCount
        write(UInt64(length), bits: 2 * lengthBits - 1)
        // The leading one of value + 1 is implied, so 2^64 needs no more than 64 bits here.
        write(value &+ 1, bits: length - 1)
    }
}

/// The shape of the Elias delta code of a number that may be zero.
enum EliasDelta {
    /// Bits of 2^64, the largest number plus one.
    static let lengthMax = 65
    /// Bits of `lengthMax`.
    static let lengthBitsMax = 7

    /// Bits of `value` + 1, 1 to 65.
    static func length(_ value: UInt64) -> Int {
        value == .max ? lengthMax : UInt64.bitWidth - (value + 1).leadingZeroBitCount
    }

    /// Bits of the whole code.
    static func cost(_ value: UInt64) -> Int {
        let length = length(value)
        let lengthBits = UInt64.bitWidth - UInt64(length).leadingZeroBitCount
        return 2 * lengthBits - 1 + length - 1
    }
}

/// Reads what `BitWriter` wrote. Nothing traps, whatever the bytes.
struct BitReader {
    /// Why there is no next number.
    enum Fault: Error {
        case truncated
        case malformed
    }

    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// The byte that holds the next bit.
    var byteOffset: Int { position / 8 }

    /// Whether nothing is left but the zero bits that fill the last byte.
    var isAtEnd: Bool {
        let left = bytes.count * 8 - position
        guard left < 8 else { return false }
        return left == 0 || bytes[bytes.count - 1] & (1 << UInt8(left) - 1) == 0
    }

    /// The next `count` bits, 0 to 64.
    mutating func read(bits count: Int) throws(Fault) -> UInt64 {
        guard count <= bytes.count * 8 - position else { throw .truncated }
        var value: UInt64 = 0
        var remaining = count
        while remaining > 0 {
            let available = 8 - position % 8
            let taken = min(available, remaining)
            let part = UInt64(bytes[position / 8]) >> UInt64(available - taken) & (1 << UInt64(taken) - 1)
            value = value << UInt64(taken) | part
            position += taken
            remaining -= taken
        }
        return value
    }

    /// A number in Elias delta code.
    mutating func readDelta() throws(Fault) -> UInt64 {
        var zeros = 0
        while try read(bits: 1) == 0 {
            zeros += 1
            guard zeros < EliasDelta.lengthBitsMax else { throw .malformed }
        }
        let length = Int(1 << UInt64(zeros) | (try read(bits: zeros)))
        guard length <= EliasDelta.lengthMax else { throw .malformed }
        let low = try read(bits: length - 1)
        guard length == EliasDelta.lengthMax else { return (1 << UInt64(length - 1) | low) - 1 }
        guard low == 0 else { throw .malformed }
        return .max
    }
}
