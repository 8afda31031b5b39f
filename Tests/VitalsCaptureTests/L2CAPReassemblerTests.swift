import Testing
import VitalsModel

@testable import VitalsCapture

@Suite("L2CAP reassembly")
struct L2CAPReassemblerTests {
    private static let long: [UInt8] =
        [0x1B, 0x10, 0x00, 0x10, 0x48] + (0..<60).flatMap { (low: UInt8) in [low, 0x03] }

    private static func connected() -> SnoopBuilder {
        var file = SnoopBuilder()
        file.connect(1, .first)
        file.connect(2, .second)
        file.discover(1, [(0x10, 0x2A37)])
        file.discover(2, [(0x10, 0x2A37)])
        return file
    }

    @Test("a packet in fragments of any size is one packet", arguments: [1, 2, 3, 4, 5, 23, 27, 251])
    func fragments(size: Int) {
        var file = Self.connected()
        file.l2cap(1, Self.long, fragment: size)
        let reading = Reading(file)
        #expect(reading.values == ["2A37 " + Hex.string(Self.long.dropFirst(3))])
        #expect(reading.statistics.reassemblyFaults == 0)
    }

    @Test("fragments of two links may alternate")
    func interleaved() {
        var file = Self.connected()
        let other = Self.long.map { (byte: UInt8) -> UInt8 in byte == 0x03 ? 0x04 : byte }
        for (first, second) in zip(
            SnoopBuilder.fragments(1, Self.long, fragment: 27), SnoopBuilder.fragments(2, other, fragment: 27))
        {
            file.acl(first)
            file.acl(second)
        }
        let reading = Reading(file)
        #expect(
            reading.story.suffix(2) == [
                "01 2A37 " + Hex.string(Self.long.dropFirst(3)), "02 2A37 " + Hex.string(other.dropFirst(3)),
            ])
    }

    @Test("fragments of the two directions of one link may alternate")
    func directions() {
        var file = Self.connected()
        let read: [UInt8] = [0x0A, 0x10, 0x00]
        let sent = SnoopBuilder.fragments(1, read, isReceived: false, fragment: 4)
        let received = SnoopBuilder.fragments(1, Self.long, fragment: 100)
        for (out, back) in zip(sent, received) {
            file.acl(out, isReceived: false)
            file.acl(back)
        }
        file.received(1, [0x0B, 0x00, 0x48])
        #expect(Reading(file).values == ["2A37 " + Hex.string(Self.long.dropFirst(3)), "2A37 0048"])
    }

    @Test("a continuation without a beginning is a fault and nothing else")
    func continuationAlone() {
        var file = Self.connected()
        let parts = SnoopBuilder.fragments(1, Self.long, fragment: 27)
        for part in parts.dropFirst() { file.acl(part) }
        file.notify(1, 0x10, [0x00, 0x48])
        let reading = Reading(file)
        #expect(reading.values == ["2A37 0048"])
        #expect(reading.statistics.reassemblyFaults == parts.count - 1)
    }

    @Test("a beginning while a packet is under way drops that packet, counted, and begins the next")
    func beginningAgain() {
        var file = Self.connected()
        for part in SnoopBuilder.fragments(1, Self.long, fragment: 27).dropLast() { file.acl(part) }
        file.notify(1, 0x10, [0x00, 0x48])
        let reading = Reading(file)
        #expect(reading.values == ["2A37 0048"])
        #expect(reading.statistics.reassemblyFaults == 1)
    }

    @Test("a packet under way when its link ends is counted, and the next link on the handle begins clean")
    func linkEnds() {
        var file = Self.connected()
        let parts = SnoopBuilder.fragments(1, Self.long, fragment: 27)
        file.acl(parts[0])
        file.disconnect(1, reason: 0x08)
        file.connect(1, .first)
        file.acl(parts[1])
        let reading = Reading(file)
        #expect(reading.values.isEmpty)
        #expect(reading.statistics.reassemblyFaults == 2)
    }

    @Test("more bytes than L2CAP announced are a fault, as in the Linux kernel")
    func tooLong() {
        var file = Self.connected()
        file.acl([0x01, 0x20, 0x0A, 0x00] + [0x05, 0x00, 0x04, 0x00] + [0x1B, 0x10, 0x00, 0x00, 0x48, 0x49])
        let reading = Reading(file)
        #expect(reading.values.isEmpty)
        #expect(reading.statistics.reassemblyFaults == 1)
    }

    @Test("the longest packet that the bound allows passes, a longer one is a fault")
    func bound() {
        let longest = VitalsCaptureLimits.reassemblyBytesMax - 4
        for (count, expected) in [(longest, 1), (longest + 1, 0)] {
            var reassembler = L2CAPReassembler()
            let header = SnoopBuilder.littleEndian(UInt16(count)) + [0x04, 0x00]
            var outcomes = reassembler.add((header + [UInt8](repeating: 1, count: 20_000))[...], isFirst: true)
            for size in [20_000, 20_000, count - 60_000] {
                outcomes += reassembler.add([UInt8](repeating: 1, count: size)[...], isFirst: false)
            }
            let packets = outcomes.count { if case .packet = $0 { true } else { false } }
            #expect(packets == expected)
            #expect(!reassembler.isUnderWay)
        }
    }

    @Test("ACL packets whose length is not their own are counted, and cost the packet that they belong to")
    func wrongLength() {
        var file = Self.connected()
        let parts = SnoopBuilder.fragments(1, Self.long, fragment: 70)
        file.acl(parts[0])
        file.acl(Array(parts[1].dropLast()))
        file.acl([0x01])
        file.acl([])
        let reading = Reading(file)
        #expect(reading.values.isEmpty)
        #expect(reading.statistics.malformedPackets == 3)
    }

    @Test("security and unknown channels make no events; the unknown ones are counted")
    func otherChannels() {
        var file = Self.connected()
        file.l2cap(1, channel: 6, [0x1B, 0x10, 0x00, 0x00, 0x48])
        file.l2cap(1, channel: 0x40, [0x1B, 0x10, 0x00, 0x00, 0x48])
        let reading = Reading(file)
        #expect(reading.values.isEmpty)
        #expect(reading.statistics.packetsOnUnknownChannels == 1)
    }
}
