import Testing
import VitalsTestKit

@testable import VitalsDetection

@Suite("The filter of a pulse wave")
struct PulseFilterTests {
    @Test("is the sum that its formula says, at the place that its delay says", arguments: [25, 30, 55, 250])
    func formula(rate: Int) {
        var random = SplitMix64(seed: 77)
        let samples = (0..<4 * rate).map { _ in Int64(random.int(-(1 << 23)...1 << 23)) }
        var filter = PulseFilter(rate: rate)
        let (narrow, wide) = (rate / 12, rate * 5 / 12)
        let sum = { (numbers: [Int64], centre: Int, half: Int) in
            numbers[centre - half...centre + half].reduce(0, +)
        }
        let once = samples.indices.map { narrow..<samples.count - narrow ~= $0 ? sum(samples, $0, narrow) : 0 }
        let twice = samples.indices.map { 2 * narrow..<samples.count - 2 * narrow ~= $0 ? sum(once, $0, narrow) : 0 }
        var compared = 0
        for (place, sample) in samples.enumerated() {
            guard let filtered = filter.push(sample) else {
                #expect(place < 2 * filter.delay)
                continue
            }
            let centre = place - filter.delay
            #expect(filtered == Int64(2 * wide + 1) * twice[centre] - sum(twice, centre, wide))
            compared += 1
        }
        #expect(compared == samples.count - 2 * filter.delay)
    }

    @Test("lets neither a level nor a slope through")
    func trend() {
        var filter = PulseFilter(rate: 50)
        let filtered = (0..<500).compactMap { filter.push(1_000_000 - 37 * Int64($0)) }
        #expect(filtered.count > 400 && filtered.allSatisfy { $0 == 0 })
    }
}
