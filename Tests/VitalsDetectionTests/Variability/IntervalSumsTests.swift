import Testing
import VitalsDetection
import VitalsTestKit

@Suite("Sums over intervals")
struct IntervalSumsTests {
    @Test("figures equal hrv-analysis to 1e-9 in its conventions", arguments: VariabilityReference.all)
    func hrvAnalysis(_ reference: VariabilityReference) {
        let sums = IntervalSums(of: reference.series)
        let figures = [
            sums.mean, sums.sdnn, sums.rmssd, sums.sdsd(.population), sums.pnn50, sums.pnn20, sums.sd1(),
            sums.sd2FromDeviations,
        ]
        for (figure, expected) in zip(figures, reference.hrvAnalysis) { #expect(isEqual(figure, expected)) }
    }

    @Test("figures equal NeuroKit2 to 1e-9 in its conventions", arguments: VariabilityReference.all)
    func neuroKit(_ reference: VariabilityReference) {
        let sums = IntervalSums(of: reference.series)
        // NeuroKit2 takes the share of the intervals, not of the pairs.
        let share = Double(sums.pairs) / Double(sums.count)
        let figures = [
            sums.mean, sums.sdnn, sums.rmssd, sums.sdsd(), sums.pnn50.map { $0 * share }, sums.pnn20.map { $0 * share },
            sums.sd1(), sums.sd2(),
        ]
        for (figure, expected) in zip(figures, reference.neuroKit) { #expect(isEqual(figure, expected)) }
    }

    @Test("figures equal those of two passes in floating point on 200 series")
    func twoPasses() {
        var random = SplitMix64(seed: 9)
        for _ in 0..<200 {
            let series = (0..<random.int(3...300)).map { _ in UInt16(random.int(250...2_500)) }
            let sums = IntervalSums(of: series)
            let x = series.map { Double($0) * 1_000 / 1_024 }
            let d = zip(x, x.dropFirst()).map { $1 - $0 }
            let t = zip(x, x.dropFirst()).map { $1 + $0 }
            let root = 2.0.squareRoot()
            #expect(isEqual(sums.mean, mean(x)))
            #expect(isEqual(sums.sdnn, deviation(x, 1)))
            #expect(isEqual(sums.rmssd, mean(d.map { $0 * $0 }).squareRoot()))
            #expect(isEqual(sums.sdsd(), deviation(d, 1)) && isEqual(sums.sdsd(.population), deviation(d, 0)))
            #expect(isEqual(sums.sdsdOfMagnitudes, deviation(d.map(abs), 1)))
            #expect(
                isEqual(sums.sd1(), deviation(d, 1) / root) && isEqual(sums.sd1(.population), deviation(d, 0) / root))
            #expect(
                isEqual(sums.sd2(), deviation(t, 1) / root) && isEqual(sums.sd2(.population), deviation(t, 0) / root))
            #expect(sums.above50 == Int64(d.filter { abs($0) > 50 }.count))
            #expect(sums.above20 == Int64(d.filter { abs($0) > 20 }.count))
        }
    }

    @Test("a difference of exactly 50 ms is not above it, and 52/1024 s is")
    func limits() {
        #expect(IntervalSums(of: [800, 850, 799], unit: .milliseconds).above50 == 1)
        #expect(IntervalSums(of: [800, 820, 799], unit: .milliseconds).above20 == 1)
        #expect(IntervalSums(of: [800, 851, 799]).above50 == 1)
        #expect(IntervalSums(of: [800, 820, 799]).above20 == 1)
    }

    @Test("a break takes one pair away and leaves every interval in")
    func interruption() {
        var sums = IntervalSums()
        for interval in [800, 810] as [UInt16] { sums.add(interval) }
        sums.interrupt()
        for interval in [900, 930] as [UInt16] { sums.add(interval) }
        #expect(sums.count == 4 && sums.pairs == 2)
        #expect(sums.differences == 40 && sums.squaredDifferences == 1_000 && sums.totals == 1_610 + 1_830)
    }

    @Test("nothing is divided by nothing")
    func tooFew() {
        let none = IntervalSums()
        #expect(none.mean == nil && none.sdnn == nil && none.rmssd == nil && none.pnn50 == nil && none.sd2() == nil)
        let one = IntervalSums(of: [800])
        #expect(one.mean == 781.25 && one.sdnn == nil && one.rmssd == nil)
        let two = IntervalSums(of: [800, 800])
        #expect(two.sdnn == 0 && two.rmssd == 0 && two.sdsd() == nil && two.sdsd(.population) == 0)
    }

    @Test("the most and the longest intervals overflow nothing")
    func extremes() {
        var sums = IntervalSums()
        for index in 0..<VitalsDetectionLimits.summedIntervals { sums.add(index % 2 == 0 ? 65_535 : 65_534) }
        #expect(sums.isFull && isEqual(sums.mean, 65_534.5 * 1_000 / 1_024))
        #expect(isEqual(sums.rmssd, 1_000.0 / 1_024))
        let full = sums
        sums.add(1)
        #expect(sums == full)
        #expect(sums.sd2() == 0)
    }

    private func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }

    private func deviation(_ values: [Double], _ freedom: Int) -> Double {
        let middle = mean(values)
        let squares = values.map { ($0 - middle) * ($0 - middle) }.reduce(0, +)
        return (squares / Double(values.count - freedom)).squareRoot()
    }
}
