extension AtrialFibrillation {
    /// The words of a full window, counted: enough for its entropy.
    public struct WordCounts: Hashable, Sendable {
        /// Words in the window, N.
        public let words: Int
        /// Distinct words among them, k.
        public internal(set) var distinct: Int
        /// The sum of c · log2 c over their counts, S, in 2^-20.
        public internal(set) var sum: Int64

        /// `H'' > threshold`, exactly: `k · (T - S) · 1000 > threshold · N · T` with `T = N · log2 N` and S in 2^-20.
        ///
        /// Below 2^8 · 2^31 · 2^10 on the left and 2^16 · 2^8 · 2^31 on the right.
        func exceeds(thousandths: UInt16) -> Bool {
            let total = CountLogarithm.table[words]
            return Int64(distinct) * (total - sum) * 1_000 > Int64(thousandths) * Int64(words) * total
        }

        /// The normalised entropy H'' in 2^-20, rounded down. Only for show: decisions compare without dividing.
        public var entropy: Int64 {
            let total = CountLogarithm.table[words]
            // Below 2^8 · 2^31 · 2^20.
            return Int64(distinct) * (total - sum) * CountLogarithm.scale / (Int64(words) * total)
        }
    }
}
