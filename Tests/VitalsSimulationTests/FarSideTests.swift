import Testing
import VitalsCore
import VitalsMQTT
import VitalsModel
import VitalsStore

@testable import VitalsSimulation

/// The receiver of a simulated world: what it does not notice, no world shows.
@Suite("The far side of a simulated world")
struct FarSideTests {
    private static let identity = JournalIdentity(gateway: GatewayLife.gateway, epoch: "00000000000000aa")

    private static func record(_ sequence: UInt64, _ content: String = "{}") -> MQTTMessage {
        MQTTMessage(
            topic: "vitals/v1/simulated/events", payload: Array(content.utf8),
            userProperties: [
                .init(name: "epoch", value: identity.epoch), .init(name: "id", value: String(sequence)),
                .init(name: "count", value: "1"),
            ])
    }

    private static func entry(_ number: UInt64, _ kind: LedgerEntry.Kind, _ body: String) -> LedgerEntry {
        LedgerEntry(
            number: number, kind: kind,
            stamp: Stamp(
                monotonic: MonotonicTime(microseconds: 7), wall: WallTime(microseconds: 1_795_246_200_000_000),
                isSynchronised: true),
            body: Array(body.utf8), chain: [UInt8](repeating: 3, count: 32))
    }

    private static func message(_ entry: LedgerEntry) throws -> MQTTMessage {
        try RecordEncoder(identity: identity).message(of: entry)
    }

    @Test("A ledger entry that was published is read to the byte")
    func published() throws {
        let entry = Self.entry(4, .retention, #"{"class":"samples","count":3,"ledger":[1],"unacknowledged":[[2,4]]}"#)
        #expect(LedgerEntry(published: try Self.message(entry).payload) == entry)
        #expect(LedgerEntry(published: Array("{}".utf8)) == nil)
    }

    @Test("What a broker lost is no longer there, and comes again as what it was")
    func lost() {
        var far = FarSide(signer: nil)
        for sequence in 1...9 as ClosedRange<UInt64> { far.receive(Self.record(sequence)) }
        #expect(far.applied == 9)
        #expect(far.lose(4...6) == 3)
        #expect(!far.has(5) && far.hadOnce(5) && far.applied == 3)
        for sequence in 4...6 as ClosedRange<UInt64> { far.receive(Self.record(sequence)) }
        #expect(far.has(5) && far.lost.isEmpty && far.restored == 3 && far.copies == 0 && far.applied == 9)
        #expect(far.takeFaults().isEmpty)
        far.receive(Self.record(5, "{ }"))
        #expect(far.takeFaults().count == 1)
    }

    @Test("Entries that are missing, changed, unsigned or say less than before are noticed")
    func witness() throws {
        let checkpoint = { (records: Int, ledger: Int) in
            #"{"acknowledged":{},"covered":false,"ledger":\#(ledger),"ledger_root":"\#(Self.root)","#
                + #""records":\#(records),"root":"\#(Self.root)"}"#
        }
        var far = FarSide(signer: nil)
        far.receive(try Self.message(Self.entry(1, .checkpoint, checkpoint(5, 0))))
        far.receive(try Self.message(Self.entry(1, .checkpoint, checkpoint(5, 0))))
        #expect(far.takeFaults().isEmpty && far.ledger.checkpoint?.records == 5)
        far.receive(try Self.message(Self.entry(2, .checkpoint, checkpoint(4, 1))))
        #expect(far.takeFaults().count == 1)
        far.receive(try Self.message(Self.entry(2, .checkpoint, checkpoint(6, 1))))
        #expect(far.takeFaults().count == 1)
        far.receive(try Self.message(Self.entry(4, .opened, #"{"generation":2}"#)))
        #expect(far.takeFaults().count == 1)

        var wary = FarSide(signer: [UInt8](repeating: 1, count: 32))
        wary.receive(try Self.message(Self.entry(1, .checkpoint, checkpoint(5, 0))))
        #expect(wary.takeFaults().count == 1)
    }

    private static let root = String(repeating: "ab", count: 32)

    @Test("What the ledger tells is taken for applied, where nobody had it")
    func told() throws {
        var far = FarSide(signer: nil)
        far.receive(Self.record(1))
        far.receive(Self.record(4))
        let body = #"{"class":"samples","count":2,"unacknowledged":[[2,3]]}"#
        far.receive(try Self.message(Self.entry(1, .retention, body)))
        #expect(far.applied == 4)
    }
}
