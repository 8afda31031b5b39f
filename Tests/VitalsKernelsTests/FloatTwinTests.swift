import Testing
import VitalsKernels
import VitalsTestKit

/// The textbook in double precision beside the integers: the fixed-point formats lose nothing that could matter.
@Suite("Figures beside a double-precision twin")
struct FloatTwinTests {
    @Test("outliers are those of the Hampel filter with 1.4826, but for ties within its rounding")
    func hampel() {
        var random = SplitMix64(seed: 2)
        var (judged, outliers, ties) = (0, 0, 0)
        for _ in 0..<60 {
            var block = WindowBlock()
            var windows: [[Int32?]] = []
            for lane in 0..<WindowBlock.lanes {
                let window = Self.window(&random)
                block.load(window, oldest: 0, scale: ChartScale(sigmaFloor: 1_00), lane: lane)
                windows.append(window)
            }
            KernelTable.best.judge(&block)
            for (lane, window) in windows.enumerated() {
                let bits = block.figures(lane: lane).outliers
                for slot in 0..<WindowBlock.chartedSlots {
                    let isOutlier = bits & 1 << UInt32(slot) != 0
                    let ratio = Self.hampelRatio(window, at: 64 + slot)
                    // The integer factor is 0.012 % below 1.4826.
                    if abs(ratio - 1) < 0.000_2 { ties += 1 } else { #expect(isOutlier == (ratio > 1), "\(ratio)") }
                    judged += 1
                    outliers += isOutlier ? 1 : 0
                }
            }
        }
        #expect(outliers > judged / 50 && ties < judged / 50, "\(outliers) outliers and \(ties) ties in \(judged)")
    }

    @Test("median, MAD, sigma, EWMA and CUSUM are those of the textbook")
    func charts() {
        var random = SplitMix64(seed: 3)
        for _ in 0..<200 {
            let window = Self.window(&random)
            var block = WindowBlock()
            block.load(window, oldest: 0, scale: ChartScale(sigmaFloor: 1_00), lane: 0)
            KernelTable.best.judge(&block)
            let figures = block.figures(lane: 0)
            let reference = window[..<64].compactMap { $0.map(Double.init) }
            let median = Self.median(reference)
            let mad = Self.median(reference.map { abs($0 - median) })
            #expect(Double(figures.medianQ1) == 2 * median && Double(figures.madQ2) == 4 * mad)
            let sigma = max(1_00, 1.4826 * mad)
            #expect(abs(Double(figures.sigmaQ2) / 4 - sigma) <= 0.25 + sigma * 0.000_13)
            var (ewma, up, greatest) = (0.0, 0.0, 0.0)
            for slot in 0..<WindowBlock.chartedSlots where figures.outliers & 1 << UInt32(slot) == 0 {
                guard let sample = window[64 + slot] else { continue }
                ewma += (Double(sample) - median - ewma) / 4
                up = max(0, up + Double(sample) - median - sigma / 2)
                greatest = max(greatest, up)
            }
            #expect(abs(Double(figures.ewmaQ8) / 256 - ewma) <= 4.0 / 256)
            #expect(abs(Double(figures.up.cusumQ2) / 4 - greatest) <= 27 * (0.25 + sigma * 0.000_1))
        }
    }

    /// A rate in whole or half bpm around a level, with gaps, spikes and sometimes a step.
    private static func window(_ random: inout SplitMix64) -> [Int32?] {
        let (wobble, step) = (random.int(1...8), Int32(random.int(-20...20)) * 100)
        return (0..<WindowBlock.slots).map { slot in
            if random.int(0...11) == 0 { return nil }
            let spike: Int32 = random.int(0...14) == 0 ? Int32(random.int(-60...60)) * 100 : 0
            return 80_00 + Int32(random.int(-wobble...wobble)) * 50 + spike + (slot < 80 ? 0 : step)
        }
    }

    /// How far a sample is from its surroundings, in thresholds; 0 where there is none.
    private static func hampelRatio(_ window: [Int32?], at slot: Int) -> Double {
        guard let sample = window[slot] else { return 0 }
        let around = window[slot - 5...slot + 5].compactMap { $0.map(Double.init) }
        let median = median(around)
        let sigma = max(1_00, 1.4826 * Self.median(around.map { abs($0 - median) }))
        return abs(Double(sample) - median) / (3 * sigma)
    }

    private static func median(_ numbers: [Double]) -> Double {
        let sorted = numbers.sorted()
        return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
    }
}
