/// A seeded generator (SplitMix64; Steele, Lea, Flood 2014). The same seed gives the same inputs on every machine.
///
/// The one of the test kit would bring the kit's broker and the testing library into a release binary.
struct Generator: RandomNumberGenerator {
    private var state: UInt64

    /// The generator of one batch of one decoder.
    init(seed: UInt64, decoder: Int, batch: Int) {
        state = seed
        state = next() ^ UInt64(truncatingIfNeeded: decoder)
        state = next() ^ UInt64(truncatingIfNeeded: batch)
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }

    /// A whole number from 0 up to, not including, `bound`; 0 when the bound is 0.
    mutating func below(_ bound: Int) -> Int {
        Int(truncatingIfNeeded: (next() >> 32).multipliedFullWidth(by: UInt64(bound) << 32).high)
    }

    /// True once in so many times.
    mutating func oneIn(_ count: Int) -> Bool { below(count) == 0 }

    mutating func byte() -> UInt8 { UInt8(truncatingIfNeeded: next()) }

    /// An element of an array that is not empty.
    mutating func element<Element>(_ array: [Element]) -> Element { array[below(array.count)] }

    /// So many random bytes.
    mutating func bytes(_ count: Int) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(count)
        while result.count < count {
            var word = next()
            for _ in 0..<min(8, count - result.count) {
                result.append(UInt8(truncatingIfNeeded: word))
                word >>= 8
            }
        }
        return result
    }
}

extension Generator {
    /// Changes bytes as damage and malice do: turned bits, interesting values, bytes that are missing, double or moved.
    mutating func mutate(_ bytes: inout [UInt8], interesting: [UInt8] = Self.edges) {
        for _ in 0...(oneIn(2) ? 0 : below(3)) {
            guard !bytes.isEmpty else {
                bytes = self.bytes(below(8))
                return
            }
            let place = below(bytes.count)
            switch below(8) {
            case 0, 1: bytes[place] ^= 1 << UInt8(below(8))
            case 2: bytes[place] = byte()
            case 3: bytes[place] = element(interesting)
            case 4: bytes.remove(at: place)
            case 5: bytes.insert(oneIn(2) ? byte() : element(interesting), at: place)
            case 6: bytes.removeLast(below(min(bytes.count, 16) + 1))
            default:
                let end = min(bytes.count, place + 1 + below(16))
                bytes.insert(contentsOf: Array(bytes[place..<end]), at: below(bytes.count + 1))
            }
        }
    }

    private static let edges: [UInt8] = [0x00, 0x01, 0x07, 0x08, 0x0F, 0x10, 0x7F, 0x80, 0xF0, 0xFE, 0xFF]
}
