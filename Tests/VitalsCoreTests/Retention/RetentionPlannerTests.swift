import Testing
import VitalsCore
import VitalsTestKit

@Suite("What retention drops next")
struct RetentionPlannerTests {
    private static let policy = RetentionPolicy(maxBytes: 1 << 30, days: [:], graceHours: 24, sinks: ["mqtt"])

    private static func view(
        head: UInt64, acknowledged: [ClosedRange<UInt64>] = [], released: [ClosedRange<UInt64>] = [],
        cutoffs: [RetentionClass: UInt64] = [:], pressure: RetentionReason? = nil
    ) -> RetentionView {
        RetentionView(
            head: head, acknowledged: SequenceRanges(acknowledged), released: SequenceRanges(released),
            cutoffs: cutoffs, pressure: pressure)
    }

    /// Every step until there is none, each carried out as a whole.
    private static func steps(_ view: RetentionView, _ planner: inout RetentionPlanner) -> [RetentionStep] {
        var steps: [RetentionStep] = []
        while let step = planner.next(view), steps.count < 100 {
            steps.append(step)
            planner.didScan(step, through: step.regions.last?.upperBound ?? 0)
        }
        return steps
    }

    @Test("With room and nothing old, nothing goes")
    func nothing() {
        let planner = RetentionPlanner(policy: Self.policy)
        #expect(planner.next(Self.view(head: 100, acknowledged: [1...100], released: [1...100])) == nil)
    }

    @Test("By age a class goes as far as its age and its release reach, oldest first, and never further")
    func age() {
        var planner = RetentionPlanner(policy: Self.policy)
        let view = Self.view(
            head: 1_000, acknowledged: [1...900], released: [1...300, 400...500],
            cutoffs: [.waveforms: 450, .samples: 200])
        let expected = [
            RetentionStep(retentionClass: .waveforms, regions: [1...300, 400...450], reason: .age),
            RetentionStep(retentionClass: .samples, regions: [1...200], reason: .age),
        ]
        #expect(Self.steps(view, &planner) == expected)
        #expect(planner.through(.waveforms) == 300)
        #expect(planner.through(.samples) == 200)
        #expect(planner.through(.findings) == 0)
    }

    @Test("Under pressure: delivered data past the grace window, delivered data, other data, delivered alarms (T16)")
    func pressure() {
        var planner = RetentionPlanner(policy: Self.policy)
        let view = Self.view(head: 100, acknowledged: [11...100], released: [11...50], pressure: .bytes)
        let order = Self.steps(view, &planner).map { step in
            ([step.retentionClass.name] + step.regions.map { "\($0)" }).joined(separator: " ")
        }
        let data = ["waveforms", "samples", "events", "findings"]
        let expected =
            data.map { "\($0) 11...50" } + data.map { "\($0) 51...100" } + data.map { "\($0) 1...10" }
            + ["alarms 11...100"]
        #expect(order == expected)
    }

    @Test(
        "Alarms that nobody has are never named, whatever the pressure, from any seed",
        arguments: 1...20 as ClosedRange<UInt64>)
    func alarms(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var acknowledged = SequenceRanges()
        for _ in 0..<random.int(0...8) {
            let first = UInt64(random.int(1...900))
            acknowledged.insert(first...(first + UInt64(random.int(0...120))))
        }
        var planner = RetentionPlanner(policy: Self.policy)
        let view = Self.view(head: 1_000, acknowledged: acknowledged.ranges, pressure: .disk)
        let steps = Self.steps(view, &planner)
        let alarms = SequenceRanges(steps.filter { $0.retentionClass == .alarms }.flatMap(\.regions))
        #expect(alarms == acknowledged.upTo(1_000))
        let samples = SequenceRanges(steps.filter { $0.retentionClass == .samples }.flatMap(\.regions))
        #expect(samples == SequenceRanges([1...1_000]))
    }

    @Test("A chunk that came half the way goes on where it ended, and so does the next start")
    func chunks() {
        var planner = RetentionPlanner(policy: Self.policy)
        let view = Self.view(
            head: 100, acknowledged: [1...100], released: [1...100], cutoffs: [.samples: 60], pressure: nil)
        guard let step = planner.next(view) else {
            Issue.record("no step")
            return
        }
        planner.didScan(step, through: 25)
        #expect(planner.next(view)?.regions == [26...60])
        let next = RetentionPlanner(policy: Self.policy, through: [.samples: planner.through(.samples)])
        #expect(next.next(view)?.regions == [26...60])
    }

    @Test("A step goes on behind alarms that nobody has, and a chunk may end between two of them")
    func regionsBetweenAlarms() {
        var planner = RetentionPlanner(policy: Self.policy)
        let regions: [ClosedRange<UInt64>] = (0..<300).map { $0 * 10 + 1...$0 * 10 + 9 }
        let view = Self.view(head: 3_000, acknowledged: regions, released: regions, pressure: .disk)
        guard let step = planner.next(view) else {
            Issue.record("no step")
            return
        }
        #expect(step.regions == Array(regions.prefix(RetentionLimits.stepRegions)))
        planner.didScan(step, through: 25)
        #expect(planner.next(view)?.regions.prefix(2) == [26...29, 31...39])
    }

    @Test("Without a sink the journal is all there is: age and bytes alone decide, alarms last")
    func alone() {
        var policy = Self.policy
        policy.sinks = []
        var planner = RetentionPlanner(policy: policy)
        let view = RetentionView(
            head: 10, acknowledged: SequenceRanges(), marks: RetentionMarks(), at: 0, policy: policy, pressure: .bytes)
        let order = Self.steps(view, &planner).map(\.retentionClass)
        #expect(order == RetentionClass.allCases)
    }

    @Test("Every kind of record has a class, and every class names its kinds", arguments: RecordKind.allCases)
    func classes(kind: RecordKind) {
        let retentionClass = RetentionClass(kind: kind, subject: "")
        #expect(retentionClass.kinds.contains(kind))
        #expect(RetentionClass(name: retentionClass.name) == retentionClass)
        #expect((RetentionClass(kind: kind, subject: "ppg") == .waveforms) == (kind == .samples))
    }
}
