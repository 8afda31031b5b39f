import VitalsKernels
import VitalsModel

extension ChangeDetector {
    /// How windows are judged. Values outside their ranges are taken as the nearer end.
    public struct Configuration: Hashable, Sendable {
        /// The least sigma, in hundredths of the unit, 1 to 2^20: what the sensor's resolution and a resting body's
        /// wobble explain by themselves.
        public var sigmaFloor: Int32
        /// The CUSUM's slack k, in sixteenths of sigma, 0 to 64.
        public var slackSixteenths: Int32 = 8
        /// The CUSUM's decision limit h, in sixteenths of sigma, 0 to 160.
        public var limitSixteenths: Int32 = 80
        /// How far the EWMA has to stand from the reference, in sixteenths of sigma.
        public var ewmaSixteenths: Int32 = 48
        /// The fewest valid reference samples to judge by, 1 to 64.
        public var minimumReference: Int32 = 32
        /// The fewest valid test samples to judge, 1 to 32.
        public var minimumTest: Int32 = 16
        /// Assessed windows in a row without a change after which a reported change has settled, 1 or more.
        public var quietWindows = 4

        /// The usual charts (k = 0.5, h = 5, EWMA at 3 sigma) over a floor of sigma in hundredths of the unit.
        public init(sigmaFloor: Int32) { self.sigmaFloor = sigmaFloor }

        /// Heart rate or pulse rate: 2 bpm, about the respiratory swing of a resting adult.
        public static let rate = Configuration(sigmaFloor: 2_00)
        /// SpO2: 1 %, the resolution of most oximeters.
        public static let spO2 = Configuration(sigmaFloor: 1_00)

        /// The defaults for a quantity.
        public static func standard(for quantity: MonitoredQuantity) -> Configuration {
            switch quantity {
            case .heartRate, .pulseRate: rate
            case .spO2: spO2
            }
        }
    }
}

extension ChangeDetector.Configuration {
    /// What the kernels need to know.
    var scale: ChartScale {
        ChartScale(sigmaFloor: sigmaFloor, slackSixteenths: slackSixteenths, limitSixteenths: limitSixteenths)
    }

    /// The EWMA's threshold in hundredths, Q8: sigma is in Q2, and 2⁶/16 is 4.
    func ewmaLimitQ8(_ figures: WindowFigures) -> Int64 { Int64(figures.sigmaQ2) * 4 * Int64(ewmaSixteenths) }

    /// The change that a window shows; nil when it shows none.
    func change(shownBy window: JudgedWindow) -> ChangeDetector.Change? {
        let figures = window.figures
        let limit = ewmaLimitQ8(figures)
        if let slot = figures.up.slot, Int64(figures.ewmaQ8) >= limit {
            return change(.up, figures.up, at: slot, of: window)
        }
        if let slot = figures.down.slot, -Int64(figures.ewmaQ8) >= limit {
            return change(.down, figures.down, at: slot, of: window)
        }
        return nil
    }

    private func change(
        _ direction: ChangeDetector.Direction, _ crossing: WindowFigures.Crossing, at slot: Int, of window: JudgedWindow
    ) -> ChangeDetector.Change {
        let at = window.start + .seconds(Int64(WindowBlock.referenceSlots + slot))
        return ChangeDetector.Change(direction: direction, at: at, magnitude: crossing.shift)
    }
}
