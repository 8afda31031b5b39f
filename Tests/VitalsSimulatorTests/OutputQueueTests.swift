import Testing
import VitalsModel

@testable import VitalsSimulator

@Suite("The queue of outputs")
struct OutputQueueTests {
    @Test("outputs leave in order of time, equal times in order of arrival")
    func order() {
        var queue = OutputQueue()
        for (number, time) in [5, 3, 5, 1, 3, 9].enumerated() {
            queue.add(.truth(.nadir(id: number, spO2Hundredths: 0)), at: Int64(time))
        }
        var left: [[Int64]] = []
        while let head = queue.head {
            if case .truth(.nadir(let id, _)) = head.content { left.append([head.time, Int64(id)]) }
            queue.removeHead()
        }
        #expect(left == [[1, 3], [3, 1], [3, 4], [5, 0], [5, 2], [9, 5]])
    }

    @Test("a queue that is never empty keeps no more than twice what waits in it")
    func bounded() {
        var queue = OutputQueue()
        queue.add(.truth(.linkUp), at: 0)
        queue.add(.truth(.linkUp), at: 1)
        var stored = 0
        for time in 2..<10_000 {
            queue.add(.truth(.linkUp), at: Int64(time))
            queue.removeHead()
            stored = max(stored, queue.storedCount)
        }
        #expect(stored <= 6)
        #expect(queue.head?.time == 9_998)
    }
}
