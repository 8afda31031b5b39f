import GRDB
public import VitalsCore

/// What a start asks for. Every answer is a few look-ups in the index of runs and alarms, however many of them there
/// were.
extension JournalReader {
    /// The newest record of a kind; nil when there is none.
    public func last(_ kind: RecordKind) throws(JournalError) -> VitalsCore.Record? {
        let sequence = try read { db in
            guard Self.isIndexed(kind) else {
                return try Int64.fetchOne(
                    db, sql: "SELECT max(sequence) FROM record WHERE kind = ?", arguments: [Int64(kind.rawValue)])
            }
            return try Self.newest(kind, before: Int64.max, db).max()
        }
        guard let sequence, sequence > 0 else { return nil }
        return try records(after: UInt64(sequence) - 1, limit: 1).first
    }

    /// The newest alarm record below a sequence of each condition of each sensor, in the order of their sequences.
    public func lastAlarms(before sequence: UInt64) throws(JournalError) -> [VitalsCore.Record] {
        let sequences = try read { db in try Self.newest(.alarm, before: Int64(clamping: sequence), db) }
        var alarms: [VitalsCore.Record] = []
        for sequence in sequences.sorted() where sequence > 0 {
            alarms += try records(after: UInt64(sequence) - 1, limit: 1)
        }
        return alarms
    }

    /// The kinds that the index `record_state` holds.
    private static func isIndexed(_ kind: RecordKind) -> Bool { kind == .start || kind == .alarm }

    /// The newest sequence below another of each sensor and subject: the index is entered once for each of them, and
    /// never walked.
    private static func newest(_ kind: RecordKind, before limit: Int64, _ db: Database) throws -> [Int64] {
        let kind = Int64(kind.rawValue)
        let statements = try NewestStatements(db)
        var sequences: [Int64] = []
        var group = try statements.first(kind)
        while let (sensor, subject) = group {
            if let sequence = try statements.newest(kind, sensor, subject, before: limit) { sequences.append(sequence) }
            group = try statements.next(kind, sensor, subject)
        }
        return sequences
    }
}

/// The look-ups of a walk over sensors and subjects, in the order of the index: no sensor comes first.
struct NewestStatements {
    typealias Group = (sensor: Int64?, subject: Int64)

    /// `kind IN (1, 4)` tells SQLite that the partial index has all that is asked for.
    private static let scope = "FROM record WHERE kind IN (1, 4) AND kind = ?"

    /// The queries: the first group, the next one of the same sensor, the first of a later one; a group's newest.
    static let queries = [
        "SELECT sensor, subject \(scope) ORDER BY sensor, subject LIMIT 1",
        "SELECT sensor, subject \(scope) AND sensor IS ? AND subject > ? ORDER BY subject LIMIT 1",
        "SELECT sensor, subject \(scope) AND sensor > ? ORDER BY sensor, subject LIMIT 1",
        "SELECT max(sequence) \(scope) AND sensor IS ? AND subject = ? AND sequence < ?",
    ]

    private let statements: [Statement]

    init(_ db: Database) throws { statements = try Self.queries.map { try db.cachedStatement(sql: $0) } }

    func first(_ kind: Int64) throws -> Group? { try group(statements[0], [kind]) }

    func next(_ kind: Int64, _ sensor: Int64?, _ subject: Int64) throws -> Group? {
        // Numbers of sensors begin at 1, so 0 lies between none and the first.
        try group(statements[1], [kind, sensor, subject]) ?? group(statements[2], [kind, sensor ?? 0])
    }

    func newest(_ kind: Int64, _ sensor: Int64?, _ subject: Int64, before limit: Int64) throws -> Int64? {
        try Int64.fetchOne(statements[3], arguments: [kind, sensor, subject, limit])
    }

    private func group(_ statement: Statement, _ arguments: StatementArguments) throws -> Group? {
        guard let row = try Row.fetchOne(statement, arguments: arguments), let subject = row.integer(1) else {
            return nil
        }
        return (row.integer(0), subject)
    }
}
