import Testing
import VitalsDetection
import VitalsTestKit

@Suite("Control charts")
struct ChartTests {
    private static func samples(seed: UInt64) -> [Int64] {
        var random = SplitMix64(seed: seed)
        return (0..<2_000).map { index in
            Int64(random.int(-300_000...300_000)) + (index > 1_200 ? 150_000 : 0) + 72 << 16
        }
    }

    @Test("the EWMA chart equals an oracle in 128 bits, on every sample", arguments: [UInt64(1), 2, 3])
    func ewma(seed: UInt64) {
        let weight = [Int64(13_107), 1, 65_536][Int(seed) - 1]
        let configuration = EWMAChart.Configuration(
            targetQ16: 72 << 16, sigmaQ16: 173_000, weightQ16: weight, limitSigmasQ16: 177_000)
        var chart = EWMAChart(configuration: configuration)
        var mean = Int128(72 << 16)
        // The greatest Q16 number whose square times (2 - λ) is no more than λ.
        let root = (Int128(0)...65_536).last { $0 * $0 * (131_072 - Int128(weight)) <= Int128(weight) << 32 } ?? 0
        let limit = ((Int128(173_000) * 177_000) >> 16 * root) >> 16
        for sample in Self.samples(seed: seed) {
            mean += ((Int128(sample) - mean) * Int128(weight)) >> 16
            let output = chart.judge(sample)
            #expect(Int128(output.deviationQ16) == mean - 72 << 16)
            #expect(Int128(output.limitQ16) == limit)
            #expect(output.isOutOfControl == (abs(mean - 72 << 16) > limit))
        }
    }

    @Test("the EWMA chart signals a shift of one sigma after the samples that its formula says")
    func ewmaDelay() {
        // L·√(λ/(2 - λ)) = 1 sigma of 3: a shift of 2 sigma is passed once (0.8)^n < 0.5, with n = 4.
        var chart = EWMAChart(configuration: EWMAChart.Configuration(targetQ16: 0, sigmaQ16: 1 << 16))
        let outputs = (0..<8).map { _ in chart.judge(2 << 16) }
        #expect(outputs.map(\.isOutOfControl) == [false, false, false, true, true, true, true, true])
        #expect(outputs[3].decisionName == "out-of-control" && outputs[0].decisionName == "in-control")
        #expect(outputs[0].refusal == nil)
    }

    @Test("the CUSUM chart equals the sums by their definition: the excess over the least partial sum")
    func cusum() {
        let samples = Self.samples(seed: 5)
        let configuration = CUSUMChart.Configuration(targetQ16: 72 << 16, slackQ16: 90_000, limitQ16: 1_500_000)
        var chart = CUSUMChart(configuration: configuration)
        var (up, down): (Int64, Int64) = (0, 0)
        var (leastUp, leastDown): (Int64, Int64) = (0, 0)
        var signals = 0
        for sample in samples {
            up += sample - 72 << 16 - 90_000
            down += 72 << 16 - sample - 90_000
            leastUp = min(leastUp, up)
            leastDown = min(leastDown, down)
            let output = chart.judge(sample)
            #expect(output.upperQ16 == up - leastUp && output.lowerQ16 == down - leastDown)
            #expect(output.isOutOfControl == (max(up - leastUp, down - leastDown) > 1_500_000))
            signals += output.isOutOfControl ? 1 : 0
        }
        #expect(signals > 100 && signals < 1_900)
        chart.reset()
        #expect(chart.upperQ16 == 0 && chart.lowerQ16 == 0)
    }

    @Test("a CUSUM that is never reset stops at its bound instead of overflowing")
    func cusumBound() {
        var chart = CUSUMChart(configuration: CUSUMChart.Configuration(targetQ16: .min, slackQ16: -1, limitQ16: .max))
        var last: CUSUMChart.Output?
        for _ in 0..<9_000 { last = chart.judge(.max) }
        #expect(last?.upperQ16 == VitalsDetectionLimits.cusum && last?.lowerQ16 == 0)
        #expect(last?.isOutOfControl == false)
    }

    @Test("products beyond the range are its nearer end, so an absurd chart never signals and never traps")
    func absurd() {
        var chart = EWMAChart(
            configuration: EWMAChart.Configuration(
                targetQ16: .min, sigmaQ16: .max, weightQ16: .max, limitSigmasQ16: .max))
        for sample in [Int64.max, .min, 0] { #expect(!chart.judge(sample).isOutOfControl) }
    }

    @Test("charts trace their members in order")
    func trace() {
        var ewma = EWMAChart(configuration: EWMAChart.Configuration(targetQ16: 0, sigmaQ16: 1))
        var cusum = CUSUMChart(configuration: CUSUMChart.Configuration(targetQ16: 0, slackQ16: 0, limitQ16: 1))
        var hinkley = PageHinkley()
        let outputs: [any DetectorOutput] = [ewma.judge(3), cusum.judge(3), hinkley.judge(3)]
        for output in outputs {
            var members: [String] = []
            output.trace { member, _ in members.append(member) }
            #expect(members == members.sorted() && members.count >= 3)
        }
    }
}
