/// The sine of a phase, by integers alone: libm differs from machine to machine, this does not.
enum Sine {
    /// The sine in 1/32768 of `phase`, whose full range is one turn; within 14/32768 of the true value.
    ///
    /// The phase is folded to x in -1...1 quarter turns; then the odd polynomial of degree 5 that meets the sine's value
    /// and slope at the quarter turn and its slope at 0: x · (π/2 - x² · ((π - 5/2) - x² · (π/2 - 3/2))).
    static func q15(_ phase: UInt32) -> Int64 {
        var quarter = Int64(Int32(bitPattern: phase))
        // Quarter turns in 1/2^30: fold the outer quarters back.
        if quarter > 1 << 30 { quarter = 1 << 31 - quarter }
        if quarter < -(1 << 30) { quarter = -(1 << 31) - quarter }
        let x = quarter >> 10
        // x in 1/2^20; constants in 1/2^20: π/2 = 1647099, π - 5/2 = 672759, π/2 - 3/2 = 74235.
        let square = (x * x) >> 20
        let inner = 672_759 - ((square * 74_235) >> 20)
        let outer = 1_647_099 - ((square * inner) >> 20)
        return (x * outer) >> 25
    }
}
