import Foundation
import Synchronization
import VitalsModel
import VitalsSystemd

/// A thread with a loop and a server of its own, which others ask to run something on it.
final class FakeBlueZThread: Sendable {
    typealias Body = @Sendable (FakeBlueZServer) -> Void

    private struct Queue {
        var bodies: [Body] = []
        var isEnding = false
        var isOver = false

        mutating func take() -> [Body] {
            defer { bodies = [] }
            return bodies
        }
    }

    private let queue = Mutex(Queue())
    private let wakeUp: WakeUp
    private let over = DispatchSemaphore(value: 0)

    /// Starts it, and returns when the server runs.
    init(_ make: @escaping @Sendable (EventLoop) throws -> FakeBlueZServer) throws {
        wakeUp = try WakeUp()
        let started = Answer<(any Error)?>()
        let thread = Thread { [self] in
            do {
                let loop = try EventLoop()
                let server = try make(loop)
                try loop.onReadable(wakeUp.descriptor) { [self] in
                    wakeUp.clear()
                    for body in queue.withLock({ $0.take() }) { body(server) }
                }
                while !server.isRunning { try loop.turn(waiting: .seconds(1)) }
                started.give(nil)
                while !queue.withLock({ $0.isEnding }) { try loop.turn(waiting: .seconds(10)) }
                let rest = queue.withLock { queue in
                    queue.isOver = true
                    return queue.take()
                }
                for body in rest { body(server) }
                server.close()
            } catch {
                queue.withLock { $0.isOver = true }
                started.give(error)
            }
            over.signal()
        }
        thread.name = "org.bluez"
        thread.start()
        if let error = started.wait() { throw error }
    }

    /// Has the thread end, and waits for that.
    func end() {
        queue.withLock { $0.isEnding = true }
        wakeUp.signal()
        over.wait()
    }

    /// Runs `body` on the thread and waits for what it returns; nil when the thread has ended.
    func ask<Value: Sendable>(_ body: @escaping @Sendable (FakeBlueZServer) -> Value) -> Value? {
        let answer = Answer<Value>()
        let isTaken = queue.withLock { queue in
            guard !queue.isOver else { return false }
            queue.bodies.append { answer.give(body($0)) }
            return true
        }
        guard isTaken else { return nil }
        wakeUp.signal()
        return answer.wait()
    }

    /// A value that one thread waits for and another one gives.
    private final class Answer<Value: Sendable>: Sendable {
        private let value = Mutex<Value?>(nil)
        private let given = DispatchSemaphore(value: 0)

        /// The first one counts.
        func give(_ value: Value) {
            self.value.withLock { if $0 == nil { $0 = .some(value) } }
            given.signal()
        }

        func wait() -> Value {
            while true {
                given.wait()
                if let value = value.withLock({ $0 }) { return value }
            }
        }
    }
}
