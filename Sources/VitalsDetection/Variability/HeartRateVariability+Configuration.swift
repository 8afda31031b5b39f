public import VitalsModel

extension HeartRateVariability {
    /// The window and what it must hold to be judged.
    public struct Configuration: Hashable, Sendable {
        /// The window's length, within `VitalsDetectionLimits.variabilityWindow`.
        public var window: MonotonicTime.Span
        /// The least share of the window that intervals must cover, in thousandths, up to 1000. By default four fifths.
        public var minimumCoverage: UInt16
        /// The fewest NN intervals, at least 3. By default 120: five minutes at 24 bpm.
        public var minimumIntervals: UInt16
        /// The greatest share of intervals that are no NN, in thousandths. By default a fifth: beyond it what is left is
        /// a choice of the rhythm rather than a sample.
        public var artefactShareMaximum: UInt16

        /// Five minutes, as the Task Force asks for short recordings.
        public init(
            window: MonotonicTime.Span = .seconds(300), minimumCoverage: UInt16 = 800, minimumIntervals: UInt16 = 120,
            artefactShareMaximum: UInt16 = 200
        ) {
            self.window = window
            self.minimumCoverage = minimumCoverage
            self.minimumIntervals = minimumIntervals
            self.artefactShareMaximum = artefactShareMaximum
        }
    }
}

extension HeartRateVariability.Configuration {
    /// The window's length as it is used.
    var length: MonotonicTime.Span {
        let bounds = VitalsDetectionLimits.variabilityWindow
        return min(max(window, bounds.lowerBound), bounds.upperBound)
    }
}
