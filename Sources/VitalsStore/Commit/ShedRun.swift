public import VitalsCore

/// Records that follow each other and were given up in memory: what the journal has to know of them, so that its chain
/// can be followed over them and its ledger tells of each.
public struct ShedRun: Hashable, Sendable {
    /// What went of one class.
    public struct Share: Hashable, Sendable {
        /// Records.
        public private(set) var records = 0
        /// Bytes of their bodies.
        public private(set) var bytes = 0
        /// The sequences of the first and the last of them.
        public private(set) var sequences: ClosedRange<UInt64>

        fileprivate mutating func add(_ other: Share) {
            records += other.records
            bytes += other.bytes
            sequences =
                min(
                    sequences.lowerBound, other.sequences.lowerBound)...max(
                    sequences.upperBound, other.sequences.upperBound)
        }

        fileprivate init(_ record: Record) {
            records = 1
            bytes = record.body.count
            sequences = record.sequence...record.sequence
        }
    }

    /// The sequences, without a gap.
    public private(set) var sequences: ClosedRange<UInt64>
    /// The chain at the last of them.
    public private(set) var chain: RecordChain
    /// What they were.
    public private(set) var shares: [RetentionClass: Share]

    /// A run of one record, with the chain at it.
    init(_ record: Record, chain: RecordChain) {
        sequences = record.sequence...record.sequence
        self.chain = chain
        shares = [RetentionClass(kind: record.kind, subject: record.subject): Share(record)]
    }

    /// Goes on with the run that follows.
    mutating func append(_ next: ShedRun) {
        sequences = sequences.lowerBound...next.sequences.upperBound
        chain = next.chain
        shares.merge(next.shares) { one, other in
            var sum = one
            sum.add(other)
            return sum
        }
    }

    /// What the ledger tells of runs that become durable together, class by class. Nobody had acknowledged any of them,
    /// since nothing is published before it is durable but alarms, and those stay.
    static func notes(_ runs: [ShedRun]) -> [LedgerNote] {
        RetentionClass.allCases.flatMap { retentionClass -> [LedgerNote] in
            let shares = runs.compactMap { $0.shares[retentionClass] }
            guard !shares.isEmpty else { return [] }
            var drops = [LedgerNote.Drop(retentionClass, reason: .memory)]
            for share in shares {
                func add(_ drop: inout LedgerNote.Drop) -> Bool {
                    drop.add(share.sequences, count: share.records, bytes: share.bytes, isAcknowledged: false)
                }
                if add(&drops[drops.count - 1]) { continue }
                drops.append(LedgerNote.Drop(retentionClass, reason: .memory))
                _ = add(&drops[drops.count - 1])
            }
            return drops.map(LedgerNote.retention)
        }
    }
}
