import Foundation
import Testing
import VitalsDetection
import VitalsModel
import VitalsTestKit

/// The published definition. `VITALS_NIGHTS`, at any value, compares all 200 nights instead of a dozen.
@Suite("Desaturations as pobm finds them")
struct CompatibleDesaturationTests {
    @Test("begin and end are the reference's, index by index, on synthesised nights of 8 h with missing samples")
    func nights() {
        let isFull = ProcessInfo.processInfo.environment["VITALS_NIGHTS"] != nil
        #expect(CompatibleReference.nights.count == 200)
        var found = 0
        for (number, references) in CompatibleReference.nights.enumerated() where isFull || number % 17 == 0 {
            let samples = CompatibleNight.samples(seed: UInt64(number + 1))
            for (fall, reference) in zip([300, 400] as [Int32], references) {
                let events = Self.events(samples, .init(fall: fall))
                #expect(events.count == reference.count, "night \(number + 1), fall \(fall)")
                #expect(
                    CompatibleNight.fingerprint(events) == reference.fingerprint, "night \(number + 1), fall \(fall)")
                found += events.count
            }
        }
        #expect(found > 500)
    }

    @Test("worked examples: level, fall, hold and rise in whole percents, and where the reference begins and ends")
    func examples() {
        // Samples as (value, count); 97 % before and after.
        let cases: [(parts: [(Int32, Int)], events: [[Int64]])] = [
            // The fall of 3 % is counted from the first sample of the fall: 96 to 93.
            ([(96, 1), (95, 1), (94, 1), (93, 15)], [[20, 38]]),
            ([(96, 1), (95, 1), (94, 15)], []),
            // More than 3 % in one second begins nothing, 3 % does.
            ([(93, 15)], []),
            ([(94, 1), (91, 15)], [[20, 36]]),
            // Less than 10 s ends 10 s after the begin; more than 90 s is dropped.
            ([(96, 1), (95, 1), (94, 1), (93, 1), (92, 2)], [[20, 30]]),
            ([(96, 1), (95, 1), (94, 1), (93, 1), (92, 86)], [[20, 110]]),
            ([(96, 1), (95, 1), (94, 1), (93, 1), (92, 87)], []),
        ]
        for (parts, expected) in cases {
            let middle = parts.flatMap { part in [Int32?](repeating: part.0 * 100, count: part.1) }
            let level = [Int32?](repeating: 97_00, count: 20)
            let samples = level + middle + [Int32?](repeating: 97_00, count: 200)
            #expect(Self.events(samples).map { [$0.begin, $0.end] } == expected, "\(parts)")
        }
    }

    @Test("two desaturations of which one begins before the other ends are one")
    func joined() {
        var samples = [Int32?](repeating: 97_00, count: 20)
        samples += (0..<10).map { 96_00 - $0 * 100 } + [Int32?](repeating: 86_00, count: 8)
        samples += [Int32?](repeating: 89_00, count: 5) + [Int32?](repeating: 88_00, count: 5)
        samples += [Int32?](repeating: 85_00, count: 10) + [Int32?](repeating: 97_00, count: 50)
        #expect(Self.events(samples).map { [$0.begin, $0.end] } == [[20, 58]])
    }

    @Test("missing seconds count as many missing samples, whether they are said or not")
    func missing() {
        for seed in 1...3 as ClosedRange<UInt64> {
            let samples = Array(CompatibleNight.samples(seed: seed).prefix(6_000))
            let said = Self.events(samples)
            let unsaid = Self.events(samples, skipsMissing: true)
            #expect(said.map { [$0.begin, $0.end] } == unsaid.map { [$0.begin, $0.end] })
        }
    }

    @Test("of two readings in one second the first counts, and the second is refused")
    func secondReading() {
        var detector = CompatibleDesaturation()
        #expect(detector.judge(.value(97_00), at: MonotonicTime(microseconds: 5_000_000)).index == 0)
        let again = detector.judge(.value(50_00), at: MonotonicTime(microseconds: 5_900_000))
        #expect(again.refusal == .gap && again.index == 0)
        #expect(detector.judge(.value(97_00), at: MonotonicTime(microseconds: 6_000_000)).index == 1)
        #expect(detector.judge(.absent(.sensorOff), at: MonotonicTime(microseconds: 7_000_000)).refusal == .sensorOff)
    }

    @Test("any reading at any time is judged without a trap")
    func extremes() {
        var random = SplitMix64(seed: 5)
        var detector = CompatibleDesaturation(configuration: .init(fall: .max, longest: .max))
        var other = CompatibleDesaturation(configuration: .init(fall: .min, longest: .min))
        let values: [Int32] = [.min, 0, 25_01, 97_00, 96_00, .max]
        var time: Int64 = .min
        for _ in 0..<20_000 {
            time = time.addingSaturating(random.int(0...99) == 0 ? Int64.max / 50 : Int64(random.int(0...1_500_000)))
            let reading: Reading = .value(values[random.int(0...5)])
            #expect(detector.judge(reading, at: MonotonicTime(microseconds: time)).settled.count <= 2)
            #expect(other.judge(reading, at: MonotonicTime(microseconds: time)).settled.count <= 2)
        }
        #expect(detector.finish().settled.count <= 1)
    }

    private static func events(
        _ samples: [Int32?], _ configuration: CompatibleDesaturation.Configuration = .init(), skipsMissing: Bool = false
    ) -> [(begin: Int64, end: Int64)] {
        var detector = CompatibleDesaturation(configuration: configuration)
        var events: [CompatibleDesaturation.Event] = []
        for (second, sample) in samples.enumerated() {
            // The first and the last say how long the series is.
            if sample == nil, skipsMissing, second > 0, second + 1 < samples.count { continue }
            let time = MonotonicTime(microseconds: Int64(second) * 1_000_000)
            events += detector.judge(sample.map { .value($0) } ?? .absent(.invalidValue), at: time).settled
        }
        events += detector.finish().settled
        return events.map { ($0.begin, $0.end) }
    }
}
