import VitalsKernelsBaseline

/// A left matrix profile as it grows: each window of a series against all earlier ones that do not overlap it too far, by
/// z-normalised Euclidean distance (Yeh et al. 2016), exactly.
///
/// Samples are whole numbers, and so are m² times each variance and covariance. Which earlier window is the nearest is
/// decided in whole numbers, too: the kernel's scores, rounded by a few parts in 2^53, only say which windows may be it.
/// Among equals it is the newest. Windows with a missing sample are compared with none; constant ones have no shape, and
/// their correlation with others is 1/2 by convention, and 1 between themselves, as in stumpy.
///
/// A sample costs one pass over the history: 5 multiplications a lag, eight lags at a time.
public struct DiscordSeries: Sendable {
    /// Samples in a window, m.
    public let window: Int
    /// Lags from here on are compared: m/4, rounded up, plus 1.
    public let exclusion: Int
    /// How many lags are compared: a multiple of 8.
    public let lags: Int
    /// The greatest magnitude of a sample.
    public let magnitudeMax: Int
    /// Samples received, missing ones among them.
    public private(set) var count = 0

    private let kernel: DiscordKernel
    package private(set) var memory: DiscordMemory
    private var sum = 0
    private var sumOfSquares = 0
    private var variance = 0
    /// Samples since the last missing one, up to a window's.
    private var unbroken = 0

    /// A series without samples.
    ///
    /// - Parameters:
    ///   - window: samples in a window, 3 to 4096.
    ///   - history: earlier windows that each one is compared with; rounded up to a multiple of 8.
    public init(window: Int, history: Int, kernels: SeriesKernelTable) {
        precondition(3...4_096 ~= window && 1...(1 << 24) ~= history, "a window of 3 to 4096 samples, and a history")
        let width = DiscordBounds.width
        self.window = window
        exclusion = (window + 3) / 4 + 1
        lags = (history + width - 1) / width * width
        magnitudeMax = DiscordBounds.windowTimesMagnitude / window
        kernel = kernels.discord
        memory = DiscordMemory(window: window, exclusion: exclusion, lags: lags)
    }

    /// Whether the newest window is full and without a missing sample.
    public var isWhole: Bool { unbroken >= window }

    /// m² times the variance of the newest window.
    public var squaredDeviation: Int { variance }

    /// Takes a sample, nil for a missing one.
    ///
    /// - Precondition: its magnitude is `magnitudeMax` at most.
    /// - Returns: the nearest earlier window of the window that the sample completes; nil where there is none.
    public mutating func append(_ sample: Int?) -> DiscordNeighbour? {
        let value = sample ?? 0
        precondition(-magnitudeMax...magnitudeMax ~= value, "a sample beyond the range that is exact")
        let departing = Int(memory.sample(lag: window - 1))
        sum += value - departing
        sumOfSquares += value * value - departing * departing
        variance = window * sumOfSquares - sum * sum
        unbroken = sample == nil ? 0 : min(unbroken + 1, window)
        count += 1
        let root = Double(variance).squareRoot()
        let (scale, weight) = isWhole ? (variance == 0 ? (0, 1) : (1 / root, 0)) : (0, DiscordBounds.excluded)
        memory.push(
            sample: Double(value), sum: Double(sum), scale: scale, weight: weight, variance: Double(variance))
        memory.setConstants(
            entering: Double(window * value), leaving: Double(window * departing), sum: Double(sum),
            half: variance == 0 ? 0.5 : 0.5 * root)
        // Lags beyond the first sample meet nothing but the zeros before it.
        let reached = max(0, count - exclusion)
        let width = DiscordBounds.width
        kernel(&memory, lags: min(lags, (reached + width - 1) / width * width))
        guard isWhole else { return nil }
        return variance == 0 ? nearestOfConstant() : nearest(half: 0.5 * root)
    }

    /// The nearest window of a constant one: the newest constant one, else the newest of all.
    private func nearestOfConstant() -> DiscordNeighbour? {
        var newest: Int?
        for lag in exclusion..<exclusion + lags {
            switch memory.weight(lag: lag) {
            case 1: return DiscordNeighbour(lag: lag, window: window, likeness: .constants)
            case 0: newest = newest ?? lag
            default: break
            }
        }
        return newest.map { DiscordNeighbour(lag: $0, window: window, likeness: .oneConstant(variance: 0)) }
    }

    /// The nearest window of one with a shape.
    private func nearest(half: Double) -> DiscordNeighbour? {
        var (best, lane) = (DiscordBounds.least, 0)
        for candidate in 0..<DiscordBounds.width where memory.greatest(lane: candidate) > best {
            best = memory.greatest(lane: candidate)
            lane = candidate
        }
        guard best > DiscordBounds.noneBelow else { return nil }
        let level = best - best.magnitude * DiscordBounds.doubt
        var rivals = 0
        for candidate in 0..<DiscordBounds.width {
            rivals += memory.greatest(lane: candidate) >= level ? 1 : 0
            rivals += memory.second(lane: candidate) >= level ? 1 : 0
        }
        if rivals == 1 { return neighbour(lag: memory.lag(lane: lane)) }
        var nearest: DiscordNeighbour?
        for lag in exclusion..<exclusion + lags {
            let covariance = memory.product(lag: lag) - Double(sum) * memory.sum(lag: lag)
            let score = covariance * memory.scale(lag: lag) + half * memory.weight(lag: lag)
            guard score >= level else { continue }
            let candidate = neighbour(lag: lag)
            if nearest.map({ candidate.isNearer(than: $0) }) ?? true { nearest = candidate }
        }
        return nearest
    }

    private func neighbour(lag: Int) -> DiscordNeighbour {
        if memory.weight(lag: lag) != 0 {
            return DiscordNeighbour(lag: lag, window: window, likeness: .oneConstant(variance: variance))
        }
        let covariance = Int(memory.product(lag: lag)) - sum * Int(memory.sum(lag: lag))
        return DiscordNeighbour(
            lag: lag, window: window,
            likeness: .shapes(
                covariance: covariance, variance: variance, other: Int(memory.variance(lag: lag))))
    }
}
