import Testing
import VitalsCore
import VitalsModel
import VitalsTestKit

@Suite("The delivery window")
struct DeliveryWindowTests {
    /// Advances until it waits, answering reads from the journal; the tokens and sequences handed over, and the wait.
    private func run(
        _ window: inout DeliveryWindow, _ records: ClosedRange<UInt64>, at now: MonotonicTime
    ) -> (handed: [(token: UInt64, sequence: UInt64)], end: DeliveryWindow.Action) {
        var handed: [(UInt64, UInt64)] = []
        while true {
            switch window.advance(at: now) {
            case .publish(let token, let record): handed.append((token, record.sequence))
            case .read(let after, let limit):
                window.offer(records.filter { $0 > after }.prefix(limit).map { Record.sample($0) })
            case let end: return (handed, end)
            }
        }
    }

    private func opened(_ records: ClosedRange<UInt64>, receiveMaximum: UInt16 = .max) -> DeliveryWindow {
        var window = DeliveryWindow(acknowledged: [])
        window.committed(upTo: records.upperBound)
        window.connected(receiveMaximum: receiveMaximum)
        return window
    }

    @Test("nothing is handed over and nothing is read while offline (lesson 33)")
    func offline() {
        var window = DeliveryWindow(acknowledged: [])
        window.committed(upTo: 5)
        #expect(window.advance(at: .seconds(0)) == .wait(until: nil))
        #expect(window.backlog == 5)
    }

    @Test("no more than twenty records are in flight, in the order of the journal")
    func windowIsTwenty() {
        var window = opened(1...30)
        let (handed, end) = run(&window, 1...30, at: .seconds(0))
        #expect(handed.map(\.sequence) == Array(1...20))
        #expect(end == .wait(until: .seconds(10)))
        #expect(window.inFlightCount == 20 && window.backlog == 30)
    }

    @Test(
        "a smaller Receive Maximum is honoured, a Receive Maximum of 0 counts as 1 (lesson 34)", arguments: [3, 1, 0])
    func receiveMaximum(_ maximum: UInt16) {
        var window = opened(1...30, receiveMaximum: maximum)
        #expect(run(&window, 1...30, at: .seconds(0)).handed.count == Int(max(1, maximum)))
    }

    @Test("an acknowledgement with reason 0x00 delivers, moves the window on and is exported once")
    func acknowledgement() {
        var window = opened(1...30)
        let handed = run(&window, 1...30, at: .seconds(0)).handed
        #expect(window.acknowledged(token: handed[1].token, reason: 0, at: .seconds(1)) == .delivered(sequence: 2))
        #expect(window.acknowledged(token: handed[0].token, reason: 0, at: .seconds(1)) == .delivered(sequence: 1))
        #expect(window.acknowledged(token: handed[4].token, reason: 0, at: .seconds(1)) == .delivered(sequence: 5))
        #expect(window.acknowledged.ranges == [1...2, 5...5])
        #expect(window.takeAcknowledged() == [1...2, 5...5])
        #expect(window.takeAcknowledged().isEmpty)
        #expect(run(&window, 1...30, at: .seconds(1)).handed.map(\.sequence) == [21, 22, 23])
        #expect(window.backlog == 27)
    }

    @Test("ranges that the journal could not keep are exported again")
    func givenBack() {
        var window = opened(1...3)
        for (token, _) in run(&window, 1...3, at: .seconds(0)).handed {
            _ = window.acknowledged(token: token, reason: 0, at: .seconds(0))
        }
        let ranges = window.takeAcknowledged()
        window.giveBack(ranges)
        #expect(window.unsavedCount == 3)
        #expect(window.takeAcknowledged() == [1...3])
    }

    @Test(
        "any other reason refuses: the record stays, delivery pauses and probes with one record (lesson 40)",
        arguments: [0x10, 0x80, 0x87, 0x97] as [UInt8])
    func refusal(_ reason: UInt8) {
        var window = opened(1...30)
        let handed = run(&window, 1...30, at: .seconds(0)).handed
        let outcome = window.acknowledged(token: handed[0].token, reason: reason, at: .seconds(0))
        #expect(outcome == .refused(sequence: 1, reason: reason, retryAt: .seconds(1)))
        #expect(window.state == .paused(until: .seconds(1), reason: reason))
        // The rest of the window is refused too: one pause, not twenty.
        for (token, sequence) in handed.dropFirst() {
            #expect(
                window.acknowledged(token: token, reason: reason, at: .seconds(0.5))
                    == .refused(sequence: sequence, reason: reason, retryAt: .seconds(1)))
        }
        #expect(run(&window, 1...30, at: .seconds(0.9)).end == .wait(until: .seconds(1)))
        let probe = run(&window, 1...30, at: .seconds(1)).handed
        #expect(probe.map(\.sequence) == [1])
        #expect(window.state == .probing(reason: reason))
        #expect(window.acknowledged.isEmpty && window.backlog == 30)
        _ = window.acknowledged(token: probe[0].token, reason: 0, at: .seconds(1))
        #expect(window.state == .open)
        #expect(run(&window, 1...30, at: .seconds(1)).handed.map(\.sequence) == Array(2...21))
    }

    @Test("the pauses double up to a minute, and a record that is taken makes them short again")
    func pauses() {
        var window = opened(1...3, receiveMaximum: 1)
        var now = MonotonicTime.seconds(0)
        for seconds: Double in [1, 2, 4, 8, 16, 32, 60, 60] {
            let token = run(&window, 1...3, at: now).handed[0].token
            let retryAt = now + .milliseconds(Int64(seconds * 1_000))
            #expect(
                window.acknowledged(token: token, reason: 0x97, at: now)
                    == .refused(sequence: 1, reason: 0x97, retryAt: retryAt))
            now = retryAt
        }
        let taken = run(&window, 1...3, at: now).handed[0].token
        _ = window.acknowledged(token: taken, reason: 0, at: now)
        let next = run(&window, 1...3, at: now).handed[0].token
        let again = window.acknowledged(token: next, reason: 0x97, at: now)
        #expect(again == .refused(sequence: 2, reason: 0x97, retryAt: now + .seconds(1)))
    }

    @Test("a lost connection does not forget that the broker refuses: the next one probes")
    func refusalOutlivesConnection() {
        var window = opened(1...30)
        let token = run(&window, 1...30, at: .seconds(0)).handed[0].token
        _ = window.acknowledged(token: token, reason: 0x87, at: .seconds(0))
        window.disconnected()
        window.connected(receiveMaximum: 20)
        #expect(run(&window, 1...30, at: .seconds(5)).handed.map(\.sequence) == [1])
    }

    @Test("a record unacknowledged for ten seconds drops the connection, and all come back in order (lesson 34)")
    func deadline() {
        var window = opened(1...30)
        var handed = run(&window, 1...30, at: .seconds(0)).handed
        _ = window.acknowledged(token: handed[2].token, reason: 0, at: .seconds(4))
        #expect(run(&window, 1...30, at: .seconds(4)).handed.map(\.sequence) == [21])
        #expect(window.advance(at: .seconds(9.999)) == .wait(until: .seconds(10)))
        #expect(window.advance(at: .seconds(10)) == .dropConnection)
        #expect(window.advance(at: .seconds(11)) == .wait(until: nil), "it is dropped once")
        window.disconnected()
        #expect(window.advance(at: .seconds(12)) == .wait(until: nil))
        window.connected(receiveMaximum: .max)
        handed = run(&window, 1...30, at: .seconds(13)).handed
        #expect(handed.map(\.sequence) == [1, 2] + Array(4...21))
    }

    @Test("an acknowledgement of an earlier connection is a stray, even when the record is in flight again")
    func strays() {
        var window = opened(1...3)
        let old = run(&window, 1...3, at: .seconds(0)).handed
        window.disconnected()
        #expect(window.acknowledged(token: old[0].token, reason: 0, at: .seconds(1)) == .stray)
        window.connected(receiveMaximum: .max)
        let new = run(&window, 1...3, at: .seconds(1)).handed
        #expect(window.acknowledged(token: old[0].token, reason: 0, at: .seconds(1)) == .stray)
        #expect(window.acknowledged(token: new[0].token, reason: 0, at: .seconds(1)) == .delivered(sequence: 1))
        #expect(window.acknowledged(token: new[0].token, reason: 0, at: .seconds(1)) == .stray, "twice is not two")
    }

    @Test("after a restart it hands over what was not acknowledged, and reads past what was")
    func resumes() {
        var window = DeliveryWindow(acknowledged: [1...1_000_000, 1_000_003...1_000_004])
        window.committed(upTo: 1_000_006)
        window.connected(receiveMaximum: .max)
        #expect(window.backlog == 4)
        #expect(window.advance(at: .seconds(0)) == .read(after: 1_000_000, limit: 64))
        window.offer((1_000_001...1_000_006).map { Record.sample($0) })
        let handed = run(&window, 1...1, at: .seconds(0)).handed
        #expect(handed.map(\.sequence) == [1_000_001, 1_000_002, 1_000_005, 1_000_006])
    }

    @Test("records that retention took from the journal do not hold up the rest")
    func gapsInTheJournal() {
        var window = opened(1...40)
        #expect(window.advance(at: .seconds(0)) == .read(after: 0, limit: 64))
        window.offer([20, 21, 40].map { Record.sample($0) })
        #expect(run(&window, 41...41, at: .seconds(0)).handed.map(\.sequence) == [20, 21, 40])
    }

    @Test("a journal without the records up to its head is not asked again before the next commit")
    func emptyRead() {
        var window = opened(1...5)
        #expect(window.advance(at: .seconds(0)) == .read(after: 0, limit: 64))
        window.offer([])
        #expect(window.advance(at: .seconds(0)) == .wait(until: nil))
        window.committed(upTo: 6)
        #expect(window.advance(at: .seconds(0)) == .read(after: 0, limit: 64))
    }

    @Test("a journal that cannot be read is asked again later, and acknowledgements still have their deadline")
    func failedRead() {
        var window = opened(1...5)
        #expect(window.advance(at: .seconds(0)) == .read(after: 0, limit: 64))
        window.readFailed(retryAt: .seconds(1))
        #expect(window.advance(at: .seconds(0)) == .wait(until: .seconds(1)))
        #expect(window.advance(at: .seconds(1)) == .read(after: 0, limit: 64))
    }

    @Test("ranges from a damaged store do not trap")
    func damagedRanges() {
        var window = DeliveryWindow(acknowledged: [0...UInt64.max])
        window.committed(upTo: 7)
        window.connected(receiveMaximum: .max)
        #expect(window.backlog == 0)
        #expect(window.advance(at: .seconds(0)) == .wait(until: nil))
    }

    /// A broker that answers, refuses, forgets, hangs and goes away at random, against a plain model of what it took.
    @Test("under random faults every record is delivered once, never more than the window is open", arguments: 0..<60)
    func model(_ seed: Int) {
        var random = SplitMix64(seed: UInt64(seed))
        let total = UInt64(random.int(1...150))
        var saved = SequenceRanges()
        var window = DeliveryWindow(acknowledged: [])
        var now = MonotonicTime.seconds(0)
        var isOnline = false
        var limit = 20
        var committed: UInt64 = 0
        var open: [UInt64: UInt64] = [:]
        var deliveries: [UInt64: Int] = [:]
        var forgotten: [UInt64: Int] = [:]
        var handed: [UInt64] = []

        for step in 0..<20_000 {
            let isCalm = step > 3_000
            if isCalm && committed == total && saved.count == total { break }
            now = now + .milliseconds(Int64(random.int(0...(isCalm ? 3_000 : 400))))
            switch isCalm ? 9 : random.int(0...10) {
            case 0 where committed < total:
                committed = min(total, committed + UInt64(random.int(1...12)))
                window.committed(upTo: committed)
            case 1:
                window.disconnected()
                (isOnline, open, handed) = (false, [:], [])
            case 2 where !isOnline:
                limit = random.int(1...25)
                window.connected(receiveMaximum: UInt16(limit))
                (isOnline, open, handed) = (true, [:], [])
            case 3:
                // The daemon restarts: what was not saved is not known any more.
                for sequence in window.takeAcknowledged().joined() { forgotten[sequence, default: 0] += 1 }
                window = DeliveryWindow(acknowledged: saved.ranges)
                window.committed(upTo: committed)
                (isOnline, open, handed) = (false, [:], [])
            case 4, 5, 6, 7, 8:
                guard let token = open.keys.sorted().randomElement(using: &random) else { break }
                guard let sequence = open.removeValue(forKey: token) else { break }
                let reason: UInt8 = random.int(0...5) == 0 ? 0x97 : 0
                let outcome = window.acknowledged(token: token, reason: reason, at: now)
                if reason == 0 {
                    #expect(outcome == .delivered(sequence: sequence))
                    deliveries[sequence, default: 0] += 1
                } else {
                    handed.removeAll { $0 >= sequence }
                }
            case 9 where isCalm:
                committed = total
                window.committed(upTo: total)
                if !isOnline {
                    window.connected(receiveMaximum: 20)
                    (isOnline, limit, open, handed) = (true, 20, [:], [])
                }
                for (token, sequence) in open {
                    #expect(window.acknowledged(token: token, reason: 0, at: now) == .delivered(sequence: sequence))
                    deliveries[sequence, default: 0] += 1
                }
                open = [:]
            default:
                for range in window.takeAcknowledged() { saved.insert(range) }
            }
            if isCalm { for range in window.takeAcknowledged() { saved.insert(range) } }
            turn: while true {
                switch window.advance(at: now) {
                case .publish(let token, let record):
                    #expect(isOnline, "published while offline")
                    #expect(record.sequence <= committed, "published before it was durable")
                    #expect(record.sequence > handed.last ?? 0, "out of order")
                    handed.append(record.sequence)
                    open[token] = record.sequence
                    #expect(open.count <= min(limit, UplinkLimits.inFlightMax))
                case .read(let after, let count):
                    window.offer((after + 1...committed).prefix(count).map { Record.sample($0) })
                case .dropConnection:
                    window.disconnected()
                    (isOnline, open, handed) = (false, [:], [])
                case .wait: break turn
                }
            }
        }
        #expect(saved.ranges == [1...total], "seed \(seed)")
        // More than once only as often as a restart forgot what was not saved yet.
        #expect((1...total).allSatisfy { deliveries[$0] == 1 + (forgotten[$0] ?? 0) })
    }
}
