import Testing
import VitalsModel
import VitalsTestKit

@testable import VitalsCore

@Suite("Deadlines are served")
struct DeadlineQueueTests {
    private static func at(_ second: Int) -> MonotonicTime { MonotonicTime(microseconds: Int64(second)) }

    @Test("in the order of time, then of owner")
    func order() {
        var queue = DeadlineQueue()
        for (owner, second) in [(3, 20), (1, 10), (2, 10), (-1, 10), (4, 5)] {
            queue.schedule(owner, at: Self.at(second))
        }
        #expect(queue.earliest == Self.at(5))
        var served: [Int] = []
        while let entry = queue.next(upTo: Self.at(19)) { served.append(entry.owner) }
        #expect(served == [4, -1, 1, 2])
        #expect(queue.next(upTo: Self.at(20))?.owner == 3)
        #expect(queue.next(upTo: Self.at(1_000)) == nil)
    }

    @Test("once, at the earliest time that was asked for")
    func earlier() {
        var queue = DeadlineQueue()
        queue.schedule(1, at: Self.at(10))
        queue.schedule(1, at: Self.at(30))
        queue.schedule(1, at: Self.at(4))
        #expect(queue.next(upTo: Self.at(100))?.time == Self.at(4))
        #expect(queue.next(upTo: Self.at(100)) == nil)
    }

    @Test("as by a plain list, whatever is asked for", arguments: UInt64(1)...4)
    func model(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var queue = DeadlineQueue()
        var planned: [Int: Int] = [:]
        for _ in 0..<5_000 {
            if random.int(0...2) > 0 {
                let (owner, second) = (random.int(0...40), random.int(0...100))
                queue.schedule(owner, at: Self.at(second))
                planned[owner] = min(planned[owner] ?? second, second)
            } else {
                let now = random.int(0...60)
                let due = planned.filter { $0.value <= now }.min { ($0.value, $0.key) < ($1.value, $1.key) }
                let served = queue.next(upTo: Self.at(now))
                #expect(served?.owner == due?.key)
                #expect(served?.time == due.map { Self.at($0.value) })
                if let due { planned[due.key] = nil }
            }
        }
    }

    @Test("and what was moved earlier again and again takes no room for ever")
    func room() {
        var queue = DeadlineQueue()
        for step in 0..<100_000 { queue.schedule(step % 3, at: Self.at(-step)) }
        #expect(queue.entryCount < 1_000)
        #expect(queue.next(upTo: Self.at(0)).map(\.time) == Self.at(-99_999))
    }
}
