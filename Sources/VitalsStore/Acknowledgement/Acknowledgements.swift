import GRDB
import VitalsCore

/// What each sink's receiver acknowledged: noted at once, stored with the next commit.
///
/// An alarm may be acknowledged before its commit. Such a sequence is stored only once its record is: were it stored
/// first and the record then lost in a crash, the next record of that number would never be sent.
struct Acknowledgements: Sendable {
    private(set) var noted: [String: SequenceRanges]
    private var stored: [String: SequenceRanges]

    init(stored: [String: SequenceRanges]) {
        noted = stored
        self.stored = stored
    }

    mutating func note(_ sequences: [ClosedRange<UInt64>], sink: String) {
        for range in sequences { noted[sink, default: SequenceRanges()].insert(range) }
    }

    /// What is to be stored once the head is `head`. Numbers of the ledger have nothing to do with it.
    func due(head: UInt64) -> [String: SequenceRanges] {
        Dictionary(
            uniqueKeysWithValues: noted.map { ($0, $0.hasSuffix(Self.ledgerSuffix) ? $1 : $1.upTo(head)) })
    }

    /// The name under which a sink's numbers of ledger entries stand beside its sequences of records.
    static func ledgerSink(of sink: String) -> String { sink + ledgerSuffix }

    /// Up to where each sink's receiver has everything, from the first number on.
    var prefixes: [String: UInt64] {
        stored.compactMapValues { ranges in
            ranges.ranges.first.flatMap { $0.lowerBound == 1 ? $0.upperBound : nil }
        }
    }

    /// Whether what stands under the name are numbers of ledger entries.
    static func isLedger(_ name: String) -> Bool { name.hasSuffix(ledgerSuffix) }

    private static let ledgerSuffix = "/ledger"

    /// Writes the rows that `due` changes. Ranges join as they grow, so there are few, however many records.
    func write(_ due: [String: SequenceRanges], _ db: Database) throws {
        for (sink, ranges) in due.sorted(by: { $0.key < $1.key }) {
            let old = Set(stored[sink]?.ranges ?? [])
            let new = Set(ranges.ranges)
            for range in old.subtracting(new).sorted(by: { $0.lowerBound < $1.lowerBound }) {
                try db.cachedStatement(sql: "DELETE FROM acknowledged WHERE sink = ? AND first = ?")
                    .execute(arguments: [sink, Int64(clamping: range.lowerBound)])
            }
            for range in new.subtracting(old).sorted(by: { $0.lowerBound < $1.lowerBound }) {
                try db.cachedStatement(sql: "INSERT INTO acknowledged (sink, first, last) VALUES (?, ?, ?)")
                    .execute(arguments: [sink, Int64(clamping: range.lowerBound), Int64(clamping: range.upperBound)])
            }
        }
    }

    /// What a file that was opened anew has stored; what is noted stays.
    mutating func wereStored(_ stored: [String: SequenceRanges]) { self.stored = stored }

    /// The commit that stored `due` succeeded.
    mutating func didStore(_ due: [String: SequenceRanges]) { stored = due }
}
