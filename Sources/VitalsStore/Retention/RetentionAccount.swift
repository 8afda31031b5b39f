import VitalsCore
import VitalsJSON

/// What retention has dropped of a class since the journal was created, as its ledger says.
public struct RetentionAccount: Hashable, Sendable {
    /// Records.
    public private(set) var records: UInt64 = 0
    /// Bytes of their bodies.
    public private(set) var bytes: UInt64 = 0
    /// How many of them no receiver had acknowledged.
    public private(set) var unacknowledged: UInt64 = 0
    /// The last sequence of them.
    public private(set) var through: UInt64 = 0

    /// The accounts of all classes that lost anything.
    static func all(_ reader: JournalReader) throws(JournalError) -> [RetentionClass: RetentionAccount] {
        var accounts: [RetentionClass: RetentionAccount] = [:]
        var last: UInt64 = 0
        while true {
            let entries = try reader.ledger(after: last, limit: VitalsStoreLimits.walkBatch)
            guard let end = entries.last else { return accounts }
            for entry in entries where entry.kind == .retention {
                guard let body = try? JSONParser.parse(entry.body),
                    let retentionClass = body["class"]?.string.flatMap(RetentionClass.init(name:))
                else { continue }
                accounts[retentionClass, default: RetentionAccount()].add(body)
            }
            last = end.number
        }
    }

    private mutating func add(_ body: JSONValue) {
        func number(_ name: String) -> UInt64 { body[name]?.number?.integer.map { UInt64(clamping: $0) } ?? 0 }
        records &+= number("count")
        bytes &+= number("bytes")
        unacknowledged &+= number("unacknowledged_count")
        through = max(through, number("through"))
    }
}
