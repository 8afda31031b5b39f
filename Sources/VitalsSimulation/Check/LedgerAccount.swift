import VitalsCore
import VitalsMQTT
import VitalsStore

/// What a journal's ledger tells, read once, and held against what the far side has of it.
struct LedgerAccount {
    /// The last entry.
    private(set) var head: UInt64 = 0
    /// Records that retention dropped.
    private(set) var dropped: UInt64 = 0
    /// Of these, the ones that nobody had acknowledged; what lies between such is no more either.
    private(set) var unacknowledged = SequenceRanges()
    private(set) var faults: [(String, String)] = []
    private var counter: UInt64 = 0

    /// - Parameter asked: The counter of the far side's last request.
    init(_ reader: JournalReader, _ witness: LedgerWitness, asked: UInt64) throws {
        let encoder = try RecordEncoder(identity: reader.identity)
        while true {
            let entries = try reader.ledger(after: head, limit: 256)
            guard let last = entries.last else { break }
            for entry in entries {
                note(entry, asked: asked)
                let digest = witness.digest(of: entry.number)
                if let digest, digest != TraceHash.of(encoder.message(of: entry).payload) {
                    faults.append(("I6", "ledger entry \(entry.number) is not the one that the far side has"))
                }
            }
            head = last.number
        }
        if witness.last > head {
            faults.append(("I6", "the far side has ledger entry \(witness.last), the journal ends at \(head)"))
        }
    }

    private mutating func note(_ entry: LedgerEntry, asked: UInt64) {
        switch entry.kind {
        case .retention:
            dropped += LedgerTold.number(entry.body, "count") ?? 0
            for range in LedgerTold.unacknowledged(entry.body) { unacknowledged.insert(range) }
            if LedgerTold.retentionClass(entry.body) == .alarms,
                LedgerTold.number(entry.body, "unacknowledged_count") != 0
            {
                faults.append(("I4", "ledger entry \(entry.number) tells of alarms that nobody had acknowledged"))
            }
        case .replayRequest:
            let next = LedgerTold.number(entry.body, "counter") ?? 0
            if LedgerTold.isDone(entry.body) {
                if next != counter { faults.append(("I2", "request \(next) was carried out, the last was \(counter)")) }
                return
            }
            if next <= counter || next > asked {
                faults.append(("I2", "request \(next) was carried out twice, or nobody had asked for it"))
            }
            counter = max(counter, next)
        default: break
        }
    }
}
