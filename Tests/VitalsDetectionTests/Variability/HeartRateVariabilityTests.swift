import Testing
import VitalsDetection
import VitalsModel
import VitalsTestKit

@Suite("Heart-rate variability")
struct HeartRateVariabilityTests {
    /// Plays raw intervals from a time on.
    private func play(
        _ intervals: [UInt16], from start: MonotonicTime = MonotonicTime(microseconds: 0),
        _ detector: inout HeartRateVariability
    ) -> [HeartRateVariability.Output] {
        var outputs: [HeartRateVariability.Output] = []
        var ticks: Int64 = 0
        for interval in intervals {
            ticks += Int64(interval)
            if let output = detector.judge(rr: interval, at: start + BeatInterval.span(ticks: ticks)) {
                outputs.append(output)
            }
        }
        return outputs
    }

    @Test("windows lie at multiples of five minutes of data time, wherever the stream began")
    func alignment() {
        var detector = HeartRateVariability()
        let start = MonotonicTime(microseconds: 123_456_789)
        let outputs = play(CleaningScenario.sinus(1_600, seed: 1), from: start, &detector)
        #expect(outputs.map(\.start.microseconds) == [0, 300_000_000, 600_000_000, 900_000_000])
        #expect(outputs.map(\.refusal) == [.warmingUp, nil, nil, nil])
        #expect(outputs.allSatisfy { $0.end - $0.start == .seconds(300) })
    }

    @Test("an interval belongs to the window in which its beat was, and no difference crosses two windows")
    func membership() {
        var detector = HeartRateVariability()
        let rr = CleaningScenario.sinus(1_200, seed: 2)
        let outputs = play(rr, &detector)
        var windows: [[UInt16]] = []
        var ticks: Int64 = 0
        for interval in rr {
            ticks += Int64(interval)
            let window = Int(BeatInterval.span(ticks: ticks).microseconds / 300_000_000)
            if window == windows.count { windows.append([]) }
            windows[window].append(interval)
        }
        #expect(outputs.count == windows.count - 1)
        for (output, window) in zip(outputs, windows) {
            let expected = IntervalSums(of: window)
            #expect(output.sums.sdnn == expected.sdnn && output.sums.rmssd == expected.rmssd)
            #expect(output.sums.pairs == output.sums.count - 1)
            #expect(output.received == Int64(window.count))
        }
    }

    @Test("a window with a gap is judged over what is there, and refused when too little is")
    func gaps() {
        let rr = CleaningScenario.sinus(600, seed: 3)
        for (missing, refusal) in [(40, nil), (90, Refusal.gap)] as [(Int64, Refusal?)] {
            var detector = HeartRateVariability(configuration: .init(minimumIntervals: 3))
            let first = play(Array(rr.prefix(500)), &detector)
            let before = BeatInterval.span(ticks: rr.prefix(500).reduce(0) { $0 + Int64($1) })
            let resumed = MonotonicTime(microseconds: 0) + before + .seconds(missing)
            #expect(detector.gap(until: resumed) == nil)
            let second = play(CleaningScenario.sinus(400, seed: 4), from: resumed, &detector)
            #expect(first.map(\.refusal) == [nil])
            #expect(second.first?.refusal == refusal)
            // One pair for each interval but the first, and one less at the gap.
            if let sums = second.first?.sums { #expect(sums.pairs == sums.count - 2) }
        }
    }

    @Test("a gap that lasts beyond the window's end closes it")
    func gapCloses() {
        var detector = HeartRateVariability()
        _ = play(CleaningScenario.sinus(350, seed: 5), &detector)
        let output = detector.gap(until: MonotonicTime(microseconds: 301_000_000))
        #expect(output?.refusal == nil && output?.start.microseconds == 0)
        #expect(detector.gap(until: MonotonicTime(microseconds: 700_000_000)) == nil)
    }

    @Test("of cleaned intervals only the normal ones count, and no difference spans what was left out")
    func cleaned() {
        var rr = CleaningScenario.sinus(800, seed: 6)
        rr[150] += rr.remove(at: 151)
        let part = rr[200] / 2
        rr[200] -= part
        rr.insert(part, at: 200)
        var detector = HeartRateVariability()
        let beats = CleaningScenario.stream(rr)
        let output = beats.compactMap { detector.judge($0) }.first
        let window = beats.prefix(Int(output?.received ?? 0))
        let isLeftOut = window.indices.map { index in
            window[index].intervalClass != .normal || (index > 0 && window[index - 1].intervalClass == .extra)
        }
        var expected = IntervalSums()
        for (beat, leaveOut) in zip(window, isLeftOut) {
            if leaveOut { expected.interrupt() } else { expected.add(beat.rr) }
        }
        #expect(output?.sums == expected && output?.refusal == nil)
        #expect(isLeftOut.filter(\.self).count >= 3)
        #expect(output.map { $0.sums.pairs < $0.sums.count - 1 } ?? false)
    }

    @Test("cleaning takes the effect of a missed beat away")
    func effect() {
        let clean = CleaningScenario.sinus(800, seed: 7)
        var dirty = clean
        dirty[150] += dirty.remove(at: 151)
        func rmssd(_ rr: [UInt16]) -> (raw: Double, cleaned: Double)? {
            var raw = HeartRateVariability()
            var cleaned = HeartRateVariability()
            guard let first = play(rr, &raw).first?.sums.rmssd,
                let second = CleaningScenario.stream(rr).compactMap({ cleaned.judge($0) }).first?.sums.rmssd
            else { return nil }
            return (first, second)
        }
        guard let without = rmssd(clean), let with = rmssd(dirty) else {
            Issue.record("a window was not judged")
            return
        }
        #expect(with.raw > 2 * without.raw)
        #expect(abs(with.cleaned - without.cleaned) < without.cleaned / 50)
    }

    @Test("a beat that is dated back across a window's beginning belongs to the window under way")
    func disorder() {
        var detector = HeartRateVariability(configuration: .init(minimumIntervals: 3))
        _ = play(CleaningScenario.sinus(370, seed: 11), &detector)
        let seconds: [Int64] = [300_010_000, 299_990_000, 300_500_000]
        let outputs = seconds.compactMap { detector.judge(rr: 820, at: MonotonicTime(microseconds: $0)) }
        #expect(outputs.map(\.start.microseconds) == [0])
        let next = detector.gap(until: MonotonicTime(microseconds: 600_000_000))
        #expect(next?.received == 3 && next?.sums.pairs == 2)
        // So does one that is dated back across the end of a gap.
        #expect(detector.judge(rr: 820, at: MonotonicTime(microseconds: 599_500_000)) == nil)
        #expect(detector.gap(until: MonotonicTime(microseconds: 900_000_000))?.start.microseconds == 600_000_000)
    }

    @Test("too many artefacts and too few beats are reasons of their own")
    func refusals() {
        var wild: [UInt16] = CleaningScenario.sinus(800, seed: 8)
        for index in stride(from: 10, to: 799, by: 25) {
            wild[index] = 400
            wild[index + 1] = 1_300
        }
        var strict = HeartRateVariability(configuration: .init(artefactShareMaximum: 20))
        #expect(CleaningScenario.stream(wild).compactMap { strict.judge($0) }.first?.refusal == .artefacts)
        var slow = HeartRateVariability()
        let output = play([UInt16](repeating: 3_000, count: 120), &slow).first
        #expect(output?.refusal == .notEnoughBeats && output?.decisionName == "not-assessed")
        #expect(output?.sums.count == 102)
    }

    @Test("an interval of 0 counts as an artefact and breaks the chain")
    func zero() {
        var detector = HeartRateVariability()
        var rr = CleaningScenario.sinus(500, seed: 9)
        rr[100] = 0
        let output = play(rr, &detector).first
        #expect(output.map { $0.received - $0.sums.count } == 1)
        #expect(output.map { $0.sums.pairs } == output.map { $0.sums.count - 2 })
    }

    @Test("no time and no number of intervals traps, and a clock that jumps back begins another window")
    func extremes() {
        var detector = HeartRateVariability(configuration: .init(window: .seconds(0), minimumIntervals: 0))
        #expect(detector.judge(rr: 1, at: MonotonicTime(microseconds: .max)) == nil)
        #expect(detector.judge(rr: 65_535, at: MonotonicTime(microseconds: .min))?.refusal == .warmingUp)
        #expect(detector.gap(until: MonotonicTime(microseconds: 0))?.refusal == .notEnoughBeats)
        for _ in 0..<20_000 { _ = detector.judge(rr: 65_535, at: MonotonicTime(microseconds: 5)) }
        let output = detector.gap(until: MonotonicTime(microseconds: 60_000_000))
        #expect(output?.refusal == .notEnoughBeats && output?.received == 20_000)
    }

    @Test("the trace names its members in order, and its figures are the bits of the doubles")
    func trace() {
        var detector = HeartRateVariability()
        guard let output = play(CleaningScenario.sinus(500, seed: 10), &detector).first else {
            Issue.record("no window was judged")
            return
        }
        var members: [String] = []
        var values: [String: Int64] = [:]
        output.trace {
            members.append($0)
            values[$0] = $1
        }
        #expect(members == members.sorted() && members.count == 31)
        #expect(HeartRateVariability.identity.description == "heart-rate-variability/1")
        #expect(output.decisionName == "assessed")
        let bits = values["rmssdMillisecondsBits"].map { Double(bitPattern: UInt64(bitPattern: $0)) }
        #expect(bits == output.sums.rmssd && bits != nil)
    }
}
