import Testing
import VitalsModel

@testable import VitalsCapture

@Suite("Enhanced ATT")
struct EnhancedBearersTests {
    /// The host opens two channels: its own ends are 0x40 and 0x41, the peer's 0x50 and 0x51.
    private static func opened(psm: UInt8 = 0x27) -> SnoopBuilder {
        var file = SnoopBuilder()
        file.connect(1, .first)
        file.discover(1, [(0x10, 0x2A37), (0x18, 0x2A19)])
        file.l2cap(
            1, channel: 5,
            [0x17, 0x09, 12, 0, psm, 0, 64, 0, 64, 0, 8, 0, 0x40, 0x00, 0x41, 0x00], isReceived: false)
        file.l2cap(1, channel: 5, [0x18, 0x09, 12, 0, 64, 0, 64, 0, 8, 0, 0, 0, 0x50, 0x00, 0x51, 0x00])
        return file
    }

    @Test("values on enhanced channels are followed, in one frame or several")
    func followed() {
        var file = Self.opened()
        file.l2cap(1, channel: 0x40, [5, 0, 0x1B, 0x10, 0x00, 0x00, 0x48])
        file.l2cap(1, channel: 0x41, [5, 0, 0x1B, 0x10])
        file.l2cap(1, channel: 0x41, [0x00, 0x00, 0x49])
        let reading = Reading(file)
        #expect(reading.values == ["2A37 0048", "2A37 0049"])
        #expect(reading.statistics.enhancedChannels == 2)
    }

    @Test("each channel has its own pending request")
    func requests() {
        var file = Self.opened()
        file.l2cap(1, channel: 0x50, [3, 0, 0x0A, 0x10, 0x00], isReceived: false)
        file.l2cap(1, channel: 0x51, [3, 0, 0x0A, 0x18, 0x00], isReceived: false)
        file.l2cap(1, channel: 0x41, [2, 0, 0x0B, 0x64])
        file.l2cap(1, channel: 0x40, [3, 0, 0x0B, 0x00, 0x48])
        #expect(Reading(file).values == ["2A19 64", "2A37 0048"])
    }

    @Test("channels that the peer opened are followed too")
    func openedByPeer() {
        var file = SnoopBuilder()
        file.connect(1, .first)
        file.discover(1, [(0x10, 0x2A37)])
        file.l2cap(1, channel: 5, [0x17, 0x01, 10, 0, 0x27, 0, 64, 0, 64, 0, 8, 0, 0x60, 0x00])
        file.l2cap(
            1, channel: 5, [0x18, 0x01, 10, 0, 64, 0, 64, 0, 8, 0, 0, 0, 0x70, 0x00], isReceived: false)
        file.l2cap(1, channel: 0x70, [5, 0, 0x1B, 0x10, 0x00, 0x00, 0x48])
        #expect(Reading(file).values == ["2A37 0048"])
    }

    @Test("channels of other services, refused or closed ones are counted as unknown")
    func unknown() {
        var other = Self.opened(psm: 0x25)
        other.l2cap(1, channel: 0x40, [5, 0, 0x1B, 0x10, 0x00, 0x00, 0x48])
        #expect(Reading(other).values.isEmpty)
        #expect(Reading(other).statistics.packetsOnUnknownChannels == 1)

        var closed = Self.opened()
        closed.l2cap(1, channel: 5, [0x06, 0x0A, 4, 0, 0x50, 0x00, 0x40, 0x00], isReceived: false)
        closed.l2cap(1, channel: 0x40, [5, 0, 0x1B, 0x10, 0x00, 0x00, 0x48])
        closed.l2cap(1, channel: 0x41, [5, 0, 0x1B, 0x10, 0x00, 0x00, 0x49])
        #expect(Reading(closed).values == ["2A37 0049"])
        #expect(Reading(closed).statistics.packetsOnUnknownChannels == 1)
    }

    @Test("a frame longer than its unit is malformed, and the channel goes on")
    func tooLong() {
        var file = Self.opened()
        file.l2cap(1, channel: 0x40, [4, 0, 0x1B, 0x10, 0x00, 0x00, 0x48])
        file.l2cap(1, channel: 0x40, [5, 0, 0x1B, 0x10, 0x00, 0x00, 0x49])
        let reading = Reading(file)
        #expect(reading.values == ["2A37 0049"])
        #expect(reading.statistics.malformedPDUs == 1)
    }
}
