/// Marks single values that stand out of their surroundings (Hampel identifier; Davies and Gather 1993).
///
/// **Formula.** The value in the middle of the last `width` values is an outlier when
/// `|x - median| > k · 1.4826 · MAD`, the median absolute deviation being taken about the median of the same window;
/// 1.4826 makes it the standard deviation of a normal distribution. In integers:
/// `|x - median| · 10000 · 1000 > kThousandths · 14826 · MAD`. With MAD 0 every value that differs stands out.
///
/// - Unit and range: any, such as RR intervals in 1/1024 s; values are clamped to ±2^30.
/// - Cost: linear in the width a value: one insertion into the sorted window and a merge of its two halves.
/// - Delay: half the width (5 beats with 11). The first and last halves of a series are not judged.
/// - Cannot see: two or more outliers that make up half of the window; a lasting change of level, which it follows.
public struct HampelFilter: Sendable {
    /// The detector's name and version.
    public static let identity = DetectorIdentity(name: "hampel", version: 1)

    /// The window and the threshold.
    public let configuration: Configuration

    private var ring: [Int32] = []
    private var sorted: [Int32] = []
    private var oldest = 0

    /// A filter without history.
    public init(configuration: Configuration = Configuration()) {
        self.configuration = configuration
        ring.reserveCapacity(configuration.width)
        sorted.reserveCapacity(configuration.width)
    }

    /// Takes the next value and judges the one half a window before it.
    public mutating func judge(_ newest: Int32) -> Output {
        let value = min(max(newest, -Self.rangeEnd), Self.rangeEnd)
        if ring.count == configuration.width {
            remove(ring[oldest])
            ring[oldest] = value
            oldest = oldest + 1 == ring.count ? 0 : oldest + 1
        } else {
            ring.append(value)
        }
        insert(value)
        guard ring.count == configuration.width else { return Output(decision: .notAssessed(.warmingUp)) }
        let half = configuration.width / 2
        let middle = ring[(oldest + half) % configuration.width]
        let median = sorted[half]
        let deviation = medianDeviation()
        let distance = (Int64(middle) - Int64(median)).magnitude
        // Below 2^31 · 10^7 < 2^55 on the left, 2^31 · 2^14 · 2^17 < 2^62 on the right.
        let isOutlier = distance * 10_000_000 > UInt64(configuration.kThousandths) * 14_826 * UInt64(deviation)
        return Output(
            decision: isOutlier ? .outlier : .inlier, value: middle, median: median, deviation: deviation)
    }

    /// Forgets the window, after a gap in the series.
    public mutating func reset() {
        ring.removeAll(keepingCapacity: true)
        sorted.removeAll(keepingCapacity: true)
        oldest = 0
    }

    private static let rangeEnd: Int32 = 1 << 30

    private mutating func insert(_ value: Int32) {
        var place = sorted.count
        sorted.append(value)
        while place > 0, sorted[place - 1] > value {
            sorted[place] = sorted[place - 1]
            place -= 1
        }
        sorted[place] = value
    }

    private mutating func remove(_ value: Int32) {
        guard var place = sorted.firstIndex(of: value) else { return }
        while place + 1 < sorted.count {
            sorted[place] = sorted[place + 1]
            place += 1
        }
        sorted.removeLast()
    }

    /// The median of the distances from the median: below and above it they are two sorted runs, which are merged as far
    /// as the middle.
    private func medianDeviation() -> UInt32 {
        let half = sorted.count / 2
        let median = sorted[half]
        var below = half - 1
        var above = half + 1
        var distance: UInt32 = 0
        for _ in 0..<half {
            let down = below >= 0 ? UInt32(bitPattern: median &- sorted[below]) : .max
            let up = above < sorted.count ? UInt32(bitPattern: sorted[above] &- median) : .max
            distance = min(down, up)
            if down <= up { below -= 1 } else { above += 1 }
        }
        return distance
    }
}

extension HampelFilter {
    /// The window and the threshold.
    public struct Configuration: Hashable, Sendable {
        /// Values in the window: odd, from 3 to `VitalsDetectionLimits.hampelWidth`.
        public let width: Int
        /// The threshold in thousandths of a standard deviation: 3000 is k = 3.
        public let kThousandths: UInt16

        /// By default W = 11 and k = 3. The width is made odd and brought into its range.
        public init(width: Int = 11, kThousandths: UInt16 = 3_000) {
            self.width = min(max(width, 3), VitalsDetectionLimits.hampelWidth) | 1
            self.kThousandths = kThousandths
        }
    }

    /// The judgement of the value in the middle of the window.
    public struct Output: Hashable, Sendable, DetectorOutput {
        /// What it came to.
        public enum Decision: Hashable, Sendable {
            /// It fits its surroundings.
            case inlier
            /// It stands out.
            case outlier
            /// The window is not full.
            case notAssessed(Refusal)
        }

        /// The decision, or why there is none.
        public var decision: Decision
        /// The value judged, half a window before the newest.
        public var value: Int32 = 0
        /// The window's median.
        public var median: Int32 = 0
        /// The window's median absolute deviation.
        public var deviation: UInt32 = 0

        /// `inlier`, `outlier` or `not-assessed`.
        public var decisionName: String {
            switch decision {
            case .inlier: "inlier"
            case .outlier: "outlier"
            case .notAssessed: "not-assessed"
            }
        }

        /// Why there is no judgement.
        public var refusal: Refusal? {
            if case .notAssessed(let refusal) = decision { refusal } else { nil }
        }

        /// `median`, `medianAbsoluteDeviation`, `value`; nothing while the window is not full.
        public func trace(_ visit: (_ member: String, _ value: Int64) -> Void) {
            guard refusal == nil else { return }
            visit("median", Int64(median))
            visit("medianAbsoluteDeviation", Int64(deviation))
            visit("value", Int64(value))
        }
    }
}
