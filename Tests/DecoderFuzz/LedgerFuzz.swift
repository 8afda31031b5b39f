import Foundation
import VitalsCore
import VitalsJSON
import VitalsMQTT
import VitalsModel
import VitalsStore

/// Entries of the ledger as the far side gets them, and checkpoints as a file keeps them: ours, damaged.
struct LedgerFuzz: Fuzzer {
    private let encoder = try? RecordEncoder(identity: Self.identity)
    private let note: [UInt8]

    init(corpus: Corpus) {
        let hash = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
        let body =
            #"{"covered":false,"ledger":3,"ledger_root":"\#(hash)","records":9,"root":"\#(hash)","signer":"\#(hash)"}"#
        let entry = Self.entry(.checkpoint, Array(body.utf8), signature: [UInt8](repeating: 7, count: 64))
        note = Array((Checkpoint(entry, of: Self.identity)?.signedNote ?? "").utf8)
    }

    mutating func run(_ count: Int, _ random: inout Generator, _ tally: inout Tally) {
        precondition(!note.isEmpty, "no checkpoint could be made")
        var audit = DeliveryAudit()
        for _ in 0..<count {
            guard random.oneIn(2) else {
                var text = note
                if !random.oneIn(16) { random.mutate(&text, interesting: Self.interesting) }
                tally.input(text)
                let checkpoint = Checkpoint(note: String(decoding: text, as: UTF8.self))
                _ = checkpoint?.isSigned(by: [UInt8](repeating: 7, count: 32))
                if checkpoint == nil { tally.refused += 1 } else { tally.decoded += 1 }
                continue
            }
            let (kind, body) = Self.body(&random)
            tally.input(body, kind.rawValue)
            let entry = Self.entry(
                kind, body, signature: random.oneIn(2) ? random.bytes(random.below(80)) : nil)
            _ = Checkpoint(entry, of: Self.identity).map { $0.isSigned(by: $0.signer ?? []) }
            guard let message = encoder?.message(of: entry), audit.receive(message) == .ledger else {
                tally.refused += 1
                continue
            }
            tally.decoded += 1
        }
        _ = audit.report
    }

    /// A kind of entry with a body of it, mostly damaged.
    static func body(_ random: inout Generator) -> (LedgerEntry.Kind, [UInt8]) {
        let kind = random.element(LedgerEntry.Kind.allCases)
        var body = Array((bodies[kind] ?? "{}").utf8)
        if !random.oneIn(8) { random.mutate(&body, interesting: EventLineFuzz.interesting) }
        return (kind, body)
    }

    private static func entry(_ kind: LedgerEntry.Kind, _ body: [UInt8], signature: [UInt8]?) -> LedgerEntry {
        let stamp = Stamp(
            monotonic: MonotonicTime(microseconds: 1), wall: WallTime(microseconds: 1), isSynchronised: true)
        return LedgerEntry(
            number: 7, kind: kind, stamp: stamp, body: body, chain: [UInt8](repeating: 1, count: 32),
            signature: signature)
    }

    private static let identity = JournalIdentity(gateway: "ward-3", epoch: "00000000000000e1")
    private static let interesting = Array("/=+ \n—0123456789".utf8)
    private static let hash = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
    private static let bodies: [LedgerEntry.Kind: String] = [
        .opened: #"{"after":"kill","generation":3,"key":"0123456789abcdef","schema":4,"sealed":true}"#,
        .checkpoint:
            #"{"acknowledged":{"mqtt":4},"covered":true,"ledger":6,"ledger_root":"\#(hash)","records":9,"#
            + #""root":"\#(hash)"}"#,
        .retention:
            #"{"bytes":100,"class":"samples","count":3,"first":1,"reason":"memory","through":9,"#
            + #""unacknowledged":[[1,2],[5,9]],"unacknowledged_count":3}"#,
        .key: #"{"created":1,"id":1}"#,
        .quarantine: #"{"era":4294967296,"eraHash":"\#(hash)","file":"a","reason":"b","witnessed":8}"#,
        .salvage:
            #"{"dropped":5,"isLast":true,"lost":[[1,2],[18446744073709551615,18446744073709551615]],"records":2,"#
            + #""restarts":[[4,"\#(hash)"]]}"#,
        .damage: #"{"lost":[{"first":1,"last":3}],"where":"record"}"#, .migration: #"{"from":3,"to":4}"#,
        .replayRequest: #"{"counter":18446744073709551615}"#, .receipt: #"{"applied":3}"#,
    ]
}

/// Ledgers with damaged bodies in a whole journal, as `vitalsctl journal` reads them.
struct LedgerJournalFuzz: Fuzzer {
    init(corpus: Corpus) {}

    mutating func run(_ count: Int, _ random: inout Generator, _ tally: inout Tally) {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("vitals-fuzz-\(UUID().uuidString)")
        try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        do {
            let path = folder.appendingPathComponent("journal.db").path
            let journal = try Journal(path: path, gateway: "fuzz", created: WallTime(microseconds: 0))
            for _ in 0..<count {
                let (kind, body) = LedgerFuzz.body(&random)
                tally.input(body, kind.rawValue)
                try journal.note(kind, body: body)
            }
            try journal.close()
            let reader = try JournalReader(path: path)
            let fault = try JournalVerifier.verify(reader).fault
            _ = try JournalStatistics(reader)
            _ = try reader.lastLedgerEntry(.replayRequest)
            try reader.close()
            // It opens for writing too, whatever its ledger says.
            try Journal(path: path, gateway: "fuzz", created: WallTime(microseconds: 0)).close()
            if fault == nil { tally.decoded += count } else { tally.refused += count }
        } catch {
            tally.refused += count
        }
    }
}
