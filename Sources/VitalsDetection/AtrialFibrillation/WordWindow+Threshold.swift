/// The comparison of a window's normalised entropy with a threshold, and the entropy itself.
extension WordWindow {
    /// H'' > threshold, exactly: `k · (T - S) · 1000 > threshold · N · T` with `T = N · log2 N` and all logarithms in 2^-20.
    ///
    /// Below 2^8 · 2^31 · 2^10 on the left and 2^16 · 2^8 · 2^31 on the right. Meaningful for a full window only.
    func exceeds(thousandths: UInt16) -> Bool {
        let total = CountLogarithm.table[capacity]
        return Int64(distinct) * (total - sum) * 1_000 > Int64(thousandths) * Int64(capacity) * total
    }

    /// H'' in 2^-20, rounded down. Only for show: decisions compare without dividing.
    static func entropy(distinct: Int, sum: Int64, capacity: Int) -> Int64 {
        let total = CountLogarithm.table[capacity]
        // Below 2^8 · 2^31 · 2^20.
        return Int64(distinct) * (total - sum) * CountLogarithm.scale / (Int64(capacity) * total)
    }
}
