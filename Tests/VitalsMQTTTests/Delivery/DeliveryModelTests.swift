import Testing
import VitalsModel
import VitalsTestKit

@testable import VitalsCore

/// A broker that answers, refuses, forgets, hangs and goes away at random, against a plain model of what it took.
@Suite("The delivery window under random faults")
struct DeliveryModelTests {
    private struct World {
        var desk = DeliveryDesk()
        var random: SplitMix64
        let total: Int
        var now = MonotonicTime.seconds(0)
        var limit = 20
        var isOnline = false
        var saved = SequenceRanges()
        var open: [UInt64: UInt64] = [:]
        var deliveries: [UInt64: Int] = [:]
        var forgotten: [UInt64: Int] = [:]
        var last: [DeliveryLane: UInt64] = [:]

        init(seed: UInt64) {
            random = SplitMix64(seed: seed)
            total = random.int(1...300)
        }

        mutating func commit(_ count: Int) {
            let count = min(count, total - desk.records.count)
            desk.commit((0..<count).map { _ in random.int(0...9) == 0 ? .alarm : .link })
        }

        mutating func connect(_ maximum: Int) {
            limit = maximum
            desk.window.connected(receiveMaximum: UInt16(maximum))
            (isOnline, open, last) = (true, [:], [:])
        }

        mutating func disconnect() {
            desk.window.disconnected()
            (isOnline, open, last) = (false, [:], [:])
        }

        /// The daemon restarts: what was not saved is not known any more.
        mutating func restart() {
            for sequence in desk.window.takeAcknowledged().joined() { forgotten[sequence, default: 0] += 1 }
            let records = desk.records
            desk = DeliveryDesk(acknowledged: saved.ranges)
            desk.records = records
            desk.window.committed(upTo: UInt64(records.count))
            (isOnline, open, last) = (false, [:], [:])
        }

        mutating func answer(_ token: UInt64, reason: UInt8) {
            guard let sequence = open.removeValue(forKey: token) else { return }
            let outcome = desk.window.acknowledged(token: token, reason: reason, at: now)
            if reason == 0 {
                guard case .delivered(sequence, _) = outcome else {
                    Issue.record("\(outcome)")
                    return
                }
                deliveries[sequence, default: 0] += 1
            } else {
                last = [:]
            }
        }

        mutating func save() { for range in desk.window.takeAcknowledged() { saved.insert(range) } }

        mutating func turn() {
            while true {
                switch desk.window.advance(at: now) {
                case .publish(let token, let record, _):
                    #expect(isOnline, "published while offline")
                    #expect(record.sequence <= UInt64(desk.records.count), "published before it was durable")
                    let lane = desk.window.inFlight.last?.lane ?? .replay
                    #expect(record.sequence > last[lane] ?? 0, "out of order in its lane")
                    #expect((record.kind == .alarm) == (lane.kind == .alarm))
                    #expect(!open.values.contains(record.sequence), "in flight twice")
                    last[lane] = record.sequence
                    open[token] = record.sequence
                    #expect(open.count <= min(limit, UplinkLimits.inFlightMax))
                case .read(let lane, let after, let count):
                    desk.window.offer(desk.read(lane, after, count), to: lane)
                case .dropConnection: disconnect()
                case .wait: return
                }
            }
        }
    }

    @Test("every record is delivered once, never more than the window is open, each lane in order", arguments: 0..<60)
    func model(_ seed: Int) {
        var world = World(seed: UInt64(seed))
        for _ in 0..<3_000 {
            world.now = world.now + .milliseconds(Int64(world.random.int(0...400)))
            switch world.random.int(0...10) {
            case 0: world.commit(world.random.int(1...25))
            case 1: world.disconnect()
            case 2 where !world.isOnline: world.connect(world.random.int(1...25))
            case 3: world.restart()
            case 4...8:
                guard let token = world.open.keys.sorted().randomElement(using: &world.random) else { break }
                world.answer(token, reason: world.random.int(0...5) == 0 ? 0x97 : 0)
            default: world.save()
            }
            world.turn()
        }
        world.commit(world.total)
        for _ in 0..<17_000 where world.saved.count < UInt64(world.total) {
            world.now = world.now + .milliseconds(Int64(world.random.int(0...3_000)))
            if !world.isOnline { world.connect(20) }
            for token in world.open.keys.sorted() { world.answer(token, reason: 0) }
            world.save()
            world.turn()
        }
        #expect(world.saved.ranges == [1...UInt64(world.total)], "seed \(seed)")
        // More than once only as often as a restart forgot what was not saved yet.
        #expect((1...UInt64(world.total)).allSatisfy { world.deliveries[$0] == 1 + (world.forgotten[$0] ?? 0) })
    }
}
