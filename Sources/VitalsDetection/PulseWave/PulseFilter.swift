/// A pulse wave without its noise and its drift, in whole numbers: two moving averages over a sixth of a second, from which
/// the moving average over five sixths of a second is taken.
///
/// With the odd widths w (rate/6) and W (5 rate/6), the sums s = Σw Σw x, and y = W·s - ΣW s: y is w²·W times the filtered
/// wave, and nothing is divided or rounded. Zero-phase: y belongs to the sample `delay` before the newest.
///
/// Between 0.75 and 2.5 Hz (45 to 150 bpm) half of the amplitude passes or more, at 0.5 and 3.5 Hz (30 and 210 bpm) a
/// quarter. Peaks are found by their place and not by their height, so that this is enough.
///
/// Cost: three additions and three subtractions a sample, at any rate.
struct PulseFilter: Sendable {
    /// Samples between a sample and the newest one that its filtered value needs.
    let delay: Int

    private var first: MovingSum
    private var second: MovingSum
    private var baseline: MovingSum
    /// Twice smoothed sums, until the baseline around them is known.
    private var waiting: [Int64]
    private var place = 0
    private var count = 0

    /// A filter for a sampling rate in Hz, 25 or more.
    init(rate: Int) {
        let (narrow, wide) = (rate / 12 * 2 + 1, rate * 5 / 12 * 2 + 1)
        first = MovingSum(width: narrow)
        second = MovingSum(width: narrow)
        baseline = MovingSum(width: wide)
        waiting = Array(repeating: 0, count: wide / 2 + 1)
        delay = narrow - 1 + wide / 2
    }

    /// Takes a sample; the filtered value of the sample `delay` before it, or nil while the filter fills.
    mutating func push(_ sample: Int64) -> Int64? {
        let smooth = second.push(first.push(sample))
        count += 1
        guard count > first.width + second.width - 2 else { return nil }
        let sum = baseline.push(smooth)
        waiting[place] = smooth
        place = place + 1 == waiting.count ? 0 : place + 1
        guard count >= first.width + second.width - 2 + baseline.width else { return nil }
        return Int64(baseline.width) * waiting[place] - sum
    }
}

/// The sum of the newest so many numbers.
private struct MovingSum: Sendable {
    let width: Int
    private var ring: [Int64]
    private var place = 0
    private var sum: Int64 = 0

    init(width: Int) {
        self.width = width
        ring = Array(repeating: 0, count: width)
    }

    mutating func push(_ number: Int64) -> Int64 {
        sum += number - ring[place]
        ring[place] = number
        place = place + 1 == width ? 0 : place + 1
        return sum
    }
}
