import GRDB
import Synchronization
import VitalsCore

extension Journal {
    /// What the files beside the journal were told last.
    struct Testimony: Sendable {
        var witness: JournalWitness?
        var names = 0
        /// Sequences up to here were seen outside before they were durable.
        var promised: UInt64 = 0
    }

    /// Lets the files beside the journal say what is durable now. They are evidence, and nothing depends on them: one
    /// that cannot be written stays behind.
    func testify() {
        let (sensors, subjects, head) = tail.withLock { ($0.sensors, $0.subjects, $0.head) }
        let ledgerHead = ledger.withLock { $0.head }
        told.withLock { told in
            let now = JournalWitness(
                identity: identity, sequence: max(head, told.promised), ledgerEntry: ledgerHead)
            if told.names != sensors.count + subjects.count {
                try? JournalNames.write(sensors: sensors, subjects: subjects, journal: path, files: files)
                told.names = sensors.count + subjects.count
            }
            guard told.witness != now, (try? now.write(journal: path, files: files)) != nil else { return }
            told.witness = now
        }
    }

    /// Sequences up to here are about to be seen outside before their records are durable. The witness says so at once,
    /// without a sync: a start after a kill finds that more was seen than is there, and begins an era above it.
    public func promise(upTo sequence: UInt64) {
        told.withLock { $0.promised = max($0.promised, sequence) }
        testify()
    }

    /// Calls when damage shows in a journal that is in use, on the thread on which it did. The journal is then marked
    /// already, so that its next opening salvages it.
    public func onDamage(_ tell: @escaping @Sendable (JournalError) -> Void) { damageFound.withLock { $0 = tell } }

    /// Lets an error pass, and notes the one that tells of damage.
    func noticing<Value>(_ body: () throws(JournalError) -> Value) throws(JournalError) -> Value {
        do {
            return try body()
        } catch {
            if let damage = error.damage, error.path == path, let tell = damageFound.withLock({ $0 }) {
                JournalRecovery.suspect(path: path, reason: damage, files: files)
                tell(error)
            }
            throw error
        }
    }

    /// Ends the connections as a kill would: nothing more is written, not even what is noted. For a journal in which
    /// damage showed, so that it can be opened anew.
    public func abandon() {
        isClosed.withLock { $0 = true }
        rest.withLock { $0 = nil }
        try? reader.close()
        try? connection.withLock { $0 }.close()
        lock.release()
    }
}
