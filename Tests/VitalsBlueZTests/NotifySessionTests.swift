import Glibc
import Testing
import VitalsModel
import VitalsSystemd
import VitalsTestKit

@testable import VitalsBlueZ

@Suite("Notifications of BlueZ")
struct NotifySessionTests {
    private func time(_ milliseconds: Int64) -> MonotonicTime {
        MonotonicTime(microseconds: 0) + .milliseconds(milliseconds)
    }

    private func session(isShared: Bool) throws -> NotifySession {
        NotifySession(
            path: try #require(CharacteristicPath(Objects.characteristic)), source: .signals(isShared: isShared))
    }

    @Test("two equal values in a row are two values")
    func equalValues() throws {
        var session = try session(isShared: false)
        let taken = [time(0), time(0), time(1)].map { session.takes([0, 60], at: $0) }
        #expect(taken == [true, true, true])
    }

    @Test("while another program listens as well, each value that comes twice at once counts once (lesson 5)")
    func shared() throws {
        var session = try session(isShared: true)
        let values: [(Int64, UInt8, Bool)] = [
            (0, 60, true), (1, 60, false), (1_000, 60, true), (1_002, 60, false), (2_000, 60, true),
            (2_001, 60, false), (2_001, 61, true), (2_001, 62, true),
            // The other program has gone.
            (2_100, 62, true),
        ]
        for (milliseconds, rate, isTaken) in values {
            let takes = session.takes([0, rate], at: time(milliseconds))
            #expect(takes == isTaken, "at \(milliseconds) ms")
        }
    }

    @Test("packets are values, an empty one too, and the end is told after the last (lesson 6)")
    func packets() throws {
        let loop = try EventLoop()
        var ends: [Int32] = [0, 0]
        #expect(unsafe socketpair(AF_UNIX, Int32(SOCK_SEQPACKET.rawValue), 0, &ends) == 0)
        var woken = 0
        let socket = try NotifySocket(BusDescriptor(owning: ends[0]), loop: loop) { woken += 1 }
        #expect(socket.take().values.isEmpty && !socket.take().isEnded)
        let packets: [[UInt8]] = [[0, 60], [0, 60], [], [UInt8](repeating: 7, count: 512)]
        for packet in packets { #expect(unsafe send(ends[1], packet, packet.count, 0) == packet.count) }
        try loop.run { woken > 0 }
        let taken = socket.take()
        #expect(taken.values == packets && !taken.isEnded)
        #expect(unsafe send(ends[1], [1], 1, 0) == 1)
        close(ends[1])
        try loop.run { woken > 1 }
        let last = socket.take()
        #expect(last.values == [[1]] && last.isEnded)
        socket.close()
        let count = woken
        try loop.drain()
        #expect(woken == count)
    }

    @Test("a flood does not keep others waiting, and nothing of it is lost")
    func flood() throws {
        let loop = try EventLoop()
        var ends: [Int32] = [0, 0]
        #expect(unsafe socketpair(AF_UNIX, Int32(SOCK_SEQPACKET.rawValue), 0, &ends) == 0)
        let socket = try NotifySocket(BusDescriptor(owning: ends[0]), loop: loop) {}
        var sent = 0
        while unsafe send(ends[1], [UInt8(truncatingIfNeeded: sent)], 1, Int32(MSG_DONTWAIT)) == 1 { sent += 1 }
        close(ends[1])
        var taken: [[UInt8]] = []
        var isEnded = false
        while !isEnded {
            let part = socket.take()
            #expect(part.values.count <= BlueZLimits.packetsAtOnceMax)
            taken += part.values
            isEnded = part.isEnded
        }
        #expect(sent > 0 && taken == (0..<sent).map { [UInt8(truncatingIfNeeded: $0)] })
    }
}
