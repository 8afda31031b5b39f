/// An exponentially weighted mean whose weight is a power of two, in integers without a dead zone.
///
/// m = m + (x - m)/2^shift, kept as the sum s = m · 2^shift: s = s + x - ⌊s/2^shift⌋. The mean is therefore never
/// farther from the real one than one unit of x, and moves by the smallest difference there is.
///
/// - Cost: a shift and two additions a sample.
/// - Precondition: the inputs stay below 2^(62 - shift) in size, which the callers assure by clamping.
struct ExponentialMean: Hashable, Sendable {
    /// The mean times 2^shift.
    private(set) var sum: Int64
    /// The weight of the newest value is 2^-shift.
    let shift: Int64

    /// A mean that has always been one value.
    init(of value: Int64 = 0, shift: Int64) {
        sum = value << shift
        self.shift = shift
    }

    /// Takes one value in.
    mutating func update(with value: Int64) { sum += value - sum >> shift }
}
