import Testing
import VitalsDetection
import VitalsGATT
import VitalsJSON
import VitalsKernels
import VitalsModel
import VitalsTestKit

@testable import VitalsCore

@Suite("The photoplethysmogram of a sensor")
struct PulseWaveStreamTests {
    /// A stream by itself, with its records and traces.
    private struct Run {
        private var stream: PulseWaveStream
        private let desk = AlarmDesk(sensor: .test(1))
        var output = EngineOutput(nextSequence: 1, tracing: .all, configurationDigest: "d1", boot: nil)
        private var deviceTime: UInt64 = 700_000_000_000_000_000
        private(set) var sent: [PPGSample.Channels] = []

        init(discord: Discord.Configuration? = nil) {
            stream = PulseWaveStream(
                sensor: .test(1), span: .seconds(20), discord: discord)
        }

        /// A frame of counts as it comes at a time; the sensor's clock runs by the rate, `lost` samples further.
        mutating func frame(_ counts: [Int32], rate: Int, at time: Int, lost: Int = 0) {
            deviceTime += UInt64((counts.count + lost) * 1_000_000_000 / rate)
            let samples = counts.map { PPGCounts(first: $0, second: 0, third: 0, ambient: 0) }
            send(
                PolarMeasurementData(measurement: 1, timestamp: deviceTime, frameType: 0, content: .ppg(samples)), time)
            sent.append(
                PPGSample.Channels(
                    first: counts, second: counts.map { _ in 0 }, third: counts.map { _ in 0 },
                    ambient: counts.map { _ in 0 }))
        }

        mutating func send(_ frame: PolarMeasurementData, _ time: Int) {
            stream.receive(frame, at: .at(time), kernels: .best, desk, &output)
        }

        mutating func tick(at time: Int) { stream.expire(at: .at(time), desk, &output) }
        mutating func linkDown(at time: Int) { stream.linkDown(at: .at(time), desk, &output) }
        mutating func close() { stream.closeBlock(&output) }
        var deadline: MonotonicTime? { stream.deadline }

        var records: [Record] {
            output.effects.compactMap { effect in if case .append(let record) = effect { record } else { nil } }
        }

        func traces(_ detector: String) throws -> [JSONValue] {
            try output.effects.compactMap { effect in
                guard case .trace(let bytes) = effect else { return nil }
                let json = try JSONParser.parse(bytes)
                return json["detector"]?.string == detector ? json : nil
            }
        }
    }

    /// Seconds of a pulse of 72 bpm as reflected light: the counts fall where the pulse rises.
    private static func light(_ range: Range<Int>, rate: Int) -> [Int32] {
        range.map { place in
            let phase = place * 72 * 100 / 60 / rate % 100
            return Int32(400_000 - (phase < 25 ? phase * 240 : (100 - phase) * 80))
        }
    }

    private static func run(seconds: Int, rate: Int = 55, lostAt: Int? = nil) -> Run {
        var run = Run()
        for frame in 0..<seconds * rate / 11 {
            let range = frame * 11..<frame * 11 + 11
            run.frame(
                light(range, rate: rate), rate: rate, at: range.upperBound * 1_000 / rate,
                lost: frame == lostAt ? 40 : 0)
        }
        run.close()
        return run
    }

    @Test("Frames stand in blocks as they came, and windows are judged by the rate of the sensor's own clock")
    func judged() throws {
        let run = Self.run(seconds: 40)
        let blocks = try run.records.filter { $0.kind == .samples }.map { try SampleBlock(decoding: $0.body) }
        let samples = blocks.flatMap { block -> [PPGSample] in
            if case .ppg(let samples) = block.samples { samples } else { [] }
        }
        #expect(samples.map(\.channels) == run.sent && samples.allSatisfy { $0.quality == .valid })
        let traces = try run.traces("pulse-wave")
        #expect(traces.count >= 10)
        let numbers = traces.compactMap { $0["evaluation"]?["numbers"] }
        #expect(numbers.allSatisfy { $0["samplingRate"]?.number?.integer == 55 })
        for rate in numbers.dropFirst().compactMap({ $0["pulseRate"]?.number?.integer }) {
            #expect(abs(rate - 72_00) < 1_50, "\(rate)")
        }
    }

    @Test("A pulse that is found is told once, with the records that hold the window")
    func found() throws {
        let findings = Self.run(seconds: 40).records.filter { $0.kind == .finding }
        #expect(findings.map { $0.text("condition") } == ["pulse-wave-found"])
        let finding = try #require(findings.first)
        #expect(finding.text("detector") == "pulse-wave/1" && finding.text("stream") == "ppg")
        #expect(finding.range?.contains(1) == true)
        #expect((finding.number("from") ?? .max) < 3_000_000)
    }

    @Test("Lost samples end the window that was filling, and nothing bridges them")
    func lost() throws {
        let traces = try Self.run(seconds: 40, lostAt: 100).traces("pulse-wave")
        let gaps = traces.filter { $0["evaluation"]?["refusal"]?.string == "gap" }
        #expect(gaps.count == 1)
    }

    @Test("Three seconds without a frame are an absence, and its end is one, too")
    func absence() {
        var run = Self.run(seconds: 10)
        #expect(run.deadline == Stamp.at(13_000).monotonic)
        run.tick(at: 13_000)
        run.tick(at: 20_000)
        run.frame(Self.light(0..<11, rate: 55), rate: 55, at: 21_000)
        let absences = run.records.filter { $0.kind == .absence }
        #expect(absences.map { $0.text("state") } == ["stale", "streaming"])
        #expect(absences.map(\.subject) == ["ppg", "ppg"])
        #expect(absences.first?.number("since") == 10_000_000)
    }

    @Test("Frames of other streams are kept byte for byte and judged by nobody")
    func others() throws {
        var run = Run()
        for second in 0..<30 {
            let content = PolarMeasurementData.Content.other([1, 2, UInt8(second)])
            run.send(
                PolarMeasurementData(measurement: 2, timestamp: UInt64(second), frameType: 1, content: content),
                second * 1_000)
        }
        run.close()
        #expect(try run.traces("pulse-wave").isEmpty)
        let blocks = try run.records.map { try SampleBlock(decoding: $0.body) }
        let raw = blocks.flatMap { block -> [[UInt8]] in
            if case .ppg(let samples) = block.samples { samples.map(\.raw) } else { [] }
        }
        #expect(raw == (0..<30).map { [1, 2, UInt8($0)] })
    }

    @Test("After a link that ended, the rate is found anew")
    func linkDown() throws {
        var run = Self.run(seconds: 10)
        run.linkDown(at: 10_000)
        for frame in 0..<200 {
            run.frame(Self.light(frame * 11..<frame * 11 + 11, rate: 44), rate: 44, at: 12_000 + frame * 250)
        }
        let rates = Set(
            try run.traces("pulse-wave").compactMap {
                $0["evaluation"]?["numbers"]?["samplingRate"]?.number?.integer
            })
        #expect(rates == [55, 44])
    }

    @Test("What its shape never was before is told, when it is asked for")
    func discord() throws {
        var run = Run(
            discord: Discord.Configuration(
                windowSamples: 50, historyWindows: 3_000, minimumHistory: 750, distanceLimitThousandths: 6_000))
        for frame in 0..<600 {
            let range = frame * 11..<frame * 11 + 11
            var counts = Self.light(range, rate: 55)
            if 450..<458 ~= frame {
                counts = counts.indices.map { 400_000 - Int32(($0 + 3 * frame) * 997 % 4_001) * 3 }
            }
            run.frame(counts, rate: 55, at: range.upperBound * 1_000 / 55)
        }
        let findings = run.records.filter { $0.kind == .finding && $0.subject == "discord" }
        #expect(findings.map { $0.text("condition") } == ["ppg-discord"])
        let time = try #require(findings.first?.stamp.monotonic.microseconds)
        #expect(90_000_000..<92_500_000 ~= time)
    }
}

@Suite("The sampling rate of a stream of frames")
struct SamplingClockTests {
    @Test("Two frames tell the rate; a third of about the right span follows, one further away lost samples")
    func steps() {
        var clock = SamplingClock()
        #expect(clock.place(1_000_000_000, count: 18) == .first && clock.rate == nil)
        // 18 samples in 327.3 ms: 55 Hz.
        #expect(clock.place(1_327_272_727, count: 18) == .next && clock.rate == 55)
        #expect(clock.place(1_660_000_000, count: 18) == .next)
        #expect(clock.place(2_314_545_454, count: 18) == .missing(18) && clock.rate == 55)
    }

    @Test("A clock that runs back, stands or jumps begins a series anew")
    func restarts() {
        for next in [0, 1_327_272_727, 1_330_000_000, 12_000_000_000] as [UInt64] {
            var clock = SamplingClock()
            _ = clock.place(1_000_000_000, count: 18)
            _ = clock.place(1_327_272_727, count: 18)
            #expect(clock.place(next, count: 18) == .restart && clock.rate == nil, "\(next)")
        }
    }

    @Test("No timestamp traps: the ends of the range are times as others are")
    func extremes() {
        var clock = SamplingClock()
        for timestamp in [0, .max, 1, .max, .max - 1, .max] as [UInt64] { _ = clock.place(timestamp, count: 512) }
        #expect(clock.place(.max, count: 1) == .restart)
    }
}
