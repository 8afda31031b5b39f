/// Decides what a journal drops next. Pure: the journal in a file and the simulation run the same decisions.
///
/// It answers with regions of sequences to look through for records of one class. The journal looks through as much of
/// them as one chunk takes, drops what it may, and says how far it came.
///
/// Order of loss: by age, a class at a time, only what was delivered longer ago than the grace window. Under pressure,
/// first what was delivered longer ago than that, then what was delivered at all, then data that nobody has, each from
/// the lowest class to findings; last of all delivered alarms. Alarms that nobody has are never dropped.
public struct RetentionPlanner: Sendable {
    private static let data: [RetentionClass] = [.waveforms, .samples, .events, .findings]

    private let policy: RetentionPolicy
    /// Where nothing of a class is left to drop.
    private var cleared: [RetentionClass: SequenceRanges] = [:]

    /// A planner for a journal of which each class was dropped through these sequences.
    public init(policy: RetentionPolicy, through: [RetentionClass: UInt64] = [:]) {
        self.policy = policy
        for (retentionClass, sequence) in through where sequence > 0 {
            cleared[retentionClass] = SequenceRanges([1...sequence])
        }
    }

    /// What to look through next; nil when nothing has to go, or nothing may.
    public func next(_ view: RetentionView) -> RetentionStep? {
        agedOut(view) ?? demanded(view)
    }

    /// What age alone asks for.
    private func agedOut(_ view: RetentionView) -> RetentionStep? {
        for retentionClass in RetentionClass.allCases {
            guard let cutoff = view.cutoffs[retentionClass], cutoff > 0 else { continue }
            let allowed = view.released.upTo(cutoff)
            if let step = step(retentionClass, allowed, .age) { return step }
        }
        return nil
    }

    /// What bytes or the disk ask for.
    private func demanded(_ view: RetentionView) -> RetentionStep? {
        guard let reason = view.pressure else { return nil }
        let everything = view.head > 0 ? SequenceRanges([1...view.head]) : SequenceRanges()
        let passes: [(SequenceRanges, [RetentionClass])] = [
            (view.released, Self.data), (view.acknowledged, Self.data), (everything, Self.data),
            (view.acknowledged, [.alarms]),
        ]
        for (allowed, classes) in passes {
            let allowed = allowed.upTo(view.head)
            for retentionClass in classes {
                if let step = step(retentionClass, allowed, reason) { return step }
            }
        }
        return nil
    }

    /// The oldest parts of `allowed` where the class may still have something; nil when there are none.
    private func step(
        _ retentionClass: RetentionClass, _ allowed: SequenceRanges, _ reason: RetentionReason
    ) -> RetentionStep? {
        let regions = allowed.ranges(
            notIn: cleared[retentionClass] ?? SequenceRanges(), atMost: RetentionLimits.stepRegions)
        return regions.isEmpty ? nil : RetentionStep(retentionClass: retentionClass, regions: regions, reason: reason)
    }

    /// A step was carried out as far as this: nothing of its class is left there that may ever be dropped.
    public mutating func didScan(_ step: RetentionStep, through sequence: UInt64) {
        for region in step.regions where region.lowerBound <= sequence {
            cleared[step.retentionClass, default: SequenceRanges()].insert(
                region.lowerBound...min(sequence, region.upperBound))
        }
    }

    /// Through which sequence a class is gone, without a gap: where the next start goes on.
    public func through(_ retentionClass: RetentionClass) -> UInt64 {
        guard let first = cleared[retentionClass]?.ranges.first, first.lowerBound == 1 else { return 0 }
        return first.upperBound
    }
}

/// What a planner has to know of a journal.
public struct RetentionView: Sendable {
    /// The last durable sequence.
    public var head: UInt64
    /// What every sink's receiver has acknowledged; everything when there is no sink.
    public var acknowledged: SequenceRanges
    /// What was acknowledged longer ago than the grace window; everything when there is no sink.
    public var released: SequenceRanges
    /// For each class with an age: the last sequence that is older.
    public var cutoffs: [RetentionClass: UInt64]
    /// Why space has to be made; nil when there is enough.
    public var pressure: RetentionReason?

    /// A view.
    public init(
        head: UInt64, acknowledged: SequenceRanges, released: SequenceRanges, cutoffs: [RetentionClass: UInt64],
        pressure: RetentionReason?
    ) {
        self.head = head
        self.acknowledged = acknowledged
        self.released = released
        self.cutoffs = cutoffs
        self.pressure = pressure
    }

    /// The view that the marks give at a time of the retention clock.
    public init(
        head: UInt64, acknowledged: SequenceRanges, marks: RetentionMarks, at time: Int64, policy: RetentionPolicy,
        pressure: RetentionReason?
    ) {
        let everything = head > 0 ? SequenceRanges([1...head]) : SequenceRanges()
        let isAlone = policy.sinks.isEmpty
        var cutoffs: [RetentionClass: UInt64] = [:]
        for retentionClass in RetentionClass.allCases {
            guard let age = policy.age(of: retentionClass) else { continue }
            cutoffs[retentionClass] = marks.mark(at: time - age)?.head ?? 0
        }
        self.init(
            head: head, acknowledged: isAlone ? everything : acknowledged,
            released: isAlone
                ? everything : marks.mark(at: time - policy.grace)?.acknowledged ?? SequenceRanges(),
            cutoffs: cutoffs, pressure: pressure)
    }
}

/// Why records are dropped.
public enum RetentionReason: String, Hashable, Sendable {
    /// They are older than their class is kept.
    case age
    /// The journal has reached its bytes.
    case bytes
    /// The disk is full.
    case disk
    /// They were never stored: the disk took nothing, and memory has a bound too.
    case memory
}

/// Regions to look through for records of a class.
public struct RetentionStep: Hashable, Sendable {
    /// What to drop.
    public let retentionClass: RetentionClass
    /// Where: all records of the class in them may go. Ascending, at least one. Alarms that nobody has may stand between
    /// them, and then an entry of the ledger for each region would outlive what it made room for.
    public let regions: [ClosedRange<UInt64>]
    /// Why.
    public let reason: RetentionReason

    /// A step.
    public init(retentionClass: RetentionClass, regions: [ClosedRange<UInt64>], reason: RetentionReason) {
        self.retentionClass = retentionClass
        self.regions = regions
        self.reason = reason
    }
}
