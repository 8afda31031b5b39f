/// The table of `c · log2 c` for counts of a word in a window, in units of 2^-20, rounded to the nearest.
///
/// Computed once by integer arithmetic alone, so that it is the same on every machine: bit by bit, the binary logarithm
/// of a mantissa in [1, 2) is 1 when its square reaches 2. With the mantissa in 2^-62 the 40 bits taken are off by
/// less than 2^-38 after all roundings, and `c` times that is below 2^-30: the nearest 2^-20 is found unless the true
/// value lies that close to a half, and none does (a test compares all of them with a double-precision logarithm).
package enum CountLogarithm {
    /// The entries for 0...255; 0 · log2 0 is 0, its limit.
    package static let table: [Int64] = (0...255).map { entry($0) }

    /// What one more of a word adds to the sum: `table[c + 1] - table[c]` for c in 0...254.
    package static let steps: [Int64] = (0...254).map { table[$0 + 1] - table[$0] }

    /// Units in 1.
    package static let scale: Int64 = 1 << 20

    private static func entry(_ count: UInt64) -> Int64 {
        guard count > 1 else { return 0 }
        let whole = 63 - count.leadingZeroBitCount
        var mantissa = count << UInt64(62 - whole)
        var logarithm = UInt64(whole)
        for _ in 0..<40 {
            let square = mantissa.multipliedFullWidth(by: mantissa)
            // The square in 2^-124, brought back to 2^-62.
            mantissa = square.high << 2 | square.low >> 62
            logarithm <<= 1
            if mantissa >> 63 == 1 {
                mantissa >>= 1
                logarithm |= 1
            }
        }
        return Int64((count * logarithm + (1 << 19)) >> 20)
    }
}
