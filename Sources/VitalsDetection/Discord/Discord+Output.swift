public import VitalsKernels

extension Discord {
    /// What the detector holds of the newest window.
    public enum Decision: Hashable, Sendable {
        /// It looks like an earlier one.
        case usual
        /// It looks like none, and the windows before it did not, either: the beginning of a discord.
        case discord
        /// A discord is still in force.
        case settling
        /// It was not judged.
        case notAssessed(Refusal)
    }

    /// The newest window, its nearest earlier one, and the decision.
    public struct Output: DetectorOutput, Hashable {
        /// By what it was judged.
        public let configuration: Configuration
        /// The number of the window's first sample since the last restart; below 0 while the window is not full.
        public let windowStart: Int64
        /// m² times the window's variance; nil when it is not full or lacks a sample.
        public let squaredDeviation: Int64?
        /// The nearest earlier window; nil when there is none.
        public let neighbour: DiscordNeighbour?
        /// What the detector holds of it.
        public let decision: Decision

        /// The number of the nearest window's first sample.
        public var neighbourStart: Int64? { neighbour.map { windowStart - Int64($0.lag) } }

        /// One of `usual`, `discord`, `settling`, `not-assessed`.
        public var decisionName: String {
            switch decision {
            case .usual: "usual"
            case .discord: "discord"
            case .settling: "settling"
            case .notAssessed: "not-assessed"
            }
        }

        /// Why it was not judged.
        public var refusal: Refusal? {
            guard case .notAssessed(let refusal) = decision else { return nil }
            return refusal
        }

        /// `distanceBits` is the distance as an IEEE 754 bit pattern, `distanceThousandths` the same rounded down.
        /// Deviations and the covariance are m² times the quantity, in the square of the samples' unit.
        public func trace(_ visit: (_ member: String, _ value: Int64) -> Void) {
            let distance = neighbour?.distance
            var other: (covariance: Int, variance: Int)?
            if case .shapes(let covariance, _, let variance)? = neighbour?.likeness { other = (covariance, variance) }
            if let other { visit("covariance", Int64(other.covariance)) }
            visit("deviationMinimum", Int64(configuration.deviationMinimum))
            if let distance { visit("distanceBits", Int64(bitPattern: distance.bitPattern)) }
            visit("distanceLimitThousandths", Int64(configuration.distanceLimitThousandths))
            if let distance { visit("distanceThousandths", Int64(distance * 1_000)) }
            visit("historyWindows", Int64(configuration.historyWindows))
            visit("minimumHistoryWindows", Int64(configuration.minimumHistory))
            if let other { visit("neighbourSquaredDeviation", Int64(other.variance)) }
            if let neighbourStart { visit("neighbourStart", neighbourStart) }
            if let squaredDeviation { visit("squaredDeviation", squaredDeviation) }
            visit("windowSamples", Int64(configuration.windowSamples))
            visit("windowStart", windowStart)
        }
    }
}
