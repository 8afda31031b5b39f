import VitalsKernelsBaseline

/// What the kernels found in one window. A member named Qn holds its quantity times 2^n, in hundredths of the unit.
public struct WindowFigures: Hashable, Sendable {
    /// Valid samples of the reference part, 0 to 64.
    public let referenceCount: Int32
    /// Valid samples of the test part, outliers and look-ahead among them, 0 to 32.
    public let testCount: Int32
    /// The least valid sample of the window, hundredths; 0 without samples.
    public let minimum: Int32
    /// The greatest valid sample of the window, hundredths; 0 without samples.
    public let maximum: Int32
    /// The sum of all valid samples of the window, hundredths.
    public let sum: Int32
    /// The median of the reference part, exact; 0 without samples.
    public let medianQ1: Int32
    /// The median absolute deviation of the reference part from its median, exact; 0 without samples.
    public let madQ2: Int32
    /// The scale: max(floor, 1.4824 · MAD). 0.01 or more.
    public let sigmaQ2: Int32
    /// The outliers: bit s stands for charted slot s, the window's slot 64 + s.
    public let outliers: UInt32
    /// The EWMA (weight 1/4, from 0) of the deviations from the median, after the last charted slot.
    public let ewmaQ8: Int32
    /// The EWMA's value farthest from 0, the earliest such.
    public let ewmaExtremeQ8: Int32
    /// The upper CUSUM.
    public let up: Crossing
    /// The lower CUSUM.
    public let down: Crossing

    /// How many samples are outliers.
    public var outlierCount: Int { outliers.nonzeroBitCount }

    /// One of the two CUSUM charts.
    public struct Crossing: Hashable, Sendable {
        /// The chart's greatest value.
        public let cusumQ2: Int32
        /// The charted slot, 0 to 26, at which the chart first exceeded its limit; nil when it never did.
        public let slot: Int?
        /// The mean deviation from the reference median from that slot on, hundredths, rounded towards zero; 0 without a
        /// crossing. For a step it is the step's height, however recent the step is.
        public let shift: Int32

        init(cusumQ2: Int32, slot: Int32, shiftQ2: Int32, count: Int32) {
            self.cusumQ2 = cusumQ2
            self.slot = slot < 0 ? nil : Int(slot)
            shift = count > 0 ? shiftQ2 / (4 * count) : 0
        }
    }
}

extension WindowFigures {
    /// Reads the results out of a lane of a block.
    init(_ block: WindowBlock, lane: Int) {
        referenceCount = block[BlockLayout.referenceCount, lane]
        testCount = block[BlockLayout.testCount, lane]
        minimum = block[BlockLayout.minimum, lane]
        maximum = block[BlockLayout.maximum, lane]
        sum = block[BlockLayout.sum, lane]
        medianQ1 = block[BlockLayout.median, lane]
        madQ2 = block[BlockLayout.mad, lane]
        sigmaQ2 = block[BlockLayout.sigma, lane]
        outliers = UInt32(bitPattern: block[BlockLayout.outliers, lane])
        ewmaQ8 = block[BlockLayout.ewma, lane]
        ewmaExtremeQ8 = block[BlockLayout.ewmaExtreme, lane]
        up = Crossing(
            cusumQ2: block[BlockLayout.cusumUp, lane], slot: block[BlockLayout.crossedUp, lane],
            shiftQ2: block[BlockLayout.shiftUp, lane], count: block[BlockLayout.shiftUpCount, lane])
        down = Crossing(
            cusumQ2: block[BlockLayout.cusumDown, lane], slot: block[BlockLayout.crossedDown, lane],
            shiftQ2: block[BlockLayout.shiftDown, lane], count: block[BlockLayout.shiftDownCount, lane])
    }
}
