import Testing
import VitalsModel

@testable import VitalsCapture

@Suite("Links")
struct LinkTests {
    @Test(
        "a link that ends says why",
        arguments: [
            (UInt8(0x08), "supervision-timeout"), (0x13, "remote-user"), (0x16, "local-host"),
            (0x3E, "failed-to-establish"), (0x05, "0x05"), (0xFF, "0xFF"),
        ])
    func reasons(code: UInt8, name: String) {
        var file = SnoopBuilder()
        file.connect(0x40, .first)
        file.disconnect(0x40, reason: code)
        #expect(Reading(file).story == ["01 up", "01 down \(name)"])
    }

    @Test("both enhanced forms of connection complete are read", arguments: [(UInt8(0x0A), 0), (UInt8(0x29), 3)])
    func enhanced(subevent: UInt8, extra: Int) {
        var file = SnoopBuilder()
        let peer: [UInt8] = [0x02, 0x00, 0x00, 0x00, 0x00, 0xC0]
        let resolvable: [UInt8] = [0xAA, 0xBB, 0xCC, 0x11, 0x22, 0x43]
        let body =
            [subevent, 0x00, 0x05, 0x00, 0x00, 0x03] + peer + [UInt8](repeating: 0, count: 6) + resolvable
            + [0x18, 0, 0, 0, 0x2A, 0, 0] + [UInt8](repeating: 0xFF, count: extra)
        file.event([0x3E, UInt8(body.count)] + body)
        file.event([0x3E, UInt8(body.count - 1)] + body.dropLast())
        let reading = Reading(file)
        #expect(reading.story == ["02 up"])
        #expect(reading.statistics.malformedPackets == 1)
    }

    @Test("a connection that failed, and a disconnection that failed, change nothing")
    func failures() {
        var file = SnoopBuilder()
        file.connect(1, .first, status: 0x3E)
        file.connect(2, .second)
        file.event([0x05, 4, 0x0C, 0x02, 0x00, 0x13])
        #expect(Reading(file).story == ["02 up"])
    }

    @Test("a handle that is given away again ends its old link, for a reason that is not known")
    func handleReuse() {
        var file = SnoopBuilder()
        file.connect(1, .first)
        file.discover(1, [(0x10, 0x2A37)])
        file.connect(1, .second)
        file.notify(1, 0x10, [0x06, 0x48, 0x00])
        file.discover(1, [(0x10, 0x2A19)])
        file.notify(1, 0x10, [0x64])
        let reading = Reading(file)
        #expect(reading.story == ["01 up", "01 down -", "02 up", "02 2A19 64"])
        #expect(reading.statistics.valuesOnUnknownHandles == 1)
    }

    @Test("adapters have their own handles, and links end with their adapter", arguments: [UInt32(1), 9])
    func adapters(opcode: UInt32) {
        var file = SnoopBuilder()
        file.connect(1, .first, adapter: 0)
        file.connect(1, .second, adapter: 1)
        file.discover(1, [(0x10, 0x2A37)], adapter: 0)
        file.discover(1, [(0x10, 0x2A19)], adapter: 1)
        file.notify(1, 0x10, [0x00, 0x48], adapter: 0)
        file.notify(1, 0x10, [0x64], adapter: 1)
        file.record(flags: 0x0001_0000 | opcode, [])
        file.notify(1, 0x10, [0x00, 0x49], adapter: 0)
        file.notify(1, 0x10, [0x63], adapter: 1)
        let reading = Reading(file)
        #expect(reading.story == ["01 up", "02 up", "01 2A37 0048", "02 2A19 64", "02 down -", "01 2A37 0049"])
        #expect(reading.statistics.packetsOnUnknownLinks == 1)
    }

    @Test("a reset of the controller ends its links in the order of their handles")
    func reset() {
        var file = SnoopBuilder()
        file.connect(7, .first)
        file.connect(2, .second)
        file.event([0x0E, 4, 0x01, 0x03, 0x0C, 0x00])
        #expect(Reading(file).story == ["01 up", "02 up", "02 down -", "01 down -"])
    }

    @Test("a link that was up before the recording is counted, or followed where the user names its sensor")
    func earlierLink() {
        var file = SnoopBuilder()
        file.notify(3, 0x10, [0x00, 0x48])
        file.disconnect(3, reason: 0x13)
        file.notify(3, 0x10, [0x00, 0x49])
        let unknown = Reading(file)
        #expect(unknown.events.isEmpty)
        #expect(unknown.statistics.packetsOnUnknownLinks == 2)
        let named = Reading(
            file, options: CaptureOptions(handles: [.first: [0x10: .heartRateMeasurement]], links: [3: .first]))
        #expect(named.story == ["01 2A37 0048", "01 down remote-user"])
        #expect(named.statistics.packetsOnUnknownLinks == 1)
        #expect(named.statistics.guessedHandles.isEmpty)
    }

    @Test("events that break their format are counted")
    func malformed() {
        var file = SnoopBuilder()
        for bytes: [UInt8] in [
            [], [0x05], [0x05, 4, 0], [0x05, 2, 0, 0], [0x3E, 0], [0x3E, 1, 0x01], [0x0E, 1, 1],
        ] {
            file.event(bytes)
        }
        let reading = Reading(file)
        #expect(reading.events.isEmpty)
        #expect(reading.statistics.malformedPackets == 7)
    }

    @Test("more links than any controller offers are counted and not followed")
    func tooMany() {
        var file = SnoopBuilder()
        for handle in 0...UInt16(VitalsCaptureLimits.linksMax) {
            file.connect(handle, SensorAddress(rawValue: UInt64(handle)))
        }
        let reading = Reading(file)
        #expect(reading.events.count == VitalsCaptureLimits.linksMax + 1)
        #expect(reading.statistics.limitsReached == 1)
    }
}
