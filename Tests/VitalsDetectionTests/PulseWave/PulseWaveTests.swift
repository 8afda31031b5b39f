import Testing
import VitalsDetection
import VitalsKernels
import VitalsTestKit

@Suite("Pulse wave")
struct PulseWaveTests {
    @Test("published windows find the peaks and onsets of NeuroKit2's charlton, at 30 Hz and thinned from 100 Hz")
    func published() {
        for (rate, peaks, onsets) in [
            (30, PulseFixture.peaks30, PulseFixture.onsets30), (100, PulseFixture.peaks100, PulseFixture.onsets100),
        ] {
            let wave = WaveMaker(24 * rate, rate: rate)
            let found = Self.judge(wave.samples, .init(samplingRate: rate, windows: .published))
            #expect(found.flatMap(\.peaks) == peaks, "\(rate) Hz")
            #expect(found.flatMap(\.onsets) == onsets, "\(rate) Hz")
        }
    }

    @Test("every level of the kernels gives the same verdicts", arguments: KernelLevel.supported)
    func levels(level: KernelLevel) throws {
        let wave = WaveMaker(900, rate: 30)
        let table = SeriesKernelTable(try KernelTable(level))
        for windows in [PulseWave.Configuration.Windows.published, .central] {
            let configuration = PulseWave.Configuration(samplingRate: 30, windows: windows)
            #expect(
                Self.judge(wave.samples, configuration, kernels: table)
                    == Self.judge(wave.samples, configuration, kernels: SeriesKernelTable(try KernelTable(.scalar))))
        }
    }

    @Test("central windows find every beat once, within 0.1 s, at any rate", arguments: [25, 30, 55, 100, 135, 250])
    func central(rate: Int) throws {
        let wave = WaveMaker(40 * rate, rate: rate)
        let found = Self.judge(wave.samples, .init(samplingRate: rate))
        let peaks = found.flatMap(\.peaks)
        // The peak of a beat is a quarter of it behind its beginning. The first and the last lack their surroundings.
        let tops = zip(wave.beats, wave.beats.dropFirst()).map { Int64($0 + ($1 - $0) / 4) }
        let reachable = tops.filter { (peaks[0]...peaks[peaks.count - 1]).contains($0) }
        #expect(peaks.count >= reachable.count && peaks.count <= reachable.count + 2)
        for top in reachable { #expect(peaks.contains { abs($0 - top) * 10 <= Int64(rate) }, "\(top)") }
        #expect(peaks.count > 38)
        for output in found where output.decision == .pulse {
            let rate = try #require(output.pulseRate)
            #expect(66_00..<80_00 ~= rate, "\(rate)")
        }
        #expect(zip(peaks, peaks.dropFirst()).allSatisfy { $0 < $1 })
    }

    @Test("a wave whose counts fall with the pulse is found upside down")
    func inverted() {
        let wave = WaveMaker(600, rate: 30)
        let plain = Self.judge(wave.samples, .init(samplingRate: 30, windows: .published))
        let turned = Self.judge(
            wave.samples.map { -$0 }, .init(samplingRate: 30, isInverted: true, windows: .published))
        #expect(plain.map(\.peaks) == turned.map(\.peaks) && plain.map(\.scale) == turned.map(\.scale))
    }

    @Test("a peak is reported 1.5 to 4.5 s after it came, and 0.6 s for the filter")
    func delay() {
        let rate = 50
        let wave = WaveMaker(30 * rate, rate: rate)
        var detector = PulseWave(configuration: .init(samplingRate: rate), kernels: .best)
        for (place, sample) in wave.samples.enumerated() {
            guard let output = detector.judge(sample), output.windowStart > 100 else { continue }
            for peak in output.peaks {
                let delay = place - Int(peak)
                #expect(75...225 + 30 ~= delay, "\(delay) samples of 20 ms")
            }
        }
    }

    @Test("a gap ends the window, which says so, and the next begins behind it; no interval spans it")
    func gap() throws {
        let wave = WaveMaker(1_200, rate: 30)
        var detector = PulseWave(configuration: .init(samplingRate: 30, windows: .published), kernels: .best)
        var outputs: [PulseWave.Output] = []
        for (place, sample) in wave.samples.enumerated() {
            if let output = detector.judge(400..<450 ~= place ? nil : sample) { outputs.append(output) }
        }
        let gaps = outputs.filter { $0.decision == .notAssessed(.gap) }
        #expect(gaps.count == 1)
        let index = try #require(outputs.firstIndex { $0.refusal == .gap })
        #expect(outputs[index].windowStart + Int64(outputs[index].windowSamples) == 400)
        #expect(outputs[index].peaks.isEmpty && outputs[index].pulseRate == nil)
        #expect(outputs[index + 1].windowStart == 450)
        #expect(outputs.flatMap(\.peaks).allSatisfy { !(400..<450 ~= $0) })
    }

    @Test("a constant signal is refused as flat, one beyond 24 bits as invalid, a wave without perfusion as doubtful")
    func refusals() {
        let configuration = PulseWave.Configuration(samplingRate: 30, windows: .published)
        let flat = Self.judge(Array(repeating: 7, count: 400), configuration)
        #expect(flat.count >= 2 && flat.allSatisfy { $0.decision == .notAssessed(.flatSignal) })
        var detector = PulseWave(configuration: configuration, kernels: .best)
        for _ in 0..<50 { _ = detector.judge(5) }
        #expect(detector.judge(1 << 23 + 1)?.decision == .notAssessed(.invalidValue))
        #expect(detector.judge(.min) == nil)
        let faint = WaveMaker(900, rate: 30, amplitude: 3).samples.map { $0 + 2_000_000 }
        let verdicts = Self.judge(faint, .init(samplingRate: 30))
        #expect(verdicts.count > 5 && verdicts.allSatisfy { $0.decision == .notAssessed(.questionableSignal) })
        #expect(verdicts.allSatisfy { $0.peaks.isEmpty && $0.perfusion == 0 })
    }

    @Test("counts at the ends of 24 bits are judged and trap nothing")
    func extremes() {
        for rate in [25, 39, 250] {
            let square = (0..<12 * rate).map { Int32($0 / rate % 2 == 0 ? -(1 << 23) : 1 << 23) }
            for windows in [PulseWave.Configuration.Windows.published, .central] {
                let found = Self.judge(square, .init(samplingRate: rate, windows: windows))
                #expect(!found.isEmpty, "\(rate) Hz")
            }
        }
    }

    @Test("random counts of any size trap nothing, and peaks only go forward")
    func random() {
        var random = SplitMix64(seed: 40)
        for _ in 0..<40 {
            let bits = random.int(1...25)
            let samples = (0..<900).map { _ in
                random.int(0...300) == 0 ? nil : Int32(random.int(-(1 << bits)...1 << bits))
            }
            let windows: PulseWave.Configuration.Windows = random.int(0...1) == 0 ? .published : .central
            var detector = PulseWave(
                configuration: .init(samplingRate: random.int(25...80), windows: windows), kernels: .best)
            var peaks: [Int64] = []
            for sample in samples { peaks += detector.judge(sample)?.peaks ?? [] }
            peaks += detector.finish()?.peaks ?? []
            #expect(zip(peaks, peaks.dropFirst()).allSatisfy { $0 < $1 })
        }
    }

    @Test("a recording shorter than a window has no verdict")
    func short() {
        #expect(Self.judge(Array(WaveMaker(180, rate: 30).samples), .init(samplingRate: 30, windows: .published)) == [])
        #expect(Self.judge([], .init(samplingRate: 30)) == [])
    }

    @Test("the trace names every number once, in order; peaks can be read from it")
    func trace() throws {
        let found = Self.judge(WaveMaker(400, rate: 30).samples, .init(samplingRate: 30))
        let output = try #require(found.dropFirst().first)
        var members: [(String, Int64)] = []
        output.trace { members.append(($0, $1)) }
        #expect(members.map(\.0) == members.map(\.0).sorted() && Set(members.map(\.0)).count == members.count)
        #expect(members.filter { $0.0.hasPrefix("peak") }.map(\.1) == output.peaks)
        #expect(output.peaks.count >= 3)
        #expect(PulseWave.identity.description == "pulse-wave/1")
    }

    private static func judge(
        _ samples: [Int32], _ configuration: PulseWave.Configuration, kernels: SeriesKernelTable = .best
    ) -> [PulseWave.Output] {
        var detector = PulseWave(configuration: configuration, kernels: kernels)
        var outputs = samples.compactMap { detector.judge($0) }
        if let last = detector.finish() { outputs.append(last) }
        return outputs
    }
}
