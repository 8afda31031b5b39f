import Foundation
import Testing
import VitalsModel
import VitalsSystemd
import VitalsTestKit

@Suite("The event loop")
struct EventLoopTests {
    @Test("what is to be done soon is done in its order, after the current handler")
    func soon() throws {
        let loop = try EventLoop()
        var order: [Int] = []
        try loop.soon {
            order.append(1)
            try loop.soon { order.append(3) }
            order.append(2)
        }
        #expect(order.isEmpty)
        try loop.run { order.count == 3 }
        #expect(order == [1, 2, 3])
    }

    @Test("a watch sees data and the end, and nothing after it is cancelled")
    func watch() throws {
        let loop = try EventLoop()
        let pipe = Pipe()
        let reader = pipe.fileHandleForReading.fileDescriptor
        var read: [Data] = []
        let watch = try loop.watch(reader) { read.append(pipe.fileHandleForReading.availableData) }
        try pipe.fileHandleForWriting.write(contentsOf: Data([1, 2]))
        try loop.run { read.count == 1 }
        try pipe.fileHandleForWriting.close()
        try loop.run { read.count == 2 }
        #expect(read == [Data([1, 2]), Data()])
        watch.cancel()
        try loop.drain()
        #expect(read.count == 2)
    }

    @Test("a handler that throws ends the turn with its error")
    func throwing() throws {
        struct Broken: Error {}
        let loop = try EventLoop()
        try loop.soon { throw Broken() }
        #expect(throws: Broken.self) { try loop.turn(waiting: .seconds(1)) }
    }
}
