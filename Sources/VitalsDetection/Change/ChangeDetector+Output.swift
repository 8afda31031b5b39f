import VitalsKernels
public import VitalsModel

extension ChangeDetector {
    /// Which way a level changed.
    public enum Direction: UInt8, CaseIterable, Hashable, Sendable {
        /// To greater values.
        case up
        /// To lesser values.
        case down

        /// The name in records and in text.
        public var name: String {
            switch self {
            case .up: "up"
            case .down: "down"
            }
        }
    }

    /// A change of level.
    public struct Change: Hashable, Sendable {
        /// Which way.
        public let direction: Direction
        /// The beginning of the second in which the CUSUM exceeded its limit. A step of d sigma began 5 / (d - 0.5)
        /// samples before it.
        public let at: MonotonicTime
        /// How far the samples since then stand from the reference median on average, hundredths of the unit.
        public let magnitude: Int32
    }

    /// What a window comes to.
    public enum Decision: Hashable, Sendable {
        /// No change is on.
        case steady
        /// The level changed, and this was not reported before.
        case changed(Change)
        /// A change in this direction was reported, and not enough quiet windows have passed since.
        case settling(Direction)
        /// The window cannot be judged: `warmingUp` with too few reference samples, `gap` with too few test samples.
        case notAssessed(Refusal)
    }

    /// The judgement of one window.
    public struct Output: Hashable, Sendable, DetectorOutput {
        /// The window and what was found in it.
        public let window: JudgedWindow
        /// By what it was judged.
        public let configuration: Configuration
        /// The decision, or why there is none.
        public let decision: Decision
        /// Where the reporting stands after it.
        public let state: State

        /// The EWMA after the last charted slot in sigma, Q16, towards zero.
        public var ewmaSigmaQ16: Int64 { (Int64(window.figures.ewmaQ8) << 10) / Int64(window.figures.sigmaQ2) }

        /// The greater of the two CUSUM maxima in sigma, Q16, rounded down.
        public var cusumSigmaQ16: Int64 {
            let greater = Int64(max(window.figures.up.cusumQ2, window.figures.down.cusumQ2))
            return (greater << 16) / Int64(window.figures.sigmaQ2)
        }

        /// `steady`, `changed`, `settling` or `not-assessed`.
        public var decisionName: String {
            switch decision {
            case .steady: "steady"
            case .changed: "changed"
            case .settling: "settling"
            case .notAssessed: "not-assessed"
            }
        }

        /// Why there is no judgement.
        public var refusal: Refusal? {
            if case .notAssessed(let refusal) = decision { refusal } else { nil }
        }

        /// The counts and the window always; the rest when it was judged; `change` members when a change is reported.
        public func trace(_ visit: (_ member: String, _ value: Int64) -> Void) {
            let figures = window.figures
            if case .changed(let change) = decision {
                visit("changeHundredths", Int64(change.magnitude))
                visit("changeMicroseconds", change.at.microseconds)
            }
            if refusal == nil {
                visit("cusumDownHundredthsQ2", Int64(figures.down.cusumQ2))
                visit("cusumUpHundredthsQ2", Int64(figures.up.cusumQ2))
            }
            visit("endMicroseconds", window.end.microseconds)
            if refusal == nil {
                visit("ewmaExtremeHundredthsQ8", Int64(figures.ewmaExtremeQ8))
                visit("ewmaHundredthsQ8", Int64(figures.ewmaQ8))
                visit("ewmaLimitHundredthsQ8", configuration.ewmaLimitQ8(figures))
                visit("madHundredthsQ2", Int64(figures.madQ2))
                visit("maximumHundredths", Int64(figures.maximum))
                visit("medianHundredthsQ1", Int64(figures.medianQ1))
                visit("minimumHundredths", Int64(figures.minimum))
                visit("outliers", Int64(figures.outlierCount))
            }
            if case .unsettled(_, let quietWindows) = state { visit("quietWindows", Int64(quietWindows)) }
            visit("referenceCount", Int64(figures.referenceCount))
            if refusal == nil { visit("sigmaHundredthsQ2", Int64(figures.sigmaQ2)) }
            visit("startMicroseconds", window.start.microseconds)
            visit("testCount", Int64(figures.testCount))
        }
    }
}
