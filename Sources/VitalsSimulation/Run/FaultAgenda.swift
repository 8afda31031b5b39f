import VitalsDisk
import VitalsModel

/// When which fault begins and ends, drawn from the seed.
struct FaultAgenda {
    struct Entry {
        let time: Int64
        let kind: FaultKind
        let isEnd: Bool
    }

    private let plan: SimulationPlan
    private var random: DiskRandom
    private var entries: [Entry] = []
    /// Faults that last, and have begun and not ended.
    private(set) var active: Set<FaultKind> = []

    init(_ plan: SimulationPlan, seed: UInt64) {
        self.plan = plan
        random = DiskRandom(seed: seed ^ 0x4147_454E_4441)
        for (kind, interval) in plan.intervals.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            add(Entry(time: Int64(random.below(Int(interval.microseconds))), kind: kind, isEnd: false))
        }
    }

    /// When the next one is due.
    var nextTime: Int64? { entries.first?.time }

    /// The next one that is due, and what it brings about later.
    mutating func take(at now: Int64) -> Entry? {
        guard let first = entries.first, first.time <= now else { return nil }
        entries.removeFirst()
        if first.isEnd {
            active.remove(first.kind)
            return first
        }
        if let interval = plan.intervals[first.kind] {
            let pause = interval.microseconds / 2 + Int64(random.below(Int(interval.microseconds)))
            add(Entry(time: now + pause, kind: first.kind, isEnd: false))
        }
        if first.kind.lasts {
            // One that is there already goes on.
            guard active.insert(first.kind).inserted else { return take(at: now) }
            let span = 1_000_000 + Int64(random.below(Int(plan.spanMax.microseconds)))
            add(Entry(time: now + span, kind: first.kind, isEnd: true))
        }
        return first
    }

    /// Nothing goes wrong any more.
    mutating func end() {
        entries = []
        active = []
    }

    private mutating func add(_ entry: Entry) {
        let index = entries.firstIndex { $0.time > entry.time } ?? entries.endIndex
        entries.insert(entry, at: index)
    }
}

extension FaultKind {
    /// Whether it goes on for a while.
    var lasts: Bool {
        switch self {
        case .powerCut, .powerCutInCommit, .kill, .diskError, .clockStep, .clockDrift, .clockSynchronisation,
            .brokerCut, .linkLost, .storeLost:
            false
        default: true
        }
    }

    /// Whether it is one of the disk's, so that calls may fail while it is there.
    var isDisk: Bool { self == .diskError || self == .diskFailing || self == .diskFull || self == .diskReadOnly }
}
