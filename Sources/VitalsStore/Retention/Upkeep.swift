import GRDB
import VitalsCore
import VitalsModel

/// What the journal remembers between two pieces of upkeep: what retention decided, and how the space stands.
///
/// It is a value, as `JournalTail` is: a piece of work takes a copy, and puts it back when what it did is durable.
struct Upkeep: Sendable {
    let policy: RetentionPolicy
    private(set) var planner: RetentionPlanner
    private(set) var marks: RetentionMarks
    private var clock: RetentionClock
    var space: SpaceKeeper
    private(set) var pressure: RetentionReason?
    private(set) var condition = JournalCondition()
    /// Rows that the next chunk may delete.
    private(set) var rows = RetentionLimits.chunkFirst

    /// Reads where the last opening ended.
    init(_ db: Database, policy: RetentionPolicy, path: String, files: any FileSystem) throws {
        self.policy = policy
        planner = RetentionPlanner(policy: policy, through: try RetentionTables.through(db))
        marks = try RetentionTables.marks(db)
        clock = RetentionClock(marks.marks.last)
        space = try Self.space(db, policy: policy, path: path, files: files)
    }

    /// Who keeps the space of a journal with this policy.
    static func space(
        _ db: Database, policy: RetentionPolicy, path: String, files: any FileSystem
    ) throws -> SpaceKeeper {
        let page = try Int64.fetchOne(db, sql: "PRAGMA page_size") ?? 4_096
        return SpaceKeeper(path: path, maxBytes: policy.maxBytes, pageBytes: page, files: files)
    }

    /// The mark that is due, and the times of those that are no longer needed; nil when none is due.
    mutating func mark(
        at stamp: Stamp, head: UInt64, acknowledged: SequenceRanges
    ) -> (mark: RetentionMark, removed: [Int64], forgotten: Int64?)? {
        let now = clock.now(at: stamp)
        guard marks.isDue(at: now) else { return nil }
        let mark = RetentionMark(
            time: now, wall: stamp.wall, isSynchronised: stamp.isSynchronised, head: head, acknowledged: acknowledged)
        marks.note(mark)
        let oldest = (RetentionClass.allCases.compactMap { policy.age(of: $0) } + [policy.grace]).max() ?? policy.grace
        let forgotten = marks.forgetAcknowledged(before: now - policy.grace)
        return (mark, marks.thin(at: now, oldest: oldest), forgotten)
    }

    /// Measures the space, tells SQLite its limits, and lays the ballast down when it may and there is room for it. It may
    /// not while a refused commit waits, which needs that room.
    mutating func measure(_ db: Database, mayLayBallast: Bool = true) throws {
        var usage = try space.usage(db)
        var state = space.budget.state(usage)
        if mayLayBallast, state.hasRoomForBallast, usage.ballastBytes < space.budget.ballastBytes, space.ballast.lay() {
            usage = try space.usage(db)
            state = space.budget.state(usage)
        }
        try space.enforce(state, db)
        pressure = state.pressure(was: pressure)
        condition.isTight = state.isTight
        condition.isWithoutBallast = usage.ballastBytes < space.budget.ballastBytes
        condition.pressure = pressure?.rawValue
        condition.isPinned = usage.walBytes > space.budget.walBytes
        condition.isGone = !space.isThere
    }

    /// The disk took nothing: something has to go, whatever the numbers say.
    mutating func demand() { pressure = .disk }

    /// What to drop next.
    mutating func step(at stamp: Stamp, head: UInt64, acknowledged: SequenceRanges) -> RetentionStep? {
        planner.next(
            RetentionView(
                head: head, acknowledged: acknowledged, marks: marks, at: clock.now(at: stamp), policy: policy,
                pressure: pressure))
    }

    /// A chunk found no room: the next one writes less.
    mutating func didFail() { rows = max(1, rows / 4) }

    /// Nothing may go: what stays is asked for again when more came to it.
    mutating func didFindNothing() { pressure = nil }

    /// A step was carried out as far as this.
    mutating func didScan(_ step: RetentionStep, through sequence: UInt64) {
        planner.didScan(step, through: sequence)
    }

    /// A chunk was made durable. The next one is larger when it was quick, smaller when it was slow.
    mutating func didTake(milliseconds: Int64) {
        if milliseconds > RetentionLimits.chunkMilliseconds {
            rows = max(RetentionLimits.chunkLeast, rows / 2)
        } else if milliseconds * 4 < RetentionLimits.chunkMilliseconds {
            rows = min(RetentionLimits.chunkMost, rows * 2)
        }
    }
}
