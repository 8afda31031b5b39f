import Testing
import VitalsDetection
import VitalsModel
import VitalsTestKit

@Suite("Rates and pauses against an oracle that looks at the whole past")
struct RateOracleTests {
    @Test("a strap that reports every beat of any heart is judged by the definitions alone", arguments: 0..<30)
    func definitions(seed: Int) {
        let intervals = Self.intervals(seed: UInt64(seed))
        var rules = RateRules()
        var past: [Int64] = []
        var isFast = false
        var next = 0
        var ended: Int64 = 10_000_000
        var pauses = 0
        var (slow, absent, refused) = (0, 0, 0)
        for second in 1..<2_000 {
            var rr: [UInt16] = []
            while next < intervals.count, ended + Self.span(intervals[next]) <= Int64(second) * 1_000_000 {
                ended += Self.span(intervals[next])
                rr.append(intervals[next])
                next += 1
            }
            let output = rules.judge(
                SignalNotification(
                    time: MonotonicTime(microseconds: Int64(second) * 1_000_000), contact: .detected,
                    value: Int32(50 + second % 7) * 100, rrIntervals: rr))
            past += rr.map { Int64($0) }
            guard !past.isEmpty else { continue }
            #expect((output.pause == .present) == rr.contains { $0 >= 3_072 }, "second \(second)")
            #expect((output.asystole == .present) == rr.contains { $0 >= 4_096 }, "second \(second)")
            if rr.contains(where: { $0 >= 3_072 }) { pauses += 1 }
            for end in (past.count - rr.count)..<past.count where end >= 16 {
                isFast = Self.isAbove(past[(end - 16)...end], isFast ? 138 : 140)
            }
            guard !rr.isEmpty, past.count >= 17 else { continue }
            #expect((output.tachycardia == .present) == isFast, "second \(second)")
            // The hysteresis lies between the two limits; a refusal may leave it on either side.
            switch output.bradycardia {
            case .present:
                slow += 1
                #expect(Self.isBelow(past.suffix(5), 42), "second \(second)")
            case .absent:
                absent += 1
                #expect(!Self.isBelow(past.suffix(5), 40), "second \(second)")
            case .notAssessed: refused += 1
            }
        }
        #expect(pauses > 0 && slow > 0)
        #expect(refused < slow + absent)
    }

    private static func isBelow(_ window: ArraySlice<Int64>, _ limit: Int64) -> Bool {
        Double(window.count) * 61_440 / Double(window.reduce(0, +)) < Double(limit)
    }

    private static func isAbove(_ window: ArraySlice<Int64>, _ limit: Int64) -> Bool {
        Double(window.count) * 61_440 / Double(window.reduce(0, +)) > Double(limit)
    }

    private static func span(_ ticks: UInt16) -> Int64 { Int64(ticks) * 15_625 / 16 }

    /// Levels that change by steps, little variation about them, and pauses.
    private static func intervals(seed: UInt64) -> [UInt16] {
        var random = SplitMix64(seed: seed)
        var intervals: [UInt16] = []
        while intervals.count < 4_000 {
            let level = [1_750, 1_000, 800, 1_600, 620, 415, 1_560][random.int(0...6)]
            for _ in 0..<random.int(20...60) { intervals.append(UInt16(level + random.int(-15...15))) }
            if random.int(0...2) == 0 { intervals.append(UInt16(random.int(3_000...6_000))) }
        }
        return intervals
    }
}
