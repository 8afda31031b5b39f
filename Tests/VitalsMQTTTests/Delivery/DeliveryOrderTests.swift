import Testing
import VitalsModel
import VitalsTestKit

@testable import VitalsCore

@Suite("What goes first")
struct DeliveryOrderTests {
    /// A backlog of 500 records with an alarm in every hundred, then a connection.
    private static func backlog() -> DeliveryDesk {
        var desk = DeliveryDesk()
        desk.commit((1...500).map { $0 % 100 == 50 ? .alarm : .link })
        desk.window.connected(receiveMaximum: .max)
        return desk
    }

    @Test("alarms of the backlog go before the rest of it, and both in their order (lesson 39)")
    func alarmsOvertake() {
        var desk = Self.backlog()
        let handed = desk.run(at: .seconds(0)).handed.map(\.sequence)
        #expect(Array(handed.prefix(5)) == [50, 150, 250, 350, 450])
        #expect(handed.dropFirst(5).elementsEqual(1...UInt64(handed.count - 5)))
    }

    @Test("live data go before the backlog, live alarms before its alarms (lesson 39)")
    func liveFirst() {
        var desk = Self.backlog()
        desk.commit([.link, .alarm, .link])
        let handed = desk.run(at: .seconds(0)).handed.map(\.sequence)
        #expect(Array(handed.prefix(8)) == [502, 50, 150, 250, 350, 450, 501, 503])
    }

    @Test("the backlog never fills the window: live data find a slot, an alarm always does")
    func reserve() {
        var desk = Self.backlog()
        _ = desk.run(at: .seconds(0))
        _ = desk.run(at: .seconds(1))
        #expect(desk.window.inFlightCount == 17)
        desk.commit([.link, .link, .link, .link])
        #expect(desk.run(at: .seconds(1)).handed.map(\.sequence) == [501, 502])
        desk.commit([.alarm])
        #expect(desk.run(at: .seconds(1)).handed.map(\.sequence) == [505])
        #expect(desk.window.inFlightCount == 20)
    }

    @Test("a backlog that one read brings goes out as if it were live: in order, without a pace")
    func shortBacklog() {
        var desk = DeliveryDesk()
        desk.commit(Array(repeating: .link, count: 60))
        desk.window.connected(receiveMaximum: .max)
        desk.commit(Array(repeating: .link, count: 20))
        #expect(desk.drain(at: .seconds(0)) == Array(1...80))
    }

    @Test("only the newest record of an alarm condition may be a topic's state (lessons 41 and 44)")
    func states() {
        var desk = DeliveryDesk()
        desk.commit(Array(repeating: .link, count: 100) + [.alarm, .alarm] + Array(repeating: .link, count: 100))
        desk.records[101] = .plain(102, .alarm, subject: "spo2-low")
        desk.window.connected(receiveMaximum: .max)
        desk.commit([.alarm])
        var states: [UInt64: Bool] = [:]
        while true {
            switch desk.window.advance(at: .seconds(0)) {
            case .publish(let token, let record, let isState):
                if record.kind == .alarm { states[record.sequence] = isState }
                _ = desk.window.acknowledged(token: token, reason: 0, at: .seconds(0))
                continue
            case .read(let lane, let after, let limit):
                desk.window.offer(desk.read(lane, after, limit), to: lane)
                continue
            case .dropConnection, .wait: break
            }
            break
        }
        #expect(states == [203: true, 101: false, 102: true])
    }

    @Test("an alarm whose commit is late goes out once, under the sequence that it is committed with")
    func early() {
        var desk = DeliveryDesk(online: 3)
        #expect(desk.drain(at: .seconds(0)) == [1, 2, 3])
        let alarm = Record.plain(5, .alarm)
        desk.window.publishEarly([alarm, .plain(4, .link)])
        desk.window.publishEarly([alarm])
        let handed = desk.run(at: .seconds(1)).handed
        #expect(handed.map(\.sequence) == [5])
        desk.commit([.link, .alarm])
        #expect(desk.run(at: .seconds(1)).handed.map(\.sequence) == [4], "it is in flight already")
        _ = desk.window.acknowledged(token: handed[0].token, reason: 0, at: .seconds(1))
        #expect(desk.drain(at: .seconds(1)).isEmpty)
        #expect(desk.window.takeAcknowledged() == [1...3, 5...5])
    }

    @Test("an alarm that was published early and not acknowledged comes again with the next connection")
    func earlyAgain() {
        var desk = DeliveryDesk(online: 0)
        desk.window.publishEarly([.plain(1, .alarm)])
        #expect(desk.run(at: .seconds(0)).handed.map(\.sequence) == [1])
        desk.window.disconnected()
        desk.window.connected(receiveMaximum: .max)
        #expect(desk.run(at: .seconds(1)).handed.map(\.sequence) == [1], "it is not durable yet")
        desk.window.disconnected()
        desk.commit([.alarm])
        desk.window.connected(receiveMaximum: .max)
        #expect(desk.drain(at: .seconds(2)) == [1], "the journal has it now")
    }

    @Test("what a slow broker leaves behind for two seconds is overtaken by newer data")
    func yields() {
        var desk = DeliveryDesk(online: 0)
        desk.commit(Array(repeating: .link, count: 400))
        _ = desk.run(at: .seconds(0))
        let first = desk.run(at: .seconds(0)).handed
        #expect(first.isEmpty, "the window is full")
        desk.commit([.link])
        _ = desk.run(at: .seconds(2.5))
        desk.commit([.link])
        for entry in desk.window.inFlight.prefix(5) {
            _ = desk.window.acknowledged(token: entry.token, reason: 0, at: .seconds(2.6))
        }
        #expect(desk.run(at: .seconds(2.6)).handed.map(\.sequence).first == 402)
    }

    @Test("a request sends delivered records once more, and nothing else")
    func replay() {
        var desk = DeliveryDesk(online: 40)
        #expect(desk.drain(at: .seconds(0)).count == 40)
        _ = desk.window.takeAcknowledged()
        desk.window.sendAgain([10...12, 39...99], span: nil)
        #expect(desk.drain(at: .seconds(1)) == [10, 11, 12, 39, 40])
        #expect(desk.drain(at: .seconds(2)).isEmpty)
        #expect(desk.window.replayCount == 0 && desk.window.takeAcknowledged().isEmpty)
        desk.window.sendAgain(
            [1...UInt64.max], span: WallTime(microseconds: 5_000_000)...WallTime(microseconds: 7_500_000))
        #expect(desk.drain(at: .seconds(3)) == [5, 6, 7])
    }

    @Test("a connection that is lost in a replay does not end it")
    func replayGoesOn() {
        var desk = DeliveryDesk(online: 40)
        _ = desk.drain(at: .seconds(0))
        desk.window.sendAgain([1...40], span: nil)
        let first = desk.run(at: .seconds(1)).handed
        for (token, _) in first.prefix(3) { _ = desk.window.acknowledged(token: token, reason: 0, at: .seconds(1)) }
        desk.window.disconnected()
        desk.window.connected(receiveMaximum: .max)
        #expect(desk.drain(at: .seconds(2)) == Array(4...40))
    }

    @Test("in a replay too only the newest alarm of a condition is a topic's state")
    func replayedStates() {
        var desk = DeliveryDesk(online: 3, kind: .alarm)
        _ = desk.drain(at: .seconds(0))
        desk = { old in
            var restarted = DeliveryDesk(acknowledged: [1...3])
            restarted.records = old.records
            return restarted
        }(desk)
        desk.window.committed(upTo: 3)
        desk.window.connected(receiveMaximum: .max)
        desk.window.sendAgain([1...3], span: nil)
        var states: [UInt64: Bool] = [:]
        for _ in 0..<20 {
            switch desk.window.advance(at: .seconds(1)) {
            case .publish(_, let record, let isState): states[record.sequence] = isState
            case .read(let lane, let after, let limit): desk.window.offer(desk.read(lane, after, limit), to: lane)
            case .dropConnection, .wait: break
            }
        }
        #expect(states == [1: false, 2: false, 3: true])
    }
}
