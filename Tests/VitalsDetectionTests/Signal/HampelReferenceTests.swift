import Testing
import VitalsDetection
import VitalsTestKit

@Suite("Hampel filter as in PyPI hampel")
struct HampelReferenceTests {
    @Test("marks the same places in made-up series of intervals, exactly")
    func places() {
        var found = 0
        for (number, reference) in HampelReference.outliers.enumerated() {
            var filter = HampelFilter()
            var places: [Int] = []
            for (place, value) in Self.series(seed: UInt64(number + 1)).enumerated()
            where filter.judge(value).decision == .outlier { places.append(place - 5) }
            #expect(places == reference, "series \(number + 1)")
            found += places.count
        }
        #expect(HampelReference.outliers.count == 40)
        #expect(found > 300)
    }

    /// What Tests/Validation/hampel_reference.py makes, draw by draw.
    private static func series(seed: UInt64) -> [Int32] {
        var random = SplitMix64(seed: seed)
        func draw(_ count: UInt64) -> Int32 { Int32(random.next() % count) }
        let level = 600 + draw(700)
        let spread = 1 + draw(60)
        return (0..<60).map { _ in
            let value = level + draw(UInt64(2 * spread + 1)) - spread
            switch draw(12) {
            case 0: return value * 2
            case 1: return value / 2
            default: return value
            }
        }
    }
}
