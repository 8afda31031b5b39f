import Testing
import VitalsStore
import VitalsTestKit

@Suite("How long commits take")
struct LatencyHistogramTests {
    @Test("A percentile is at most an eighth too high, from any seed", arguments: 1...20 as ClosedRange<UInt64>)
    func percentiles(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var histogram = LatencyHistogram()
        let values = (0..<500).map { _ in random.next() >> UInt64(random.int(20...63)) }
        for value in values { histogram.note(microseconds: value) }
        let sorted = values.sorted()
        for share in [1, 500, 900, 990, 999, 1_000] as [UInt64] {
            let exact = sorted[Int((500 * share + 999) / 1_000) - 1]
            let told = histogram.perMille(share) ?? 0
            #expect(told >= exact && told - exact <= exact / 8)
        }
        #expect(histogram.count == 500 && histogram.maximum == sorted.last)
    }

    @Test("Without any there is no percentile, and the largest number fits")
    func ends() {
        var histogram = LatencyHistogram()
        #expect(histogram.perMille(500) == nil)
        histogram.note(microseconds: .max)
        histogram.note(microseconds: 0)
        #expect(histogram.perMille(500) == 0)
        #expect(histogram.perMille(1_000) == .max)
    }
}
