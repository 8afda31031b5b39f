import GRDB
import VitalsModel

/// When a checkpoint is due: after so many records, a minute after anything was written, and at the end.
struct CheckpointSchedule: Sendable {
    /// The heads at the last checkpoint.
    private var records: UInt64 = 0
    private var ledger: UInt64 = 0
    private var time: MonotonicTime
    /// Whether the last checkpoint was signed.
    private var isSigned = false

    /// Goes on after the journal's last checkpoint; the minute counts from the opening.
    init(_ db: Database, opened: MonotonicTime) throws {
        time = opened
        let sql = "SELECT body, entry, signature FROM ledger WHERE kind = 'checkpoint' ORDER BY entry DESC LIMIT 1"
        guard let row = try Row.fetchOne(db, sql: sql) else { return }
        records = row.bytes(0).flatMap(Checkpoint.records) ?? 0
        ledger = row.integer(1).flatMap(UInt64.init(exactly:)) ?? 0
        isSigned = !row.isNull(2)
    }

    /// Whether one is due with these heads. After a signed one, nothing that cannot sign makes another: it would look as
    /// if somebody else had.
    func isDue(records: UInt64, ledger: UInt64, at now: MonotonicTime, canSign: Bool, isLast: Bool) -> Bool {
        guard canSign || !isSigned else { return false }
        guard records > self.records || ledger > self.ledger else { return false }
        return isLast || records >= self.records + VitalsStoreLimits.checkpointRecords
            || now - time >= VitalsStoreLimits.checkpointAgeMax
    }

    /// One was made.
    mutating func made(records: UInt64, ledger: UInt64, at now: MonotonicTime) {
        self.records = records
        self.ledger = ledger
        time = now
    }
}
