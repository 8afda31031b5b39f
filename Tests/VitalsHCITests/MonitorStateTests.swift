import Testing
import VitalsCapture
import VitalsModel
import VitalsTestKit

@Suite("The state that a recording begins with")
struct MonitorStateTests {
    /// The values of a file, each with its sensor and characteristic, and what could not be used.
    private func values(_ file: [UInt8]) throws -> (values: [String], statistics: CaptureStatistics) {
        var reader = BTSnoopReader()
        var events: [SensorEvent] = []
        try reader.consume(file, into: &events)
        try reader.finish(into: &events)
        let values = events.compactMap { event -> String? in
            guard case .value(let sensor, let characteristic, let bytes) = event.kind else { return nil }
            return "\(sensor) \(characteristic) \(Hex.string(bytes))"
        }
        return (values, reader.statistics)
    }

    /// A recording as a recorder with segments of `size` packets, or somewhat more, writes it.
    private func segments(_ packets: [MonitorPacket], _ size: Int) -> [[UInt8]] {
        var files: [[UInt8]] = []
        var state = MonitorState()
        var file = BTSnoopWriter.fileHeader
        var count = 0
        for packet in packets {
            if count >= size, state.isQuiet {
                files.append(file)
                file = BTSnoopWriter.fileHeader
                for repeated in state.preamble(at: packet.time) { file += BTSnoopWriter.record(repeated, drops: 0) }
                count = 0
            }
            for written in state.take(packet) { file += BTSnoopWriter.record(written, drops: 0) }
            count += 1
        }
        for written in state.flush() { file += BTSnoopWriter.record(written, drops: 0) }
        return files + [file]
    }

    /// Small recordings are cut at every packet, larger ones less often, to save time.
    static let cuts = [
        ("two-sensors", 1), ("two-sensors", 7), ("stored-spot-checks", 1), ("stored-spot-checks", 40), ("faults", 7),
        ("faults", 333), ("af-and-desaturation", 333),
    ]

    /// The database hash is repeated with the table that it belongs to, so reading it shows again: it is left out here.
    @Test("however a recording is cut, its parts, each read alone, give the values of the whole", arguments: cuts)
    func cut(_ name: String, _ size: Int) throws {
        guard let recording = try Recording(name) else { return }
        let measured = { (values: [String]) in values.filter { !$0.contains(" 2B2A ") } }
        let whole = try values(recording.bytes)
        let parts = try segments(recording.records.map(\.packet), size).map { try values($0) }
        let (found, expected) = (measured(parts.flatMap(\.values)), measured(whole.values))
        let difference = found.difference(from: expected)
        #expect(difference.isEmpty, "\(difference.insertions.count) too many, \(difference.removals.count) too few")
        #expect(expected.count > 10)
        #expect(parts.count > 1)
        #expect(parts.allSatisfy { $0.statistics.packetsOnUnknownLinks == whole.statistics.packetsOnUnknownLinks })
    }

    private let address: [UInt8] = [1, 0, 0, 0, 0, 0xC0]

    private func packet(_ opcode: MonitorPacket.Opcode, _ data: [UInt8], adapter: UInt16 = 0) -> MonitorPacket {
        MonitorPacket(opcode, adapter: adapter, data: data, time: WallTime(microseconds: 0))
    }

    private func connect(_ handle: UInt8) -> MonitorPacket {
        packet(.event, [0x3E, 19, 0x01, 0, handle, 0, 0, 1] + address + [0x18, 0, 0, 0, 0x2A, 0, 0])
    }

    private func data(_ opcode: MonitorPacket.Opcode, _ handle: UInt8, _ att: [UInt8]) -> MonitorPacket {
        let length = UInt8(att.count)
        return packet(opcode, [handle, opcode == .aclReceived ? 0x20 : 0, length + 4, 0, length, 0, 4, 0] + att)
    }

    @Test("adapters that are there are repeated, with what they told; those that went are not")
    func adapters() {
        var state = MonitorState()
        _ = state.take(packet(.systemNote, [0x41, 0], adapter: 0xFFFF))
        for adapter in UInt16(0)..<2 {
            _ = state.take(packet(.newIndex, [1, 2, 3], adapter: adapter))
            _ = state.take(packet(.openIndex, [], adapter: adapter))
            _ = state.take(packet(.indexInfo, [4, 5], adapter: adapter))
        }
        _ = state.take(packet(.closeIndex, [], adapter: 0))
        let time = WallTime(microseconds: 9)
        let found = state.preamble(at: time)
        #expect(found.map(\.opcode.rawValue) == [12, 12, 0, 10, 0, 8, 10, 12])
        #expect(found.allSatisfy { $0.time == time })
        _ = state.take(packet(.deleteIndex, [], adapter: 1))
        #expect(state.preamble(at: time).map(\.opcode.rawValue) == [12, 12, 0, 10, 12])
    }

    @Test("a link and its table are repeated until it ends; the table again, with the new handle, when it is back")
    func links() {
        var state = MonitorState()
        _ = state.take(packet(.newIndex, [1]))
        let bare = state.preamble(at: WallTime(microseconds: 0)).count
        _ = state.take(connect(0x40))
        _ = state.take(data(.aclSent, 0x40, [0x10, 1, 0, 0xFF, 0xFF, 0, 0x28]))
        #expect(!state.isQuiet)
        _ = state.take(data(.aclReceived, 0x40, [0x11, 6, 1, 0, 9, 0, 0x0D, 0x18]))
        #expect(state.isQuiet)
        // A value that is read is none of the table.
        _ = state.take(data(.aclSent, 0x40, [0x0A, 3, 0]))
        _ = state.take(data(.aclReceived, 0x40, [0x0B, 0x41]))
        #expect(state.preamble(at: WallTime(microseconds: 0)).count == bare + 3)
        _ = state.take(packet(.event, [0x05, 4, 0, 0x40, 0, 0x13]))
        #expect(state.preamble(at: WallTime(microseconds: 0)).count == bare)
        _ = state.take(connect(0x41))
        let found = state.preamble(at: WallTime(microseconds: 0))
        #expect(found.count == bare + 3)
        #expect(
            found.filter { $0.opcode == .aclSent }.map(\.data) == [
                [0x41, 0, 11, 0, 7, 0, 4, 0, 0x10, 1, 0, 0xFF, 0xFF, 0, 0x28]
            ])
        _ = state.take(packet(.event, [0x0E, 4, 1, 0x03, 0x0C, 0]))
        #expect(state.preamble(at: WallTime(microseconds: 0)).count == bare)
    }

    @Test("a packet in pieces is not cut")
    func pieces() {
        var state = MonitorState()
        _ = state.take(connect(0x40))
        _ = state.take(packet(.aclReceived, [0x40, 0x20, 5, 0, 4, 0, 4, 0, 0x1B]))
        #expect(!state.isQuiet)
        _ = state.take(packet(.aclReceived, [0x40, 0x10, 3, 0, 0x10, 0, 0x16]))
        #expect(state.isQuiet)
    }

    @Test("a table that grows for ever is kept to its bound, and random packets never trap")
    func bounds() {
        var state = MonitorState()
        _ = state.take(connect(0x40))
        for index in 0..<4_000 {
            _ = state.take(data(.aclSent, 0x40, [0x04, UInt8(index & 0xFF), UInt8(index >> 8), 0xFF, 0xFF]))
            _ = state.take(data(.aclReceived, 0x40, [0x05, 1] + [UInt8](repeating: 7, count: 20)))
        }
        let bytes = state.preamble(at: WallTime(microseconds: 0)).reduce(0) { $0 + $1.data.count }
        #expect(bytes < VitalsCaptureLimits.stateTableBytesMax * 2)
        var random = SplitMix64(seed: 9)
        for _ in 0..<20_000 {
            let opcode = MonitorPacket.Opcode(rawValue: UInt16(random.int(0...12)))
            var bytes = random.bytes(random.int(0...30))
            if random.int(0...1) == 0, bytes.count > 1 { (bytes[0], bytes[1]) = (0x40, bytes[1] & 0x30) }
            _ = state.take(packet(opcode, bytes, adapter: UInt16(random.int(0...3))))
            if random.int(0...99) == 0 { _ = state.preamble(at: WallTime(microseconds: 0)) }
        }
    }
}
