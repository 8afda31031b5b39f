public import VitalsKernels

/// Shape discords: stretches of a series that look like nothing before them (Keogh, Lin and Fu 2005; Yeh et al. 2016).
///
/// Each window of m samples is compared with the windows of the last `historyWindows` samples that begin more than m/4
/// before it, by the distance of their z-normalised shapes,
///
///     d = √(2m(1 - r)),   r = (m·Σxy - Σx·Σy) / √((m·Σx² - (Σx)²)(m·Σy² - (Σy)²))
///
/// and the nearest of them is the newest at the least distance: this is the left matrix profile, on the fly. Where d
/// reaches the limit, the newest window is a discord. Its first windows bring the finding; then the detector is settling
/// until as many windows as one is long were below the limit.
///
/// - Units: samples are whole numbers of any unit. 0 ≤ d ≤ √(4m). Positions count samples from the last restart.
/// - Exact: sums, products, variances and the choice of the nearest are whole numbers; d is then five IEEE operations
///   in a fixed order, whose relative error is below 10^-15. Equal to the left profile of stumpy 1.14.
/// - Samples: a missing one makes every window that holds it incomparable; it is never filled in. One that is too far from
///   the first to be exact (2^26/m) starts the history anew.
/// - Constant windows: correlation 1/2 with others and 1 with each other, as in stumpy. A window whose deviation is below
///   `deviationMinimum` is not judged: what is left of it is the sensor's rounding. It still is history.
/// - Delay: a shape is judged with its last sample, m samples after it began; the first after `minimumHistory` windows.
/// - Cost: one pass over the history a sample, about 1 ns a window on vectors of 256 or 512 bits
///   as long as it stays in the caches (4,096 windows: 3 to 5 microseconds a sample), memory 88 bytes a window.
/// - What it cannot see: anything in level or scale alone, since windows are normalised; what it has seen once before,
///   however bad; shapes that are much shorter or longer than a window.
public struct Discord: Sendable {
    /// `discord/1`.
    public static let identity = DetectorIdentity(name: "discord", version: 1)

    /// How it compares and judges.
    public let configuration: Configuration

    private let kernels: SeriesKernelTable
    private var series: DiscordSeries
    /// The first sample, from which the others are counted: distances do not depend on it, and the numbers stay small.
    private var origin: Int?
    private var state = State.usual

    private enum State {
        case usual
        case unsettled(quietWindows: Int)
    }

    /// A detector that has seen nothing.
    public init(configuration: Configuration, kernels: SeriesKernelTable) {
        self.configuration = configuration
        self.kernels = kernels
        series = Self.series(configuration, kernels)
    }

    /// Takes the next sample, nil where it is missing, and judges the window that it completes.
    public mutating func judge(_ sample: Int32?) -> Output {
        var value: Int?
        if let sample {
            let base = origin ?? Int(sample)
            if (Int(sample) - base).magnitude > series.magnitudeMax.magnitude {
                restart()
                origin = Int(sample)
            } else {
                origin = base
            }
            value = Int(sample) - (origin ?? base)
        }
        let neighbour = series.append(value)
        return Output(
            configuration: configuration, windowStart: Int64(series.count - series.window),
            squaredDeviation: series.isWhole ? Int64(series.squaredDeviation) : nil, neighbour: neighbour,
            decision: decide(on: neighbour))
    }

    /// Forgets everything: what comes next is another series.
    public mutating func restart() {
        series = Self.series(configuration, kernels)
        origin = nil
        state = .usual
    }

    private mutating func decide(on neighbour: DiscordNeighbour?) -> Decision {
        guard series.isWhole else {
            return .notAssessed(series.count < series.window ? .warmingUp : .gap)
        }
        guard let neighbour, series.count >= series.window + configuration.minimumHistory else {
            return .notAssessed(.warmingUp)
        }
        guard series.squaredDeviation >= configuration.squaredDeviationMinimum else {
            return calm(or: .notAssessed(.flatSignal))
        }
        let isFar = neighbour.distance * 1_000 >= Double(configuration.distanceLimitThousandths)
        switch (state, isFar) {
        case (.usual, true):
            state = .unsettled(quietWindows: 0)
            return .discord
        case (.unsettled, true):
            state = .unsettled(quietWindows: 0)
            return .settling
        case (_, false):
            return calm(or: .usual)
        }
    }

    /// A window that is no discord: it counts towards the end of one.
    private mutating func calm(or decision: Decision) -> Decision {
        guard case .unsettled(let quietWindows) = state else { return decision }
        let isOver = quietWindows + 1 >= configuration.windowSamples
        state = isOver ? .usual : .unsettled(quietWindows: quietWindows + 1)
        return isOver || decision != .usual ? decision : .settling
    }

    private static func series(_ configuration: Configuration, _ kernels: SeriesKernelTable) -> DiscordSeries {
        DiscordSeries(
            window: configuration.windowSamples, history: configuration.historyWindows, kernels: kernels)
    }
}
