import Testing
import VitalsDetection
import VitalsTestKit

@Suite("Hampel outlier mask")
struct HampelFilterTests {
    @Test("judges the middle of eleven values, five beats late")
    func judgesTheMiddle() {
        var filter = HampelFilter()
        let values: [Int32] = [800, 801, 799, 802, 800, 1_400, 798, 801, 800, 799, 803]
        for value in values.dropLast() { #expect(filter.judge(value).decision == .notAssessed(.warmingUp)) }
        let output = filter.judge(803)
        #expect(output.decision == .outlier)
        #expect(output.value == 1_400)
        #expect(output.median == 800)
        #expect(output.deviation == 1)
    }

    @Test("with no deviation at all, every value that differs stands out")
    func zeroDeviation() {
        var filter = HampelFilter()
        for _ in 0..<10 { _ = filter.judge(800) }
        #expect(filter.judge(801).decision == .inlier)
        for _ in 0..<4 { #expect(filter.judge(800).decision == .inlier) }
        #expect(filter.judge(800).decision == .outlier)
    }

    @Test("the window is forgotten after a gap")
    func resets() {
        var filter = HampelFilter()
        for _ in 0..<11 { _ = filter.judge(800) }
        filter.reset()
        #expect(filter.judge(800).decision == .notAssessed(.warmingUp))
    }

    @Test("a width is made odd and kept in its range")
    func widthIsBounded() {
        #expect(HampelFilter.Configuration(width: 10).width == 11)
        #expect(HampelFilter.Configuration(width: -1).width == 3)
        #expect(HampelFilter.Configuration(width: 1_000_000).width == VitalsDetectionLimits.hampelWidth)
    }

    @Test("agrees with a float twin that sorts each window", arguments: [(3, 3.0), (11, 3.0), (11, 2.0), (21, 3.5)])
    func agreesWithTheTwin(width: Int, k: Double) {
        var random = SplitMix64(seed: UInt64(width))
        var filter = HampelFilter(configuration: .init(width: width, kThousandths: UInt16(k * 1_000)))
        var series: [Int32] = []
        var outliers = 0
        for index in 0..<4_000 {
            let jump = random.int(0...19) == 0 ? random.int(-600...600) : 0
            let value: Int32 =
                index % 500 == 499 ? (random.int(0...1) == 0 ? .max : .min) : Int32(820 + random.int(-9...9) + jump)
            series.append(min(max(value, -1 << 30), 1 << 30))
            let output = filter.judge(value)
            guard series.count >= width else { continue }
            let window = series.suffix(width).map(Double.init)
            let median = window.sorted()[width / 2]
            let deviation = window.map { abs($0 - median) }.sorted()[width / 2]
            let isOutlier = abs(window[width / 2] - median) > k * 1.4826 * deviation
            #expect(output.decision == (isOutlier ? .outlier : .inlier))
            #expect(Double(output.median) == median)
            #expect(Double(output.deviation) == deviation)
            outliers += isOutlier ? 1 : 0
        }
        #expect(outliers > 50)
    }
}
