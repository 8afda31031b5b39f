import VitalsCore
import VitalsJSON

/// What the ledger tells of records that are no more.
extension LedgerNote {
    /// Records of one class that went together.
    struct Drop {
        let retentionClass: RetentionClass
        let reason: RetentionReason
        var count = 0
        /// Bytes of their bodies.
        var bytes = 0
        /// The first and the last of them.
        var sequences: ClosedRange<UInt64> = 0...0
        private(set) var unacknowledgedCount = 0
        private(set) var unacknowledged: [ClosedRange<UInt64>] = []

        init(_ retentionClass: RetentionClass, reason: RetentionReason) {
            self.retentionClass = retentionClass
            self.reason = reason
        }

        /// Notes some that nobody had acknowledged. A range is about the records of the class that lie in it: beyond a
        /// number of ranges they are joined, over what lies between.
        ///
        /// - Parameter follows: Whether nothing of the class lies between this and the one before.
        mutating func add(unacknowledged range: ClosedRange<UInt64>, count: Int, follows: Bool = false) {
            unacknowledgedCount += count
            if follows || unacknowledged.count >= RetentionLimits.ledgerRanges, let last = unacknowledged.popLast() {
                unacknowledged.append(last.lowerBound...range.upperBound)
            } else {
                unacknowledged.append(range)
            }
        }
    }

    /// The entry of a drop.
    static func retention(_ drop: Drop) -> LedgerNote {
        LedgerNote(.retention) { writer in
            writer.member("bytes", drop.bytes)
            writer.member("class", drop.retentionClass.name)
            writer.member("count", drop.count)
            writer.member("first", drop.sequences.lowerBound)
            writer.member("reason", drop.reason.rawValue)
            writer.member("through", drop.sequences.upperBound)
            writer.member(
                "unacknowledged",
                array: { writer in
                    for range in drop.unacknowledged {
                        writer.array { writer in
                            writer.value(range.lowerBound)
                            writer.value(range.upperBound)
                        }
                    }
                })
            writer.member("unacknowledged_count", drop.unacknowledgedCount)
        }
    }
}
