import Testing
import VitalsModel

@testable import VitalsHCI

@Suite("Commands on the management channel")
struct ManagementQueueTests {
    private func at(_ seconds: Int64) -> MonotonicTime { MonotonicTime(microseconds: seconds * 1_000_000) }

    private func submit(
        _ queue: inout ManagementQueue, _ command: ManagementCommand, to adapter: UInt16 = 0, token: UInt64
    ) -> [ManagementQueue.Output] {
        var outputs: [ManagementQueue.Output] = []
        queue.submit(command, to: adapter, token: token, until: at(10), into: &outputs)
        return outputs
    }

    private func answer(
        _ queue: inout ManagementQueue, _ command: ManagementCommand, _ status: ManagementStatus = .success,
        adapter: UInt16 = 0, _ parameters: [UInt8] = []
    ) -> [ManagementQueue.Output] {
        var outputs: [ManagementQueue.Output] = []
        queue.take(status, of: command.opcode, on: adapter, parameters: parameters, into: &outputs)
        return outputs
    }

    private func packet(_ command: ManagementCommand, _ adapter: UInt16 = 0) -> ManagementQueue.Output {
        .send(ManagementPacket(code: command.opcode, adapter: adapter, parameters: command.parameters))
    }

    @Test("one of a kind is under way on an adapter; other kinds and adapters do not wait for it")
    func oneOfAKind() {
        var queue = ManagementQueue()
        #expect(submit(&queue, .setPowered(false), token: 1) == [packet(.setPowered(false))])
        #expect(submit(&queue, .setPowered(true), token: 2) == [])
        #expect(submit(&queue, .startDiscovery, token: 3) == [packet(.startDiscovery)])
        #expect(submit(&queue, .setPowered(true), to: 1, token: 4) == [packet(.setPowered(true), 1)])
        #expect(
            answer(&queue, .setPowered(true), .success, [7]) == [.settled(1, .success([7])), packet(.setPowered(true))])
        #expect(answer(&queue, .startDiscovery, .busy) == [.settled(3, .failure(.refused(.busy)))])
        #expect(queue.count == 2)
    }

    @Test("an answer that nobody waits for changes nothing")
    func strayAnswer() {
        var queue = ManagementQueue()
        #expect(answer(&queue, .startDiscovery) == [])
        _ = submit(&queue, .startDiscovery, token: 1)
        #expect(answer(&queue, .stopDiscovery) == [])
        #expect(answer(&queue, .startDiscovery, adapter: 1) == [])
        #expect(queue.count == 1)
    }

    @Test(
        "a command that is not answered in time fails, and its late answer is not taken for the next one's (lesson 9)")
    func deadline() {
        var queue = ManagementQueue()
        _ = submit(&queue, .setPowered(true), token: 1)
        var outputs: [ManagementQueue.Output] = []
        #expect(queue.deadline == at(10))
        queue.expire(at: at(9), into: &outputs)
        #expect(outputs == [])
        queue.expire(at: at(10), into: &outputs)
        #expect(outputs == [.settled(1, .failure(.deadline))])
        #expect(queue.deadline == nil)
        #expect(submit(&queue, .setPowered(false), token: 2) == [])
        #expect(answer(&queue, .setPowered(true)) == [packet(.setPowered(false))])
        #expect(answer(&queue, .setPowered(false)) == [.settled(2, .success([]))])
    }

    @Test("an adapter that goes takes its commands with it, the channel takes all; each fails once")
    func closing() {
        var queue = ManagementQueue()
        _ = submit(&queue, .setPowered(true), token: 1)
        _ = submit(&queue, .setPowered(false), token: 2)
        _ = submit(&queue, .startDiscovery, to: 1, token: 3)
        var outputs: [ManagementQueue.Output] = []
        queue.remove(adapter: 0, into: &outputs)
        #expect(outputs == [.settled(1, .failure(.closed)), .settled(2, .failure(.closed))])
        queue.close(into: &outputs)
        #expect(outputs.last == .settled(3, .failure(.closed)))
        queue.close(into: &outputs)
        #expect(outputs.count == 3 && queue.count == 0)
    }

    @Test("more commands than can ever be useful are refused")
    func bound() {
        var queue = ManagementQueue()
        for token in 0..<UInt64(VitalsHCILimits.managementCommandsMax) {
            _ = submit(&queue, .startDiscovery, token: token)
        }
        #expect(submit(&queue, .startDiscovery, token: 999) == [.settled(999, .failure(.tooMany))])
    }
}
