import Testing
import VitalsCore
import VitalsModel

@Suite("The age of records")
struct RetentionClockTests {
    private static let day: Int64 = 86_400
    private static let year = 365 * day
    private static let today = 1_795_246_200 as Int64

    private static func stamp(_ monotonic: Int64, wall: Int64, synchronised: Bool = true) -> Stamp {
        Stamp(
            monotonic: MonotonicTime(microseconds: monotonic * 1_000_000),
            wall: WallTime(microseconds: wall * 1_000_000), isSynchronised: synchronised)
    }

    private static func mark(_ time: Int64, wall: Int64 = today, synchronised: Bool = true, head: UInt64 = 0)
        -> RetentionMark
    {
        RetentionMark(
            time: time, wall: WallTime(microseconds: wall * 1_000_000), isSynchronised: synchronised, head: head,
            acknowledged: SequenceRanges(head > 0 ? [1...head] : []))
    }

    @Test("A wall clock that steps ten years either way ages nothing (lesson 29)", arguments: [year * 10, -year * 10])
    func steps(step: Int64) {
        var clock = RetentionClock(Self.mark(1_000))
        let first = clock.now(at: Self.stamp(50, wall: Self.today))
        #expect(clock.now(at: Self.stamp(110, wall: Self.today + step)) == first + 60)
        #expect(clock.now(at: Self.stamp(170, wall: Self.today)) == first + 120)
    }

    @Test("The time off counts once, when both ends are synchronised, and only thirty days of it")
    func off() {
        var clock = RetentionClock(Self.mark(1_000))
        #expect(clock.now(at: Self.stamp(5, wall: 0, synchronised: false)) == 1_000)
        #expect(clock.now(at: Self.stamp(65, wall: Self.today + 2 * Self.day)) == 1_000 + 2 * Self.day)
        #expect(clock.now(at: Self.stamp(75, wall: Self.today + 9 * Self.day)) == 1_010 + 2 * Self.day)
        var wrong = RetentionClock(Self.mark(1_000))
        #expect(wrong.now(at: Self.stamp(5, wall: Self.today + 10 * Self.year)) == 1_000 + 30 * Self.day)
        var unknown = RetentionClock(Self.mark(1_000, synchronised: false))
        #expect(unknown.now(at: Self.stamp(5, wall: Self.today + Self.day)) == 1_000)
        var back = RetentionClock(Self.mark(1_000))
        #expect(back.now(at: Self.stamp(5, wall: 0)) == 1_000)
    }

    @Test("It never goes back, and holds against every stamp")
    func extremes() {
        var clock = RetentionClock(nil)
        var last: Int64 = 0
        for microseconds in [Int64.min, 0, .max, 17, .min, .max] {
            let stamp = Stamp(
                monotonic: MonotonicTime(microseconds: microseconds), wall: WallTime(microseconds: microseconds),
                isSynchronised: true)
            let now = clock.now(at: stamp)
            #expect(now >= last)
            last = now
        }
    }

    @Test("A mark tells what was there so long ago, and ages come from it")
    func marks() {
        var marks = RetentionMarks()
        #expect(marks.isDue(at: 0))
        for hour in 0..<200 as Range<Int64> { marks.note(Self.mark(hour * 3_600, head: UInt64(hour) * 10)) }
        #expect(!marks.isDue(at: 199 * 3_600 + 3_599))
        #expect(marks.isDue(at: 200 * 3_600))
        #expect(marks.mark(at: -1) == nil)
        #expect(marks.mark(at: 3 * 3_600 + 5)?.head == 30)
        let policy = RetentionPolicy(maxBytes: 1 << 30, days: [.samples: 2], graceHours: 24, sinks: ["mqtt"])
        let view = RetentionView(
            head: 1_999, acknowledged: SequenceRanges([1...1_990]), marks: marks, at: 199 * 3_600, policy: policy,
            pressure: nil)
        #expect(view.cutoffs == [.samples: 1_510])
        #expect(view.released.ranges == [1...1_750])
    }

    @Test("Marks of long ago are thinned to one a day, and those that no age asks for go")
    func thinning() {
        var marks = RetentionMarks()
        let days: Int64 = 100
        for hour in 0..<(days * 24) { marks.note(Self.mark(hour * 3_600, head: UInt64(hour))) }
        let now = days * Self.day
        let removed = marks.thin(at: now, oldest: 90 * Self.day)
        #expect(marks.marks.count + removed.count == Int(days) * 24)
        #expect(marks.marks.count == 32 * 24 + 58)
        #expect(marks.mark(at: now - 90 * Self.day)?.time == 10 * Self.day)
        #expect(marks.mark(at: now - 24 * 3_600)?.time == now - 24 * 3_600)
    }
}
