import VitalsCore
import VitalsJSON
import VitalsModel

/// The runs of entries that damage has left of a ledger, as a salvage told them at its end: what is missing between them
/// was missing then, and the first entry of each still follows the hash that it followed.
///
/// Without that, whoever can write the file could take away entries from before the damage, and say that it was the disk.
struct LedgerRuns: Sendable {
    /// Entries one after the other.
    struct Run: Hashable, Sendable {
        let first: UInt64
        var last: UInt64
        /// The hash that the first one follows; empty where nobody knows it.
        let before: [UInt8]
    }

    private var found: [(first: LedgerEntry, last: UInt64)] = []
    /// What was told so far, and what a salvage told to its end.
    private var parts: [Run] = []
    private var told: [Run]?

    /// The next entry of the walk.
    mutating func take(_ entry: LedgerEntry) {
        if let last = found.last, last.last + 1 == entry.number {
            found[found.count - 1].last = entry.number
        } else {
            found.append((entry, entry.number))
        }
    }

    /// What an entry of a salvage tells; the last one counts.
    mutating func tell(_ json: JSONValue) {
        for value in json["entries"]?.array ?? [] {
            guard let run = value.array, run.count == 3, let first = Self.number(run[0]),
                let last = Self.number(run[1]),
                let before = run[2].string.flatMap({ Hex.bytes($0) })
            else { continue }
            parts.append(Run(first: first, last: last, before: before))
        }
        guard json["isLast"]?.bool == true else { return }
        told = parts
        parts = []
    }

    /// The first entry that is there and should not be, is not and should be, or is another one; nil when all is as it was
    /// told, or nothing was.
    var fault: JournalFault? {
        guard let told else { return nil }
        for (index, run) in told.enumerated() {
            guard index < found.count, found[index].first.number == run.first else {
                return JournalFault(ledger: run.first, kind: .missing(through: run.first))
            }
            // The last run goes on behind what told of it.
            let last = found[index].last
            guard last == run.last || index + 1 == told.count && last > run.last else {
                return JournalFault(ledger: min(last, run.last) + 1, kind: .missing(through: max(last, run.last)))
            }
            guard !run.before.isEmpty else { continue }
            let entry = found[index].first
            guard LedgerChain(stored: run.before)?.appending(entry).hash == entry.chain else {
                return JournalFault(ledger: run.first, kind: .alteredRecord)
            }
        }
        return nil
    }

    private static func number(_ value: JSONValue) -> UInt64? { value.number.flatMap { UInt64($0.text) } }
}
