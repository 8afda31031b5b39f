import VitalsCore
import VitalsJSON
import VitalsModel
import VitalsStore

/// What the far side has of the journal's ledger: a witness against whoever writes the journal anew.
struct LedgerWitness {
    /// Who has to have signed; nil when nobody does.
    var signer: [UInt8]?
    /// A digest of each entry's message.
    private var digests: [UInt64: UInt64] = [:]
    /// The last entry: they come one after the other.
    private(set) var last: UInt64 = 0
    /// The last checkpoint.
    private(set) var checkpoint: Checkpoint?
    /// The counters of the requests that the gateway says it has heard.
    private(set) var heard: Set<UInt64> = []
    private var told: [ClosedRange<UInt64>] = []
    /// Entries that arrived for the first time, to be taken.
    private(set) var new: [UInt64] = []

    /// A digest of an entry's message; nil when it did not arrive.
    func digest(of number: UInt64) -> UInt64? { digests[number] }

    /// Takes an entry; returns what is wrong with it.
    mutating func receive(_ number: UInt64, _ payload: [UInt8], epoch: String) -> [String] {
        let digest = TraceHash.of(payload)
        if let known = digests[number] {
            return known == digest ? [] : ["ledger entry \(number) came twice with different content"]
        }
        digests[number] = digest
        new.append(number)
        var faults: [String] = []
        if number != last + 1 { faults.append("ledger entry \(number) came after \(last)") }
        last = max(last, number)
        guard let entry = LedgerEntry(published: payload), entry.number == number else {
            return faults + ["ledger entry \(number) cannot be read"]
        }
        switch entry.kind {
        case .checkpoint: faults += witness(entry, epoch)
        case .retention: told += LedgerTold.unacknowledged(entry.body)
        case .replayRequest: if let counter = LedgerTold.number(entry.body, "counter") { heard.insert(counter) }
        default: break
        }
        return faults
    }

    private mutating func witness(_ entry: LedgerEntry, _ epoch: String) -> [String] {
        guard let next = Checkpoint(entry, of: JournalIdentity(gateway: GatewayLife.gateway, epoch: epoch)) else {
            return ["the checkpoint of ledger entry \(entry.number) cannot be read"]
        }
        defer { checkpoint = next }
        var faults: [String] = []
        if next.signer != signer || signer.map({ !next.isSigned(by: $0) }) ?? false {
            faults.append("the checkpoint of ledger entry \(entry.number) is not signed as it has to be")
        }
        if let checkpoint, next.records < checkpoint.records || next.ledger <= checkpoint.ledger {
            faults.append("the checkpoint of ledger entry \(entry.number) says less than the one before it")
        }
        return faults
    }

    /// Entries that arrived for the first time since the last call.
    mutating func takeNew() -> [UInt64] {
        defer { new.removeAll(keepingCapacity: true) }
        return new
    }

    /// Records that nobody had acknowledged when they were dropped, as the entries since the last call tell.
    mutating func takeTold() -> [ClosedRange<UInt64>] {
        defer { told.removeAll() }
        return told
    }
}

/// What entries of the ledger tell, by their members.
enum LedgerTold {
    /// A number.
    static func number(_ body: [UInt8], _ name: String) -> UInt64? {
        (try? JSONParser.parse(body))?[name]?.number.flatMap { UInt64($0.text) }
    }

    /// The records that nobody had acknowledged.
    static func unacknowledged(_ body: [UInt8]) -> [ClosedRange<UInt64>] {
        let ranges = (try? JSONParser.parse(body))?["unacknowledged"]?.array ?? []
        return ranges.compactMap { range in
            guard let bounds = range.array, bounds.count == 2,
                let first = bounds[0].number.flatMap({ UInt64($0.text) }),
                let last = bounds[1].number.flatMap({ UInt64($0.text) }), first <= last
            else { return nil }
            return first...last
        }
    }

    /// Whether a request was carried out as a whole.
    static func isDone(_ body: [UInt8]) -> Bool { (try? JSONParser.parse(body))?["done"]?.bool ?? false }

    /// The class of records that an entry of retention is about.
    static func retentionClass(_ body: [UInt8]) -> RetentionClass? {
        (try? JSONParser.parse(body))?["class"]?.string.flatMap(RetentionClass.init(name:))
    }
}

extension LedgerEntry {
    /// Reads the message of an entry (docs/uplink.md); nil for anything else. Its body is kept to the byte.
    init?(published payload: [UInt8]) {
        guard let json = try? JSONParser.parse(payload),
            let number = json["entry"]?.number.flatMap({ UInt64($0.text) }),
            let kind = json["kind"]?.string.flatMap(LedgerEntry.Kind.init(rawValue:)),
            let chain = json["chain"]?.string.flatMap({ Hex.bytes($0) }), let content = json["ledger"],
            let monotonic = json["monotonic"]?.number?.integer, let time = json["time"]?.string,
            let wall = WallTime(rfc3339: time), let isSynchronised = json["synchronised"]?.bool
        else { return nil }
        var writer = JSONWriter()
        writer.value(content)
        self.init(
            number: number, kind: kind,
            stamp: Stamp(
                monotonic: MonotonicTime(microseconds: monotonic), wall: wall, isSynchronised: isSynchronised),
            body: writer.bytes, chain: chain, signature: json["signature"]?.string.flatMap { Hex.bytes($0) })
    }
}
