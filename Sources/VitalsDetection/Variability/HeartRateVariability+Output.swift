public import VitalsModel

extension HeartRateVariability {
    /// The figures of one window, or why there are none.
    public struct Output: Hashable, Sendable, DetectorOutput {
        /// When the window began.
        public let start: MonotonicTime
        /// By what it was judged.
        public let configuration: Configuration
        /// Why the window was not judged.
        public let refusal: Refusal?
        /// Intervals of the window, NN or not.
        public let received: Int64
        /// All of them together, in 1/1024 s.
        public let receivedTicks: Int64
        /// The sums over the NN intervals, which every figure is made from.
        public let sums: IntervalSums

        /// When the window ended.
        public var end: MonotonicTime { start + configuration.length }

        /// `assessed` or `not-assessed`.
        public var decisionName: String { refusal == nil ? "assessed" : "not-assessed" }

        /// The counts, sums and thresholds always; the figures, as bits of IEEE doubles, when the window was judged.
        ///
        /// The names of sums say what is summed: x are NN intervals, d differences of pairs and t sums of pairs.
        public func trace(_ visit: (_ member: String, _ value: Int64) -> Void) {
            visit("above20", sums.above20)
            visit("above50", sums.above50)
            visit("artefactShareMaximumThousandths", Int64(configuration.artefactShareMaximum))
            visit("endMicroseconds", end.microseconds)
            visit("intervals", sums.count)
            show("meanMillisecondsBits", sums.mean, visit)
            visit("minimumCoverageThousandths", Int64(configuration.minimumCoverage))
            visit("minimumIntervals", Int64(configuration.minimumIntervals))
            visit("pairs", sums.pairs)
            show("pnn20PercentBits", sums.pnn20, visit)
            show("pnn50PercentBits", sums.pnn50, visit)
            visit("received", received)
            visit("receivedTicks", receivedTicks)
            show("rmssdMillisecondsBits", sums.rmssd, visit)
            show("sd1MillisecondsBits", sums.sd1(), visit)
            show("sd1PopulationMillisecondsBits", sums.sd1(.population), visit)
            show("sd2FromDeviationsMillisecondsBits", sums.sd2FromDeviations, visit)
            show("sd2MillisecondsBits", sums.sd2(), visit)
            show("sd2PopulationMillisecondsBits", sums.sd2(.population), visit)
            show("sdnnMillisecondsBits", sums.sdnn, visit)
            show("sdsdMillisecondsBits", sums.sdsd(), visit)
            show("sdsdOfMagnitudesMillisecondsBits", sums.sdsdOfMagnitudes, visit)
            show("sdsdPopulationMillisecondsBits", sums.sdsd(.population), visit)
            visit("startMicroseconds", start.microseconds)
            visit("sumD", sums.differences)
            visit("sumDMagnitudes", sums.magnitudes)
            visit("sumDSquares", sums.squaredDifferences)
            visit("sumT", sums.totals)
            visit("sumTSquares", sums.squaredTotals)
            visit("sumX", sums.sum)
            visit("sumXSquares", sums.squares)
        }

        private func show(_ member: String, _ figure: Double?, _ visit: (String, Int64) -> Void) {
            guard refusal == nil, let figure else { return }
            visit(member, Int64(bitPattern: figure.bitPattern))
        }
    }
}
