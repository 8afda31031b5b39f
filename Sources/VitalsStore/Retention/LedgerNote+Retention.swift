import VitalsCore
import VitalsJSON

/// What the ledger tells of records that are no more.
extension LedgerNote {
    /// Records of one class that went together.
    struct Drop {
        let retentionClass: RetentionClass
        let reason: RetentionReason
        private(set) var count = 0
        /// Bytes of their bodies.
        private(set) var bytes = 0
        /// The first and the last of them; nil while there is none.
        private(set) var sequences: ClosedRange<UInt64>?
        private(set) var unacknowledgedCount = 0
        /// Sequences of which none is there any more, and whose records of this class nobody had acknowledged.
        private(set) var unacknowledged: [ClosedRange<UInt64>] = []

        init(_ retentionClass: RetentionClass, reason: RetentionReason) {
            self.retentionClass = retentionClass
            self.reason = reason
        }

        /// Adds some.
        ///
        /// - Parameters:
        ///   - range: The first and the last of them. When nobody had acknowledged them, nothing in it may still be there.
        ///   - count: How many they are.
        ///   - bytes: Bytes of their bodies.
        ///   - isAcknowledged: Whether all of them were delivered.
        ///   - follows: Whether the ones before were not acknowledged either, and nothing between them and these is still
        ///     there.
        /// - Returns: Whether they were added: one entry has room for so many ranges. None is told wider than it is, since
        ///   a receiver waits for nothing in it.
        mutating func add(
            _ range: ClosedRange<UInt64>, count: Int = 1, bytes: Int, isAcknowledged: Bool, follows: Bool = false
        ) -> Bool {
            if !isAcknowledged {
                if follows, let last = unacknowledged.popLast() {
                    unacknowledged.append(last.lowerBound...range.upperBound)
                } else {
                    guard unacknowledged.count < RetentionLimits.ledgerRanges else { return false }
                    unacknowledged.append(range)
                }
                unacknowledgedCount += count
            }
            self.count += count
            self.bytes += bytes
            sequences =
                sequences.map { min($0.lowerBound, range.lowerBound)...max($0.upperBound, range.upperBound) } ?? range
            return true
        }
    }

    /// The entry of a drop.
    static func retention(_ drop: Drop) -> LedgerNote {
        LedgerNote(.retention) { writer in
            writer.member("bytes", drop.bytes)
            writer.member("class", drop.retentionClass.name)
            writer.member("count", drop.count)
            writer.member("first", drop.sequences?.lowerBound ?? 0)
            writer.member("reason", drop.reason.rawValue)
            writer.member("through", drop.sequences?.upperBound ?? 0)
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
