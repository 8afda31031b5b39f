import Synchronization
public import VitalsCore
import VitalsModel

extension InMemoryJournal: LedgerPort {
    /// The number of the last entry, 0 when there is none.
    public var ledgerHead: UInt64 { state.withLock { UInt64($0.ledger.count) } }

    /// Adds an entry. The twin's stamps and hashes are zeros: what they must be is the store's own test.
    public func note(_ kind: LedgerEntry.Kind, body: [UInt8]) throws {
        let zero = Stamp(
            monotonic: MonotonicTime(microseconds: 0), wall: WallTime(microseconds: 0), isSynchronised: false)
        state.withLock { state in
            state.ledger.append(
                LedgerEntry(
                    number: UInt64(state.ledger.count) + 1, kind: kind, stamp: zero, body: body,
                    chain: [UInt8](repeating: 0, count: 32)))
        }
    }

    /// Entries behind a number, in order.
    public func ledger(after number: UInt64, limit: Int) throws -> [LedgerEntry] {
        state.withLock { Array($0.ledger.dropFirst(Int(clamping: number)).prefix(max(0, limit))) }
    }

    /// The newest entry of a kind.
    public func lastLedgerEntry(_ kind: LedgerEntry.Kind) throws -> LedgerEntry? {
        state.withLock { $0.ledger.last { $0.kind == kind } }
    }

    /// Notes how far the receiver has the ledger.
    public func acknowledgeLedger(through number: UInt64, sink: String) throws {
        state.withLock { $0.ledgerAcknowledged[sink] = max($0.ledgerAcknowledged[sink] ?? 0, number) }
    }

    /// How far the receiver has the ledger.
    public func ledgerAcknowledged(sink: String) throws -> UInt64 {
        state.withLock { $0.ledgerAcknowledged[sink] ?? 0 }
    }
}
