import Testing
import VitalsKernels

/// Figures worked out by hand, against every level: the reference itself is right, not only the same everywhere.
@Suite("Figures worked out by hand")
struct WorkedFiguresTests {
    /// 64 reference samples of 70 bpm, then the test samples.
    private func judge(
        _ test: [Int32?], reference: [Int32?] = Array(repeating: 70_00, count: 64), floor: Int32 = 2_00,
        _ level: KernelLevel
    ) throws -> WindowFigures {
        var block = WindowBlock()
        block.load(reference + test, oldest: 0, scale: ChartScale(sigmaFloor: floor), lane: 9)
        try KernelTable(level).judge(&block)
        return block.figures(lane: 9)
    }

    private func repeated(_ value: Int32?, _ count: Int) -> [Int32?] { Array(repeating: value, count: count) }

    @Test("the numbers 1 to 64 have median 32.5, MAD 16 and sigma 23.5", arguments: KernelLevel.supported)
    func median(level: KernelLevel) throws {
        // Deviations: 0.5, 0.5, 1.5, 1.5, …; the 32nd is 15.5 and the 33rd 16.5.
        let numbers = (0..<64).map { Int32?.some(Int32($0 * 37 % 64) + 1) }
        let figures = try judge(repeated(nil, 32), reference: numbers, floor: 1, level)
        #expect(figures.medianQ1 == 65 && figures.madQ2 == 64)
        #expect(figures.sigmaQ2 == 94)  // 64 + 64 · 247 / 512 = 94.9
        #expect(figures.minimum == 1 && figures.maximum == 64 && figures.sum == 2_080)
        #expect(figures.referenceCount == 64 && figures.testCount == 0)
    }

    @Test("an even and an odd number of valid samples have their own middle", arguments: KernelLevel.supported)
    func middle(level: KernelLevel) throws {
        let three = repeated(nil, 61) + [90, 10, 20]
        #expect(try judge(repeated(nil, 32), reference: three, level).medianQ1 == 40)
        let four = repeated(nil, 60) + [90, 10, 21, 30]
        #expect(try judge(repeated(nil, 32), reference: four, level).medianQ1 == 51)
        #expect(try judge(repeated(nil, 32), reference: four, floor: 1, level).madQ2 == 40)  // 4.5, 4.5, 15.5, 64.5
    }

    @Test("a step of 4 bpm crosses with its fourth sample", arguments: KernelLevel.supported)
    func cusum(level: KernelLevel) throws {
        // Sigma 2, slack 1, limit 10: the sum grows by 3 a sample, and 12 is the first above 10.
        let figures = try judge(repeated(74_00, 32), level)
        #expect(figures.sigmaQ2 == 4 * 2_00 && figures.outliers == 0)
        #expect(figures.up.cusumQ2 == 4 * 27 * 3_00 && figures.up.slot == 3 && figures.up.shift == 4_00)
        #expect(figures.down.cusumQ2 == 0 && figures.down.slot == nil && figures.down.shift == 0)
        let fall = try judge(repeated(nil, 5) + repeated(66_00, 27), level)
        #expect(fall.down.slot == 8 && fall.down.shift == -4_00)
    }

    @Test("a sum that equals its limit has not exceeded it", arguments: KernelLevel.supported)
    func limit(level: KernelLevel) throws {
        // 10 samples of 2 bpm grow by 1 each; the limit is 10.
        #expect(try judge(repeated(72_00, 10) + repeated(70_00, 22), level).up.slot == nil)
        #expect(try judge(repeated(72_00, 11) + repeated(70_00, 21), level).up.slot == 10)
    }

    @Test("the EWMA moves a quarter of the way a sample and keeps its extreme", arguments: KernelLevel.supported)
    func ewma(level: KernelLevel) throws {
        let one = try judge(repeated(nil, 26) + [74_00] + repeated(nil, 5), level)
        #expect(one.ewmaQ8 == 1_00 << 8 && one.ewmaExtremeQ8 == 1_00 << 8)
        let two = try judge(repeated(nil, 24) + [66_00, nil, 70_00] + repeated(nil, 5), level)
        #expect(two.ewmaQ8 == -75 << 8 && two.ewmaExtremeQ8 == -1_00 << 8)
    }

    @Test("a spike of five is an outlier, the sixth makes a level", arguments: KernelLevel.supported)
    func hampel(level: KernelLevel) throws {
        let five = try judge(repeated(70_00, 10) + repeated(120_00, 5) + repeated(70_00, 17), level)
        #expect(five.outliers == 0b11111 << 10 && five.outlierCount == 5)
        #expect(five.up.slot == nil && five.maximum == 120_00)
        let six = try judge(repeated(70_00, 10) + repeated(120_00, 6) + repeated(70_00, 16), level)
        #expect(six.outliers == 0 && six.up.slot == 10)
    }

    @Test("the floor decides where the neighbours are all equal", arguments: KernelLevel.supported)
    func hampelFloor(level: KernelLevel) throws {
        // Three times 2 bpm: a sample 6 bpm off is none, one a hundredth farther is an outlier.
        for (value, outliers) in [(Int32(76_00), UInt32(0)), (76_01, 1 << 20), (63_99, 1 << 20), (64_00, 0)] {
            let figures = try judge(repeated(70_00, 20) + [value] + repeated(70_00, 11), level)
            #expect(figures.outliers == outliers, "\(value)")
        }
    }

    @Test("the last five slots are counted but not charted", arguments: KernelLevel.supported)
    func lookAhead(level: KernelLevel) throws {
        let figures = try judge(repeated(70_00, 27) + repeated(120_00, 5), level)
        #expect(figures.testCount == 32 && figures.maximum == 120_00)
        #expect(figures.up.cusumQ2 == 0 && figures.ewmaQ8 == 0 && figures.outliers == 0)
    }

    @Test("values beyond 2^20 count as 2^20", arguments: KernelLevel.supported)
    func clamp(level: KernelLevel) throws {
        let figures = try judge(repeated(.min, 32), reference: repeated(.max, 64), level)
        #expect(figures.medianQ1 == 2 << 20 && figures.minimum == -(1 << 20) && figures.maximum == 1 << 20)
        #expect(figures.sum == 32 << 20)
    }
}
