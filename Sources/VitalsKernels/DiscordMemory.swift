import VitalsKernelsBaseline

/// What a left matrix profile remembers of a series: its samples and the figures of its windows, newest first, and a product
/// for each lag. All numbers are whole but the scales; all live in one piece of memory that is allocated once.
///
/// A new entry is written before the newest one, so that the number of a lag is its place and nothing moves. When the room
/// before it is used up, the whole is moved to the far end: once in as many samples as are remembered.
package struct DiscordMemory: Sendable {
    /// Samples in a window.
    package let window: Int
    /// The least lag that is compared.
    package let exclusion: Int
    /// Lags that are compared, a multiple of 8.
    package let lags: Int

    private var numbers: [Double]
    /// Entries that are remembered of each kind.
    private let live: Int
    /// The place of the newest entry within each kind.
    private var head: Int

    /// The kinds of entries, each with room for twice what is remembered.
    private enum Kind: Int, CaseIterable {
        case samples, sums, scales, weights, variances
    }

    private static let constants = 4
    private static let best = 3 * DiscordBounds.width

    /// A series of which nothing is known: samples of 0 before its beginning, and windows that may not be compared.
    package init(window: Int, exclusion: Int, lags: Int) {
        precondition(window > 0 && exclusion > 0 && lags > 0 && lags % DiscordBounds.width == 0)
        self.window = window
        self.exclusion = exclusion
        self.lags = lags
        live = window + exclusion + lags
        head = live
        numbers = Array(repeating: 0, count: lags + Self.constants + Self.best + Kind.allCases.count * 2 * live)
        let weights = place(.weights, lag: 0)
        for lag in 0..<live { numbers[weights + lag] = DiscordBounds.excluded }
    }

    /// Makes room for the entries of a new window, which become those of lag 0.
    package mutating func push(
        sample: Double, sum: Double, scale: Double, weight: Double, variance: Double
    ) {
        if head == 0 {
            for kind in Kind.allCases {
                let start = place(kind, lag: 0)
                for lag in (0..<live).reversed() { numbers[start + live + lag] = numbers[start + lag] }
            }
            head = live
        }
        head -= 1
        numbers[place(.samples, lag: 0)] = sample
        numbers[place(.sums, lag: 0)] = sum
        numbers[place(.scales, lag: 0)] = scale
        numbers[place(.weights, lag: 0)] = weight
        numbers[place(.variances, lag: 0)] = variance
    }

    /// Writes what the kernel needs of the newest window.
    package mutating func setConstants(entering: Double, leaving: Double, sum: Double, half: Double) {
        numbers[lags] = entering
        numbers[lags + 1] = leaving
        numbers[lags + 2] = sum
        numbers[lags + 3] = half
    }

    /// The sample so many before the newest.
    package func sample(lag: Int) -> Double { numbers[place(.samples, lag: lag)] }
    /// The sum of the window so many before the newest.
    package func sum(lag: Int) -> Double { numbers[place(.sums, lag: lag)] }
    /// Its scale.
    package func scale(lag: Int) -> Double { numbers[place(.scales, lag: lag)] }
    /// Its weight.
    package func weight(lag: Int) -> Double { numbers[place(.weights, lag: lag)] }
    /// m² times its variance.
    package func variance(lag: Int) -> Double { numbers[place(.variances, lag: lag)] }
    /// m times the dot product of the newest window with it.
    package func product(lag: Int) -> Double { numbers[lag - exclusion] }

    /// The greatest score of a lane.
    package func greatest(lane: Int) -> Double { numbers[lags + Self.constants + lane] }
    /// The greatest score of a lane apart from one that is the greatest.
    package func second(lane: Int) -> Double { numbers[lags + Self.constants + DiscordBounds.width + lane] }
    /// The lag of the greatest score of a lane.
    package func lag(lane: Int) -> Int {
        Int(numbers[lags + Self.constants + 2 * DiscordBounds.width + lane]) + exclusion
    }

    /// Whether every number of the two has the same bits.
    package func isIdentical(to other: DiscordMemory) -> Bool {
        numbers.lazy.map(\.bitPattern).elementsEqual(other.numbers.lazy.map(\.bitPattern))
    }

    private func place(_ kind: Kind, lag: Int) -> Int {
        lags + Self.constants + Self.best + kind.rawValue * 2 * live + head + lag
    }

    /// Lends the memory to a kernel; the entries begin at the least lag that is compared.
    @unsafe mutating func withPointers(
        _ body: (
            _ products: UnsafeMutablePointer<Double>, _ samples: UnsafePointer<Double>,
            _ departed: UnsafePointer<Double>, _ sums: UnsafePointer<Double>, _ scales: UnsafePointer<Double>,
            _ weights: UnsafePointer<Double>, _ constants: UnsafePointer<Double>, _ best: UnsafeMutablePointer<Double>
        ) -> Void
    ) {
        let samples = place(.samples, lag: exclusion)
        let (sums, scales) = (place(.sums, lag: exclusion), place(.scales, lag: exclusion))
        let weights = place(.weights, lag: exclusion)
        unsafe numbers.withUnsafeMutableBufferPointer { buffer in
            guard let start = buffer.baseAddress else { return }
            unsafe body(
                start, start + samples, start + samples + window, start + sums, start + scales, start + weights,
                start + lags, start + lags + Self.constants)
        }
    }
}
