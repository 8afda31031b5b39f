import Testing
import VitalsModel
import VitalsTestKit

@testable import VitalsCore

@Suite("The delivery window")
struct DeliveryWindowTests {
    @Test("nothing is handed over and nothing is read while offline (lesson 33)")
    func offline() {
        var desk = DeliveryDesk()
        desk.commit([.link, .alarm, .link, .link, .link])
        #expect(desk.window.advance(at: .seconds(0)) == .wait(until: nil))
        #expect(desk.window.backlog == 5)
    }

    @Test("no more than twenty are in flight, and the last slot is kept for an alarm")
    func windowIsTwenty() {
        var desk = DeliveryDesk(online: 30)
        let (handed, end) = desk.run(at: .seconds(0))
        #expect(handed.map(\.sequence) == Array(1...19))
        #expect(end == .wait(until: .seconds(10)))
        desk.commit([.alarm, .alarm])
        #expect(desk.run(at: .seconds(0)).handed.map(\.sequence) == [31])
        #expect(desk.window.inFlightCount == 20 && desk.window.backlog == 32)
    }

    @Test(
        "a smaller Receive Maximum is honoured, a Receive Maximum of 0 counts as 1 (lesson 34)", arguments: [3, 1, 0])
    func receiveMaximum(_ maximum: UInt16) {
        var desk = DeliveryDesk(online: 30, receiveMaximum: maximum)
        #expect(desk.run(at: .seconds(0)).handed.count == Int(max(1, maximum)))
    }

    @Test("an acknowledgement with reason 0x00 delivers, moves the window on and is exported once")
    func acknowledgement() {
        var desk = DeliveryDesk(online: 30)
        let handed = desk.run(at: .seconds(0)).handed
        for (index, sequence) in [(1, 2), (0, 1), (4, 5)] as [(Int, UInt64)] {
            let outcome = desk.window.acknowledged(token: handed[index].token, reason: 0, at: .seconds(1))
            #expect(outcome == .delivered(sequence: sequence, after: .seconds(1)))
        }
        #expect(desk.window.settled.ranges == [1...2, 5...5])
        #expect(desk.window.takeAcknowledged() == [1...2, 5...5])
        #expect(desk.window.takeAcknowledged().isEmpty)
        #expect(desk.run(at: .seconds(1)).handed.map(\.sequence) == [20, 21, 22])
        #expect(desk.window.backlog == 27)
    }

    @Test("ranges that the journal could not keep are exported again")
    func givenBack() {
        var desk = DeliveryDesk(online: 3)
        #expect(desk.drain(at: .seconds(0)) == [1, 2, 3])
        let ranges = desk.window.takeAcknowledged()
        desk.window.giveBack(ranges)
        #expect(desk.window.unsavedCount == 3)
        #expect(desk.window.takeAcknowledged() == [1...3])
    }

    @Test(
        "any other reason refuses: the record stays, delivery pauses and probes with one record (lesson 40)",
        arguments: [0x10, 0x80, 0x87, 0x97] as [UInt8])
    func refusal(_ reason: UInt8) {
        var desk = DeliveryDesk(online: 30)
        let handed = desk.run(at: .seconds(0)).handed
        let outcome = desk.window.acknowledged(token: handed[0].token, reason: reason, at: .seconds(0))
        #expect(outcome == .refused(sequence: 1, reason: reason, retryAt: .seconds(1)))
        #expect(desk.window.state == .paused(until: .seconds(1), reason: reason))
        // The rest of the window is refused too: one pause, not nineteen.
        for (token, sequence) in handed.dropFirst() {
            #expect(
                desk.window.acknowledged(token: token, reason: reason, at: .seconds(0.5))
                    == .refused(sequence: sequence, reason: reason, retryAt: .seconds(1)))
        }
        #expect(desk.run(at: .seconds(0.9)).end == .wait(until: .seconds(1)))
        let probe = desk.run(at: .seconds(1)).handed
        #expect(probe.map(\.sequence) == [1])
        #expect(desk.window.state == .probing(reason: reason))
        #expect(desk.window.settled.isEmpty && desk.window.backlog == 30)
        _ = desk.window.acknowledged(token: probe[0].token, reason: 0, at: .seconds(1))
        #expect(desk.window.state == .open)
        #expect(desk.run(at: .seconds(1)).handed.map(\.sequence) == Array(2...20))
    }

    @Test("the pauses double up to a quarter of a minute, and a record that is taken makes them short again")
    func pauses() {
        var desk = DeliveryDesk(online: 3, receiveMaximum: 1)
        var now = MonotonicTime.seconds(0)
        for seconds: Double in [1, 2, 4, 8, 15, 15, 15] {
            let token = desk.run(at: now).handed[0].token
            let retryAt = now + .milliseconds(Int64(seconds * 1_000))
            #expect(
                desk.window.acknowledged(token: token, reason: 0x97, at: now)
                    == .refused(sequence: 1, reason: 0x97, retryAt: retryAt))
            now = retryAt
        }
        let taken = desk.run(at: now).handed[0].token
        _ = desk.window.acknowledged(token: taken, reason: 0, at: now)
        let next = desk.run(at: now).handed[0].token
        let again = desk.window.acknowledged(token: next, reason: 0x97, at: now)
        #expect(again == .refused(sequence: 2, reason: 0x97, retryAt: now + .seconds(1)))
    }

    @Test("a lost connection does not forget that the broker refuses: the next one probes")
    func refusalOutlivesConnection() {
        var desk = DeliveryDesk(online: 30)
        let token = desk.run(at: .seconds(0)).handed[0].token
        _ = desk.window.acknowledged(token: token, reason: 0x87, at: .seconds(0))
        desk.window.disconnected()
        desk.window.connected(receiveMaximum: 20)
        #expect(desk.run(at: .seconds(5)).handed.map(\.sequence) == [1])
    }

    @Test("a record unacknowledged for ten seconds drops the connection, and all come back in order (lesson 34)")
    func deadline() {
        var desk = DeliveryDesk(online: 30)
        let handed = desk.run(at: .seconds(0)).handed
        _ = desk.window.acknowledged(token: handed[2].token, reason: 0, at: .seconds(4))
        #expect(desk.run(at: .seconds(4)).handed.map(\.sequence) == [20])
        #expect(desk.window.advance(at: .seconds(9.999)) == .wait(until: .seconds(10)))
        #expect(desk.window.advance(at: .seconds(10)) == .dropConnection)
        #expect(desk.window.advance(at: .seconds(11)) == .wait(until: nil), "it is dropped once")
        desk.window.disconnected()
        #expect(desk.window.advance(at: .seconds(12)) == .wait(until: nil))
        desk.window.connected(receiveMaximum: .max)
        #expect(desk.run(at: .seconds(13)).handed.map(\.sequence) == [1, 2] + Array(4...20))
    }

    @Test("an acknowledgement of an earlier connection is a stray, even when the record is in flight again")
    func strays() {
        var desk = DeliveryDesk(online: 3)
        let old = desk.run(at: .seconds(0)).handed
        desk.window.disconnected()
        #expect(desk.window.acknowledged(token: old[0].token, reason: 0, at: .seconds(1)) == .stray)
        desk.window.connected(receiveMaximum: .max)
        let new = desk.run(at: .seconds(1)).handed
        #expect(desk.window.acknowledged(token: old[0].token, reason: 0, at: .seconds(1)) == .stray)
        #expect(
            desk.window.acknowledged(token: new[0].token, reason: 0, at: .seconds(1))
                == .delivered(sequence: 1, after: .seconds(0)))
        #expect(
            desk.window.acknowledged(token: new[0].token, reason: 0, at: .seconds(1)) == .stray, "twice is not two")
    }

    @Test("after a restart it hands over what was not acknowledged, and reads past what was")
    func resumes() {
        var desk = DeliveryDesk(acknowledged: [1...1_000_000, 1_000_003...1_000_004])
        desk.records = (1_000_001...1_000_006).map { .plain($0, .link) }
        desk.window.committed(upTo: 1_000_006)
        desk.window.connected(receiveMaximum: .max)
        #expect(desk.window.backlog == 4)
        #expect(desk.run(at: .seconds(0)).handed.map(\.sequence) == [1_000_001, 1_000_002, 1_000_005, 1_000_006])
    }

    @Test("records that retention took from the journal hold up nothing, and are done with")
    func gapsInTheJournal() {
        var desk = DeliveryDesk(online: 40)
        desk.records.removeAll { ![20, 21, 39].contains($0.sequence) }
        #expect(desk.drain(at: .seconds(0)) == [20, 21, 39])
        #expect(desk.window.backlog == 0)
        #expect(desk.window.takeAcknowledged() == [20...21, 39...39], "what was dropped was never acknowledged")
    }

    @Test("a journal that has records again which it did not have is looked through once more (salvage)")
    func rewinds() {
        var desk = DeliveryDesk(online: 40)
        let all = desk.records
        desk.records.removeAll { $0.sequence < 30 }
        #expect(desk.drain(at: .seconds(0)) == Array(30...40))
        desk.records = all
        #expect(desk.drain(at: .seconds(0)).isEmpty)
        desk.window.rewind()
        #expect(desk.drain(at: .seconds(1)) == Array(1...29))
    }

    @Test("what lies before an era is no backlog, also when a salvage has brought back a part of it")
    func eras() {
        let era: UInt64 = 1 << 32
        var desk = DeliveryDesk(acknowledged: [1...90])
        desk.records = (91...100).map { .plain($0, .link) } + (era...(era + 4)).map { .plain($0, .link) }
        desk.window.committed(upTo: era + 4)
        desk.window.pass(over: 101...(era - 1))
        #expect(desk.window.backlog == 15)
        desk.window.connected(receiveMaximum: .max)
        #expect(desk.drain(at: .seconds(0)) == Array(91...100) + Array(era...(era + 4)))
        #expect(desk.window.backlog == 0)
        #expect(desk.window.takeAcknowledged() == [91...100, era...(era + 4)])
        desk.records.insert(contentsOf: (101...105).map { .plain($0, .link) }, at: 10)
        desk.window.rewind()
        desk.window.pass(over: 106...(era - 1))
        #expect(desk.window.backlog == 5)
        #expect(desk.drain(at: .seconds(1)) == Array(101...105))
    }

    @Test("a journal that cannot be read is asked again later, and acknowledgements still have their deadline")
    func failedRead() {
        var desk = DeliveryDesk(online: 5)
        guard case .read = desk.window.advance(at: .seconds(0)) else {
            Issue.record("nothing is read")
            return
        }
        desk.window.readFailed(retryAt: .seconds(1))
        #expect(desk.window.advance(at: .seconds(0)) == .wait(until: .seconds(1)))
        #expect(desk.drain(at: .seconds(1)) == [1, 2, 3, 4, 5])
    }

    @Test("ranges from a damaged store do not trap")
    func damagedRanges() {
        var window = DeliveryWindow(acknowledged: [0...UInt64.max])
        window.committed(upTo: 7)
        window.connected(receiveMaximum: .max)
        #expect(window.backlog == 0)
        #expect(window.advance(at: .seconds(0)) == .wait(until: nil))
    }
}
