/// A seeded generator of 64 random bits a step: SplitMix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number
/// Generators, 2014).
///
/// Each purpose of each sensor has a stream of its own, derived from the seed and a path of labels, so that a fault
/// added to a scenario changes neither the heart below it nor any other sensor.
struct RandomStream: Hashable, Sendable {
    private var state: UInt64

    /// The stream of a seed and a path of labels.
    init(seed: UInt64, _ labels: UInt64...) {
        state = seed
        for label in labels {
            var mixer = RandomStream(state: state ^ label &* 0xD6E8_FEB8_6659_FD93)
            state = mixer.next()
        }
    }

    private init(state: UInt64) { self.state = state }

    /// 64 random bits.
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }

    /// A whole number from 0 up to, not including, `bound`; 0 when the bound is not positive.
    ///
    /// The high half of a 64 by 64 bit product: the bias is below 2^-24 for the bounds in use, and always one draw.
    mutating func below(_ bound: Int64) -> Int64 {
        let bits = next()
        guard bound > 0 else { return 0 }
        return Int64(truncatingIfNeeded: bits.multipliedFullWidth(by: UInt64(bound)).high)
    }

    /// A whole number in `range`.
    mutating func within(_ range: ClosedRange<Int64>) -> Int64 {
        range.lowerBound + below(range.upperBound - range.lowerBound + 1)
    }

    /// True with a probability of `millionths` in a million.
    mutating func chance(millionths: Int64) -> Bool { below(1_000_000) < millionths }

    /// A standard normal deviate in 1/4096, cut at ±4.9: the sum of eight uniform 16-bit numbers (Irwin and Hall),
    /// which needs neither a logarithm nor a float. Its excess kurtosis is -0.15.
    mutating func gaussian() -> Int64 {
        var sum: Int64 = 0
        for _ in 0..<2 {
            let bits = next()
            sum += Int64(bits & 0xFFFF) + Int64(bits >> 16 & 0xFFFF)
            sum += Int64(bits >> 32 & 0xFFFF) + Int64(bits >> 48)
        }
        // Mean 8 · 65535 / 2; standard deviation √(8 · (65536² - 1) / 12) = 53510.
        return (sum - 262_140) * 4_096 / 53_510
    }
}

/// FNV-1a, 64 bits: turns a name into the label of a stream (Fowler, Noll, Vo).
func streamLabel(_ text: String) -> UInt64 {
    text.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 }
}
