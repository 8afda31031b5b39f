import VitalsModel

/// The blocks of one stream that closed, to name the records that hold what a detector judged.
///
/// However far back a judgement reaches, the range holds its first sample: when there is no more room, old blocks are
/// remembered in pairs, then in fours and so on, and a range that begins in such a group begins with its first block.
struct ClosedBlocks {
    private struct Group {
        /// The sequence of its first block.
        let sequence: UInt64
        /// The time of the last sample of its last block.
        var end: MonotonicTime
    }

    /// Oldest first.
    private var groups: [Group] = []
    private var last: UInt64 = 0

    /// Notes a block with its sequence, and the time of its last sample.
    mutating func note(_ sequence: UInt64, until end: MonotonicTime) {
        if groups.count >= CoreLimits.recentBlocksMax { thinOut() }
        groups.append(Group(sequence: sequence, end: end))
        last = sequence
    }

    /// The records that hold the samples from `time` on; nil when there are none.
    func records(since time: MonotonicTime) -> ClosedRange<UInt64>? {
        // The first that reaches so far: where stamps repeat, samples of one moment may lie in two blocks.
        groups.first { $0.end >= time }.map { $0.sequence...last }
    }

    /// Joins neighbours in the older half.
    private mutating func thinOut() {
        let half = groups.count / 4 * 2
        var joined: [Group] = []
        joined.reserveCapacity(groups.count)
        for index in stride(from: 0, to: half, by: 2) {
            joined.append(
                Group(sequence: groups[index].sequence, end: max(groups[index].end, groups[index + 1].end)))
        }
        groups = joined + groups[half...]
    }
}
