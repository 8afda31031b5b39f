import Testing
import VitalsDetection
import VitalsTestKit

@Suite("Page-Hinkley test")
struct PageHinkleyTests {
    /// Levels 0, 3, -2 and 1 for 700 samples each, with noise of ±1: exactly what Tests/Validation/trend.py makes.
    private static func samples() -> [Double] {
        var random = SplitMix64(seed: 7)
        return (0..<4_000).map { index in
            Double(Int64(random.next() % 2_001) - 1_000) / 1_024 + [0.0, 3, -2, 1][index / 700 % 4]
        }
    }

    @Test("drifts, means and sums equal those of river 0.26.1 to the bit")
    func river() {
        // Made by Tests/Validation/trend.py: the sample, the mean, the increase and the decrease at each drift, and an
        // FNV-like digest of the three over all judged samples.
        let expected: [[Int64]] = [
            [714, 4_589_811_180_770_536_870, 4_632_251_786_580_059_716, 0],
            [1402, 4_613_804_499_259_950_579, 0, 4_632_641_105_659_403_040],
            [2105, -4_611_704_229_968_488_666, 4_632_550_986_205_189_715, 0],
            [2831, 4_606_904_033_360_112_063, 0, 4_632_263_509_011_600_945],
            [3515, 4_584_919_970_313_073_286, 4_632_399_685_628_733_066, 0],
        ]
        var test = PageHinkley()
        var drifts: [[Int64]] = []
        var digest: UInt64 = 0
        for (index, sample) in Self.samples().enumerated() {
            let output = test.judge(sample)
            let figures = [output.mean, output.increase, output.decrease].map(\.bitPattern)
            if output.refusal == nil { for bits in figures { digest = digest &* 1_099_511_628_211 ^ bits } }
            if output.isDrift { drifts.append([Int64(index)] + figures.map { Int64(bitPattern: $0) }) }
        }
        #expect(drifts == expected)
        #expect(digest == 0xad4f_c07b_e721_6e57)
    }

    @Test("a sample that is no number is refused and changes nothing")
    func invalid() {
        var clean = PageHinkley()
        var soiled = PageHinkley()
        for sample in Self.samples().prefix(800) {
            for wrong in [Double.nan, .infinity, -.infinity] {
                let output = soiled.judge(wrong)
                #expect(output.refusal == .invalidValue && !output.isDrift && output.decisionName == "not-assessed")
            }
            #expect(soiled.judge(sample) == clean.judge(sample))
        }
    }

    @Test("nothing is decided before the least number of samples, and everything begins anew after a drift")
    func start() {
        var test = PageHinkley(configuration: PageHinkley.Configuration(minimumSamples: 10, threshold: 5))
        let words = (0..<40).map { test.judge($0 < 20 ? 0 : 4).decisionName }
        #expect(words.prefix(9).allSatisfy { $0 == "not-assessed" })
        #expect(words[9..<20].allSatisfy { $0 == "steady" })
        #expect(words.firstIndex(of: "drift") == 21)
        #expect(words[22..<31].allSatisfy { $0 == "not-assessed" })
        #expect(words[31..<40].allSatisfy { $0 == "steady" })
    }
}
