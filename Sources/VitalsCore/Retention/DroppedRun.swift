/// Records that follow each other and were dropped: the hash of the last one bridges the chain over them.
public struct DroppedRun: Hashable, Sendable {
    /// The first of them.
    public let first: UInt64
    /// The last of them.
    public let last: UInt64
    /// The chain's hash at the last one; empty where nobody knows it any more, since the records were lost to damage.
    public let chain: [UInt8]

    /// A run.
    public init(first: UInt64, last: UInt64, chain: [UInt8]) {
        self.first = first
        self.last = last
        self.chain = chain
    }

    /// How many records it stands for.
    public var count: UInt64 { last - first + 1 }

    /// Joins runs that touch. They are disjoint, and come in any order; the result is in the order of sequences. One that
    /// was lost stays as it is: an entry of the ledger names exactly its records.
    public static func joined(_ runs: [DroppedRun]) -> [DroppedRun] {
        var joined: [DroppedRun] = []
        for run in runs.sorted(by: { $0.first < $1.first }) {
            if let previous = joined.last, previous.last < run.first, run.first - previous.last == 1,
                !previous.chain.isEmpty, !run.chain.isEmpty
            {
                joined[joined.count - 1] = DroppedRun(first: previous.first, last: run.last, chain: run.chain)
            } else {
                joined.append(run)
            }
        }
        return joined
    }
}
