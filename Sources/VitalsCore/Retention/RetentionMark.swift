public import VitalsModel

/// What the journal held at a moment, and what of it was acknowledged: ages and the grace window are read from these.
public struct RetentionMark: Hashable, Sendable {
    /// When, on the clock of `RetentionClock`.
    public let time: Int64
    /// The wall time of that moment, by which the next start knows how long the gateway was off.
    public let wall: WallTime
    /// Whether the wall clock was synchronised.
    public let isSynchronised: Bool
    /// The last sequence that was durable.
    public let head: UInt64
    /// What every sink's receiver had acknowledged.
    public let acknowledged: SequenceRanges

    /// A mark.
    public init(time: Int64, wall: WallTime, isSynchronised: Bool, head: UInt64, acknowledged: SequenceRanges) {
        self.time = time
        self.wall = wall
        self.isSynchronised = isSynchronised
        self.head = head
        self.acknowledged = SequenceRanges(acknowledged.ranges.prefix(RetentionLimits.markRanges))
    }
}

/// The marks of a journal, oldest first.
public struct RetentionMarks: Hashable, Sendable {
    /// The marks, in the order of their times.
    public private(set) var marks: [RetentionMark]

    /// Marks from a file, in any order.
    public init(_ marks: [RetentionMark] = []) { self.marks = marks.sorted { $0.time < $1.time } }

    /// Whether the time for another mark has come.
    public func isDue(at time: Int64) -> Bool {
        marks.last.map { time - $0.time >= RetentionLimits.markInterval } ?? true
    }

    /// Takes a mark that is later than all others; another one is left out.
    public mutating func note(_ mark: RetentionMark) {
        guard marks.last.map({ $0.time < mark.time }) ?? true else { return }
        marks.append(mark)
    }

    /// The newest mark of a time or before it.
    public func mark(at time: Int64) -> RetentionMark? {
        var low = 0
        var high = marks.count
        while low < high {
            let middle = low + (high - low) / 2
            if marks[middle].time <= time { low = middle + 1 } else { high = middle }
        }
        return low > 0 ? marks[low - 1] : nil
    }

    /// Takes out, and names, the marks that are not needed: those older than `oldest` but for the newest of them, and of
    /// each day long ago all but the first.
    public mutating func thin(at time: Int64, oldest: Int64) -> [Int64] {
        let first = mark(at: time - oldest)?.time ?? .min
        var kept: [RetentionMark] = []
        var removed: [Int64] = []
        for mark in marks {
            let isOld = time - mark.time > RetentionLimits.markThinning
            let isSecondOfItsDay = kept.last.map { isOld && Self.day($0) == Self.day(mark) } ?? false
            if mark.time < first || isSecondOfItsDay { removed.append(mark.time) } else { kept.append(mark) }
        }
        marks = kept
        return removed
    }

    /// Forgets what was acknowledged at marks before the newest of a time or earlier: only the grace window asks for it,
    /// and a receiver that refuses single records makes many ranges of it.
    ///
    /// - Returns: The time before which nothing is left of it; nil when there is no mark so early.
    public mutating func forgetAcknowledged(before time: Int64) -> Int64? {
        guard let newest = mark(at: time)?.time else { return nil }
        marks = marks.map { mark in
            guard mark.time < newest, !mark.acknowledged.isEmpty else { return mark }
            return RetentionMark(
                time: mark.time, wall: mark.wall, isSynchronised: mark.isSynchronised, head: mark.head,
                acknowledged: SequenceRanges())
        }
        return newest
    }

    private static func day(_ mark: RetentionMark) -> Int64 { mark.time / RetentionLimits.secondsPerDay }
}
