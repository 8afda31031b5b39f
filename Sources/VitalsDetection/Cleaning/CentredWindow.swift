/// A running statistic of the numbers around each number, as many on one side as on the other.
///
/// A number's window is complete when `reach` more have come. At the beginning and the end of a chain the window is
/// what there is of it, which is how the reference treats them too.
struct CentredWindow: Sendable {
    /// What is taken of the window.
    enum Statistic: Sendable {
        /// The middle one, or the mean of the two middle ones.
        case median
        /// Half the distance between the quartiles, with linear interpolation at (n - 1)/4 and 3 (n - 1)/4.
        case quartileDeviation
    }

    private let statistic: Statistic
    private let reach: Int
    private var window: SortedWindow<Double>
    private var received = 0
    private var concluded = 0

    init(_ statistic: Statistic, reach: Int) {
        self.statistic = statistic
        self.reach = reach
        window = SortedWindow(capacity: 2 * reach + 1)
    }

    /// Takes the next number; the statistic around the one `reach` before it, nil while there is none.
    mutating func push(_ value: Double) -> Double? {
        window.push(value)
        received += 1
        guard received > reach else { return nil }
        concluded += 1
        return statisticOfWindow()
    }

    /// After the last number: the statistic around the next one whose window the end cuts short, nil after the last.
    mutating func finish() -> Double? {
        guard concluded < received else { return nil }
        // A window that began with the chain has nothing to lose yet.
        if concluded > reach { window.dropOldest() }
        concluded += 1
        return statisticOfWindow()
    }

    private func statisticOfWindow() -> Double {
        switch statistic {
        case .median: quantile(quarters: 2)
        case .quartileDeviation: (quantile(quarters: 3) - quantile(quarters: 1)) / 2
        }
    }

    /// The quantile at so many quarters.
    private func quantile(quarters: Int) -> Double {
        let position = (window.count - 1) * quarters
        let lower = window[position / 4]
        let remainder = position % 4
        return remainder == 0 ? lower : lower + (window[position / 4 + 1] - lower) * (Double(remainder) / 4)
    }
}
