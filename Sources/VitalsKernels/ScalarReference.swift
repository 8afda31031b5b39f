import VitalsKernelsBaseline

/// One window judged by plain arithmetic, one sample after the other: the oracle of the kernels.
///
/// It follows the same definitions in the same order of operations, and shares no line with the kernels but the names of
/// the rows and bounds. Its operators trap on overflow where the kernels' wrap: that it runs over any input is the proof
/// of the bounds in `KernelLimits`.
struct ScalarReference {
    private let samples: InlineArray<96, Int32?>
    private let floorQ2: Int32
    private let slackSixteenths: Int32
    private let limitSixteenths: Int32

    /// Reads the window of a lane.
    init(_ input: (_ row: Int) -> Int32) {
        samples = InlineArray { slot in
            let isValid = input(BlockLayout.validity + slot / 32) & 1 &<< Int32(slot % 32) != 0
            return isValid ? Self.clamp(input(BlockLayout.values + slot), -range, range) : nil
        }
        floorQ2 = 4 * Self.clamp(input(BlockLayout.sigmaFloor), KernelLimits.sigmaFloorMin, range)
        slackSixteenths = Self.clamp(input(BlockLayout.slack), 0, KernelLimits.slackMax)
        limitSixteenths = Self.clamp(input(BlockLayout.limit), 0, KernelLimits.limitMax)
    }

    /// Median, median absolute deviation and scale of the reference part.
    func reference() -> (medianQ1: Int32, madQ2: Int32, sigmaQ2: Int32) {
        robust(0..<BlockLayout.referenceSlots)
    }

    /// The outlier bits of the charted slots.
    func outliers() -> Int32 {
        var bits: Int32 = 0
        for test in 0..<BlockLayout.chartedSlots {
            let slot = BlockLayout.referenceSlots + test
            guard let sample = samples[slot] else { continue }
            let around = robust(slot - 5..<slot + 6)
            if abs(2 * (2 * sample - around.medianQ1)) > 3 * around.sigmaQ2 { bits |= 1 &<< Int32(test) }
        }
        return bits
    }

    /// The charts of the charted slots.
    func chart(medianQ1: Int32, sigmaQ2: Int32, outliers: Int32) -> Chart {
        let slack = sigmaQ2 * slackSixteenths / 16
        let limit = sigmaQ2 * limitSixteenths / 16
        var chart = Chart()
        var (up, down): (Int32, Int32) = (0, 0)
        for test in 0..<BlockLayout.chartedSlots {
            guard let sample = samples[BlockLayout.referenceSlots + test] else { continue }
            guard outliers & 1 &<< Int32(test) == 0 else { continue }
            let deviation = 4 * sample - 2 * medianQ1
            chart.ewma += (64 * deviation - chart.ewma) >> 2
            if abs(chart.ewma) > abs(chart.ewmaExtreme) { chart.ewmaExtreme = chart.ewma }
            up = max(0, up + deviation - slack)
            down = max(0, down - deviation - slack)
            chart.cusumUp = max(chart.cusumUp, up)
            chart.cusumDown = max(chart.cusumDown, down)
            if up > limit, chart.crossedUp < 0 { chart.crossedUp = Int32(test) }
            if down > limit, chart.crossedDown < 0 { chart.crossedDown = Int32(test) }
            if chart.crossedUp >= 0 {
                chart.shiftUp += deviation
                chart.shiftUpCount += 1
            }
            if chart.crossedDown >= 0 {
                chart.shiftDown += deviation
                chart.shiftDownCount += 1
            }
        }
        return chart
    }

    /// Counts, extremes and sum.
    func summary() -> Summary {
        var summary = Summary()
        for slot in 0..<BlockLayout.windowSlots {
            guard let sample = samples[slot] else { continue }
            let isFirst = summary.referenceCount + summary.testCount == 0
            summary.minimum = isFirst ? sample : min(summary.minimum, sample)
            summary.maximum = isFirst ? sample : max(summary.maximum, sample)
            summary.sum += sample
            if slot < BlockLayout.referenceSlots { summary.referenceCount += 1 } else { summary.testCount += 1 }
        }
        return summary
    }

    /// What the charts came to, in the formats of `BlockLayout`.
    struct Chart {
        var (ewma, ewmaExtreme): (Int32, Int32) = (0, 0)
        var (cusumUp, cusumDown): (Int32, Int32) = (0, 0)
        var (crossedUp, crossedDown): (Int32, Int32) = (-1, -1)
        var (shiftUp, shiftUpCount): (Int32, Int32) = (0, 0)
        var (shiftDown, shiftDownCount): (Int32, Int32) = (0, 0)
    }

    /// What the samples amount to.
    struct Summary {
        var (referenceCount, testCount): (Int32, Int32) = (0, 0)
        var (minimum, maximum, sum): (Int32, Int32, Int32) = (0, 0, 0)
    }

    /// Robust location and scale of the valid samples in some slots.
    private func robust(_ slots: Range<Int>) -> (medianQ1: Int32, madQ2: Int32, sigmaQ2: Int32) {
        var sorted = SortedSamples()
        for slot in slots {
            if let sample = samples[slot] { sorted.insert(sample) }
        }
        let medianQ1 = sorted.doubledMedian
        var deviations = SortedSamples()
        for slot in slots {
            if let sample = samples[slot] { deviations.insert(abs(2 * sample - medianQ1)) }
        }
        let madQ2 = deviations.doubledMedian
        return (medianQ1, madQ2, max(madQ2 + madQ2 * 247 / 512, floorQ2))
    }

    private static func clamp(_ value: Int32, _ low: Int32, _ high: Int32) -> Int32 { min(max(value, low), high) }
}

private let range = KernelLimits.magnitudeMax
