import VitalsCore
import VitalsModel
import VitalsStore

/// Everything that a journal holds, small enough to be compared thousands of times: the head's hash stands for all
/// records, which the verifier holds against it.
struct JournalState: Hashable, CustomStringConvertible {
    let head: UInt64
    let hash: [UInt8]
    let ledgerHead: UInt64
    let acknowledged: [ClosedRange<UInt64>]
    let arrivals: [Arrival]

    static let sink = "mqtt"

    init(_ journal: Journal) throws {
        head = journal.head
        hash = journal.anchor.hash
        ledgerHead = try journal.reader.ledgerHead
        acknowledged = journal.acknowledged(sink: Self.sink)
        arrivals = try journal.arrivals()
    }

    var description: String {
        "head \(head) \(Hex.string(hash.prefix(4))), ledger \(ledgerHead), \(arrivals.count) arrivals, "
            + "acknowledged \(acknowledged)"
    }

    /// Whether the other state holds the same records, arrivals and acknowledgements.
    func isSame(_ other: JournalState) -> Bool {
        head == other.head && hash == other.hash && arrivals == other.arrivals && acknowledged == other.acknowledged
    }

    /// Whether nothing that the other state holds is missing.
    func isAtLeast(_ other: JournalState) -> Bool {
        head >= other.head && ledgerHead >= other.ledgerHead
            && acknowledged.last?.upperBound ?? 0 >= other.acknowledged.last?.upperBound ?? 0
    }
}
