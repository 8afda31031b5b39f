import VitalsCore
import VitalsJSON
import VitalsStore

/// Holds an opened journal against the promises: every record is there as it was promised, or its loss is accounted for.
struct JournalAccount {
    private(set) var faults: [(String, String)] = []
    /// Records that were durable and not promised: a commit that nobody could be told of.
    private(set) var unpromised: [Record] = []
    /// Records that retention dropped, and that the ledger accounts for.
    private(set) var dropped: UInt64 = 0

    init(_ journal: Journal, _ promises: Promises) {
        do {
            if let anchor = promises.anchor, anchor.identity != journal.identity {
                faults.append(("I1", "the journal has another epoch: \(journal.identity.epoch)"))
                return
            }
            let outcome = try JournalVerifier.verify(journal.reader, anchor: promises.anchor)
            if let fault = outcome.fault { faults.append(("I6", "\(fault)")) }
            if journal.head < promises.head {
                faults.append(("I1", "the head is \(journal.head), promised was \(promises.head)"))
            }
            try compare(journal, promises)
        } catch {
            faults.append(("I1", "the journal cannot be read: \(error)"))
        }
    }

    private mutating func compare(_ journal: Journal, _ promises: Promises) throws {
        var found = 0
        var after: UInt64 = 0
        while true {
            let batch = try journal.records(after: after, limit: 1_024)
            guard let last = batch.last else { break }
            after = last.sequence
            for record in batch {
                if let digest = promises.digests[record.sequence] {
                    found += 1
                    if digest != Promises.digest(record) {
                        faults.append(("I1", "record \(record.sequence) is not the one that was promised"))
                    }
                } else {
                    unpromised.append(record)
                }
            }
        }
        let absent = promises.digests.count - found
        guard absent > 0 else { return }
        dropped = try accounted(journal)
        if UInt64(absent) > dropped {
            faults.append(("I1", "\(absent) promised records are gone, the ledger accounts for \(dropped)"))
        }
    }

    /// Records whose dropping the ledger tells.
    private func accounted(_ journal: Journal) throws -> UInt64 {
        var sum: UInt64 = 0
        var after: UInt64 = 0
        while true {
            let entries = try journal.reader.ledger(after: after, limit: 256)
            guard let last = entries.last else { return sum }
            after = last.number
            for entry in entries where entry.kind == .retention {
                let count = (try? JSONParser.parse(entry.body))?["count"]?.number?.integer ?? 0
                sum += UInt64(clamping: count)
            }
        }
    }
}
