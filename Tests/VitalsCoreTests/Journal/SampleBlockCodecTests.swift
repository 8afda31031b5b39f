import Testing
import VitalsCore
import VitalsModel
import VitalsTestKit

@Suite("The codec of sample blocks")
struct SampleBlockCodecTests {
    @Test("A block of every stream comes back, whatever its values", arguments: SampleStream.allCases)
    func extremes(stream: SampleStream) throws {
        var maker = SampleBlockMaker(seed: 7)
        for _ in 0..<300 {
            let block = maker.extreme(stream, countMax: 20)
            #expect(try SampleBlock(decoding: block.encoded()) == block)
        }
    }

    @Test("The bytes of a block never change: what is in a journal stays readable")
    func literalBytes() throws {
        let stamp = { (milliseconds: Int64) in
            Stamp(
                monotonic: MonotonicTime(microseconds: milliseconds * 1_000),
                wall: WallTime(microseconds: 1_795_246_200_000_000 + milliseconds * 1_000), isSynchronised: true)
        }
        let block = SampleBlock(
            samples: .heartRate([
                HeartRateSample(
                    stamp: stamp(1_000), heartRate: 72, contact: .detected, rrIntervals: [850, 853], quality: .valid),
                HeartRateSample(
                    stamp: stamp(2_010), heartRate: 73, contact: .notDetected, energyExpended: 9, quality: .noContact),
            ]))
        let bytes = try #require(Hex.bytes(Self.literal))
        #expect(Hex.string(block.encoded()) == Self.literal)
        #expect(try SampleBlock(decoding: bytes) == block)
    }

    static let literal = "015644490897e07559aa067a209e2dac43214e5745d4a7c0"

    @Test("A stream's block of fifteen seconds takes at most four bytes a sample, its header included")
    func size() {
        for seed in 1...50 as ClosedRange<UInt64> {
            var maker = SampleBlockMaker(seed: seed)
            #expect(maker.strap(count: 15).encoded().count <= 60)
            #expect(maker.oximeter(count: 15).encoded().count <= 60)
        }
    }

    @Test("Longer blocks take fewer bytes a sample", arguments: [(10, 5.0), (15, 4.0), (30, 3.1), (60, 2.7)])
    func sizeByCount(count: Int, bytesPerSampleMax: Double) {
        var maker = SampleBlockMaker(seed: 3)
        let strap = Double(maker.strap(count: count).encoded().count) / Double(count)
        let oximeter = Double(maker.oximeter(count: count).encoded().count) / Double(count)
        #expect(strap <= bytesPerSampleMax)
        #expect(oximeter <= bytesPerSampleMax)
    }

    @Test("A photoplethysmogram of four channels takes fewer than nine bytes a sample, a third of it on the air")
    func waveSize() throws {
        var maker = SampleBlockMaker(seed: 11)
        let block = maker.pulseWave(frames: 60)
        let bytes = block.encoded()
        #expect(bytes.count < 60 * 18 * 9, "\(bytes.count)")
        #expect(try SampleBlock(decoding: bytes) == block)
    }

    @Test("A stream has one form: the long form of a short number is refused")
    func longFormOfShortNumber() {
        // Version 1, stream 0, number 1, no samples.
        #expect(throws: SampleBlockError.self) { try SampleBlock(decoding: [1, 0b0000_0001, 0b1000_0000]) }
        #expect(throws: SampleBlockError.self) { try SampleBlock(decoding: [1, 0b0000_0101, 0b1000_0000]) }
        #expect((try? SampleBlock(decoding: [1, 0b0000_0100, 0b1000_0000])) == SampleBlock(samples: .ppg([])))
    }

    @Test("A missed packet costs a block a few bytes, not its size")
    func outlier() {
        let steady = SampleBlockMaker.regular(count: 30, missing: [])
        let gap = SampleBlockMaker.regular(count: 30, missing: [11, 12, 13])
        #expect(gap.encoded().count <= steady.encoded().count + 8)
    }

    @Test("A step of the wall clock within a block comes back, and leaves the monotonic times alone (lesson 29)")
    func clockStep() throws {
        var maker = SampleBlockMaker(seed: 5)
        guard case .heartRate(var samples) = maker.strap(count: 15).samples else { return }
        for index in 8..<15 {
            samples[index].stamp.wall.microseconds -= 3_600_000_000
            samples[index].stamp.isSynchronised = false
        }
        let block = SampleBlock(samples: .heartRate(samples))
        #expect(try SampleBlock(decoding: block.encoded()) == block)
    }

    @Test("An empty block comes back", arguments: SampleStream.allCases)
    func empty(stream: SampleStream) throws {
        var maker = SampleBlockMaker(seed: 1)
        let block = maker.extreme(stream, countMax: 0)
        // The stream's long form takes six bits more.
        #expect(block.encoded().count == (stream == .ppg ? 3 : 2))
        #expect(try SampleBlock(decoding: block.encoded()) == block)
    }

    @Test("The largest block comes back")
    func largest() throws {
        var maker = SampleBlockMaker(seed: 1)
        guard case .heartRate(var samples) = maker.strap(count: SampleBlockCodecLimits.countMax).samples else { return }
        let perSample = SampleBlockCodecLimits.rrIntervalCountMax / samples.count
        for index in samples.indices { samples[index].rrIntervals = Array(repeating: UInt16(index), count: perSample) }
        let block = SampleBlock(samples: .heartRate(samples))
        #expect(try SampleBlock(decoding: block.encoded()) == block)
    }
}
