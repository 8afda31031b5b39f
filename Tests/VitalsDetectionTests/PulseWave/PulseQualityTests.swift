import Testing
import VitalsDetection
import VitalsTestKit

@Suite("Pulse quality")
struct PulseQualityTests {
    @Test("the skewness of every window is NeuroKit2's, within 10^-9")
    func skewness() throws {
        let wave = WaveMaker(720, rate: 30)
        let found = Self.judge(wave.samples.map { $0 }, .init(samplingRate: 30))
        #expect(found.count == PulseFixture.skewness30.count)
        for (output, expected) in zip(found, PulseFixture.skewness30) {
            #expect(abs(try #require(output.skewness) - expected) < 1e-9)
        }
        #expect(found.map(\.windowStart) == (0..<22).map { Int64($0 * 30) })
    }

    @Test("the skewness is that of the definition, on random windows of counts of any size")
    func definition() throws {
        var random = SplitMix64(seed: 90)
        for _ in 0..<60 {
            let (rate, bits) = (random.int(25...80), random.int(2...23))
            let centre = random.int(-(1 << 22)...1 << 22)
            let samples = (0..<3 * rate).map { _ in
                Int32(max(-(1 << 23), min(1 << 23, centre + random.int(0...1 << bits) * random.int(0...1))))
            }
            let output = try #require(Self.judge(samples, .init(samplingRate: rate)).first)
            let mean = samples.reduce(0.0) { $0 + Double($1) } / Double(samples.count)
            let square = samples.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / Double(samples.count)
            let cube =
                samples.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) * (Double($1) - mean) }
                / Double(samples.count)
            #expect(abs(try #require(output.skewness) - cube / (square * square.squareRoot())) < 1e-9)
        }
    }

    @Test("a wave with a fast rise and a broad foot is skewed upwards, and downwards when it is inverted")
    func sign() throws {
        let samples = (0..<300).map { Int32(1_000 + ($0 % 30 == 0 ? 500 : $0 % 30 == 1 ? 300 : 0)) }
        let upright = try #require(Self.judge(samples, .init(samplingRate: 30)).first?.skewness)
        let inverted = try #require(Self.judge(samples, .init(samplingRate: 30, isInverted: true)).first?.skewness)
        #expect(upright > 2 && inverted == -upright)
    }

    @Test("the perfusion is the range by the mean, in thousandths")
    func perfusion() throws {
        let samples = (0..<90).map { Int32($0 % 10 == 0 ? 10_300 : 9_967) }
        let output = try #require(Self.judge(samples, .init(samplingRate: 30)).first)
        // 333 by 10,000.3
        #expect(output.perfusion == 33)
    }

    @Test("equal samples have no skewness and are refused; a mean of zero has no perfusion")
    func flat() throws {
        let flat = try #require(Self.judge(Array(repeating: 5, count: 90), .init(samplingRate: 30)).first)
        #expect(flat.skewness == nil && flat.decision == .notAssessed(.flatSignal) && flat.perfusion == 0)
        let centred = try #require(
            Self.judge((0..<90).map { $0 % 2 == 0 ? -8 : 8 }, .init(samplingRate: 30)).first)
        #expect(centred.perfusion == nil && centred.skewness == 0 && centred.refusal == .flatSignal)
    }

    @Test("a missing sample starts the window anew")
    func missing() {
        var detector = PulseQuality(configuration: .init(samplingRate: 30))
        var starts: [Int64] = []
        for place in 0..<400 {
            if let output = detector.judge(place == 100 ? nil : Int32(place % 7)) { starts.append(output.windowStart) }
        }
        #expect(starts == [0, 101, 131, 161, 191, 221, 251, 281])
    }

    private static func judge(
        _ samples: [Int32], _ configuration: PulseQuality.Configuration
    ) -> [PulseQuality.Output] {
        var detector = PulseQuality(configuration: configuration)
        return samples.compactMap { detector.judge($0) }
    }
}
