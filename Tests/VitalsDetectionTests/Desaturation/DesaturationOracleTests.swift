import Testing
import VitalsDetection
import VitalsModel
import VitalsTestKit

@Suite("Desaturations against an oracle that looks at the whole past")
struct DesaturationOracleTests {
    /// What was found, in seconds and hundredths.
    struct Found: Equatable {
        var begin: Int
        var end: Int?
        var baseline: Int32
        var nadir: Int32
        var isDeep: Bool
    }

    @Test("the same events on random nights with gaps", arguments: 0..<40)
    func agrees(seed: Int) {
        let samples = Self.night(seed: UInt64(seed), seconds: 3_000)
        var detector = Desaturation()
        var found: [Found] = []
        for (second, sample) in samples.enumerated() {
            let time = MonotonicTime(microseconds: Int64(second) * 1_000_000)
            let output = detector.judge(sample.map { .value($0) } ?? .absent(.invalidValue), at: time)
            switch output.transition {
            case .ended(let event), .abandoned(let event): found.append(Self.found(event))
            case .confirmed, nil: break
            }
        }
        let expected = Self.oracle(samples)
        #expect(found == expected)
        #expect(expected.count > 3)
    }

    private static func found(_ event: Desaturation.Event) -> Found {
        Found(
            begin: Int(event.begin.microseconds / 1_000_000), end: event.end.map { Int($0.microseconds / 1_000_000) },
            baseline: event.baseline, nadir: event.nadir, isDeep: event.isDeep)
    }

    /// Whole seconds, one sample each: every quantity is taken anew from the samples of the past.
    private static func oracle(_ samples: [Int32?]) -> [Found] {
        var found: [Found] = []
        var past = Past(samples: samples)
        var second = 0
        while second < samples.count {
            guard let value = samples[second], let baseline = past.baseline(at: second), baseline - value >= 300 else {
                second += 1
                continue
            }
            let (event, next, isRecovered) = past.course(from: second, baseline: baseline)
            if let event { found.append(event) }
            if isRecovered { past.start = next }
            second = next
        }
        return found
    }

    /// The samples, and what became of them.
    private struct Past {
        let samples: [Int32?]
        /// Where the baseline window begins anew.
        var start = 0
        /// Seconds in which a desaturation was on: they are not of the baseline.
        var isOn: Set<Int> = []

        /// The maximum of the last 120 clean seconds before a second; nil while there are fewer than 10 s of signal.
        func baseline(at second: Int) -> Int32? {
            var clean = 0
            var maximum: Int32?
            var later = second
            for index in stride(from: second - 1, through: max(start, second - 300), by: -1) {
                guard let value = samples[index] else { continue }
                if later - index <= 5, !isOn.contains(index) { clean += later - index }
                if clean >= 120 { break }
                later = index
                if !isOn.contains(index) { maximum = max(maximum ?? value, value) }
            }
            // After a recovery, which keeps its signal, nothing has to warm up.
            return clean >= 10 || start > 0 ? maximum : nil
        }

        /// What a fall came to, the second with which the search goes on, and whether it recovered there.
        mutating func course(from begin: Int, baseline: Int32) -> (event: Found?, next: Int, isRecovered: Bool) {
            var nadir = baseline
            var last = begin
            var recovered: Int?
            var deep: Int?
            var isEvent = false
            for second in begin..<samples.count {
                guard let value = samples[second] else { continue }
                if second - last > 5 {
                    recovered = nil
                    if !isEvent { return (nil, second, false) }
                    if second - last > 60 { return (event(begin, last, baseline, nadir, deep), second, false) }
                }
                last = second
                nadir = min(nadir, value)
                if baseline - value >= 400 { deep = deep ?? second }
                recovered = 3 * (value - nadir) >= 2 * (baseline - nadir) ? recovered ?? second : nil
                isEvent = isEvent || (recovered ?? second) - begin >= 10
                if let end = recovered, second - end >= 3 {
                    return (isEvent ? event(begin, end, baseline, nadir, deep) : nil, second, true)
                }
                if isEvent { isOn.insert(second) }
            }
            return (nil, samples.count, false)
        }
    }

    private static func event(_ begin: Int, _ end: Int, _ baseline: Int32, _ nadir: Int32, _ deep: Int?) -> Found {
        Found(begin: begin, end: end, baseline: baseline, nadir: nadir, isDeep: deep.map { end - $0 >= 10 } ?? false)
    }

    private static func night(seed: UInt64, seconds: Int) -> [Int32?] {
        var random = SplitMix64(seed: seed)
        var samples: [Int32?] = []
        let level = Int32(random.int(94...98)) * 100
        while samples.count < seconds {
            for _ in 0..<random.int(20...120) { samples.append(level - Int32(random.int(0...1)) * 100) }
            let depth = Int32(random.int(1...14)) * 100
            let fall = random.int(3...30)
            for step in 1...fall { samples.append(level - depth * Int32(step) / Int32(fall)) }
            for _ in 0..<random.int(0...150) { samples.append(level - depth + Int32(random.int(-1...1)) * 100) }
            let recovery = random.int(2...20)
            for step in 1...recovery { samples.append(level - depth + depth * Int32(step) / Int32(recovery)) }
            if random.int(0...3) == 0 { samples += [Int32?](repeating: nil, count: random.int(1...75)) }
        }
        return samples
    }
}
