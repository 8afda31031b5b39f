import Foundation
import Testing

@testable import VitalsSimulator

@Suite("Random streams, noise and the sine")
struct RandomTests {
    @Test("the generator is SplitMix64: its published first numbers from seed 1234567")
    func reference() {
        var stream = RandomStream(seed: 1_234_567)
        let numbers = (0..<5).map { _ in stream.next() }
        #expect(
            numbers == [
                6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
                4_593_380_528_125_082_431, 16_408_922_859_458_223_821,
            ])
    }

    @Test("streams of different seeds and labels differ")
    func labels() {
        var streams = [
            RandomStream(seed: 1, 1), RandomStream(seed: 2, 1), RandomStream(seed: 1, 2), RandomStream(seed: 1, 1, 1),
            RandomStream(seed: 1, 1, 2), RandomStream(seed: 1, 2, 1),
        ]
        let first = streams.indices.map { streams[$0].next() }
        #expect(Set(first).count == streams.count)
    }

    @Test("a whole number in a range reaches both ends and nothing beyond")
    func ranges() {
        var stream = RandomStream(seed: 3)
        let numbers = (0..<2_000).map { _ in stream.within(-3...4) }
        #expect(Set(numbers) == Set(-3...4))
        #expect(stream.below(0) == 0)
        #expect((0..<100).allSatisfy { _ in stream.within(7...7) == 7 })
    }

    @Test("the normal deviate has mean 0, deviation 1 and no skew")
    func gaussian() {
        var stream = RandomStream(seed: 4)
        let numbers = (0..<20_000).map { _ in Double(stream.gaussian()) / 4_096 }
        let mean = numbers.reduce(0, +) / 20_000
        let variance = numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 20_000
        let skew = numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) * ($1 - mean) } / 20_000
        #expect(abs(mean) < 0.03)
        #expect(abs(variance - 1) < 0.04)
        #expect(abs(skew) < 0.06)
    }

    @Test("pink noise has deviation 1, and its slow part is as strong as its fast part")
    func pink() {
        var stream = RandomStream(seed: 5)
        var noise = PinkNoise(&stream)
        let numbers = (0..<32_768).map { _ in Double(noise.next(&stream)) / 4_096 }
        let variance = numbers.reduce(0) { $0 + $1 * $1 } / 32_768
        #expect(abs(variance - 1) < 0.25)
        // Means of 16 keep about half the variance: of white noise they would keep a sixteenth.
        let means = stride(from: 0, to: 32_768, by: 16).map { numbers[$0..<($0 + 16)].reduce(0, +) / 16 }
        let slow = means.reduce(0) { $0 + $1 * $1 } / 2_048
        #expect(slow > 0.35 * variance)
        #expect(slow < 0.75 * variance)
    }

    @Test("the sine is within 14/32768 of the true one and odd")
    func sine() {
        let errors = (0..<4_096).map { step in
            let expected = 32_768 * sin(Double(step) / 4_096 * 2 * Double.pi)
            return abs(Double(Sine.q15(UInt32(step) << 20)) - expected)
        }
        #expect(errors.max() ?? 99 <= 14)
        #expect(Sine.q15(0) == 0)
        #expect(Sine.q15(1 << 30) == 32_768 || Sine.q15(1 << 30) == 32_767)
        #expect(Sine.q15(3 << 30) == -32_768)
    }
}
