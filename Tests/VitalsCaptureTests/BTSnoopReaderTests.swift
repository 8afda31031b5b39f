import Testing
import VitalsModel

@testable import VitalsCapture

@Suite("btsnoop files")
struct BTSnoopReaderTests {
    /// One link on each of two adapters, with values in both directions of fragmentation.
    private static func sample(_ datalink: SnoopBuilder.Datalink = .monitor) -> SnoopBuilder {
        var file = SnoopBuilder(datalink)
        file.connect(1, .first)
        file.discoverServices(1)
        file.discover(1, [(0x10, 0x2A37), (0x19, 0x2A5F)])
        file.notify(1, 0x10, [0x16, 0x4A, 0xE8, 0x03, 0xDE, 0x03])
        file.l2cap(1, [0x1B, 0x19, 0x00, 0x00, 0x61, 0x00, 0x4D, 0x00], fragment: 5)
        file.disconnect(1, reason: 0x13)
        return file
    }

    private static let story = ["01 up", "01 2A37 164ae803de03", "01 2A5F 0061004d00", "01 down remote-user"]

    @Test("monitor and H4 captures of the same traffic give the same events", arguments: [true, false])
    func datalinks(isMonitor: Bool) {
        let reading = Reading(Self.sample(isMonitor ? .monitor : .h4))
        #expect(reading.error == nil)
        #expect(reading.story == Self.story)
    }

    @Test("the input may be cut into chunks of any size", arguments: [1, 2, 3, 7, 15, 16, 17, 24, 25, 100])
    func chunks(size: Int) {
        let bytes = Self.sample().bytes
        let reading = Reading(bytes, by: CaptureReader(), chunk: size)
        #expect(reading.error == nil)
        #expect(reading.events == Reading(bytes).events)
        #expect(reading.statistics == Reading(bytes).statistics)
    }

    @Test("the capture starts at the first record, cut to milliseconds, and stamps count from there")
    func start() {
        var file = SnoopBuilder()
        file.time = 1_234_567
        file.record(flags: 0xFFFF_000C, Array("Linux".utf8))
        file.time = 1_240_000
        file.connect(1, .first)
        let reading = Reading(file)
        #expect(reading.start == WallTime(microseconds: SnoopBuilder.start + 1_234_000))
        #expect(reading.events.first?.stamp.monotonic.microseconds == 6_000)
        #expect(reading.events.first?.stamp.wall == WallTime(microseconds: SnoopBuilder.start + 1_240_000))
        #expect(reading.events.first?.stamp.isSynchronised == true)
    }

    @Test("a clock that was set back is a clock event, and neither reorders nor drops anything (lesson 29)")
    func clockSetBack() {
        var file = SnoopBuilder()
        file.time = 10_000_000
        file.connect(1, .first)
        file.time = 4_000_000
        file.disconnect(1, reason: 0x08)
        let reading = Reading(file)
        #expect(reading.story == ["01 up", "clock -6000000 true", "01 down supervision-timeout"])
        #expect(reading.events.map(\.stamp.monotonic.microseconds) == [0, 0, 0])
        let walls = reading.events.map { $0.stamp.wall.microseconds - SnoopBuilder.start }
        #expect(walls == [10_000_000, 4_000_000, 4_000_000])
        #expect(reading.statistics.clockSteps == 1)
    }

    @Test("records a little out of order never make the time go back")
    func disorder() {
        var file = SnoopBuilder()
        file.time = 10_000_000
        file.connect(1, .first)
        file.time = 9_920_000
        file.disconnect(1, reason: 0x08)
        let reading = Reading(file)
        #expect(reading.story == ["01 up", "01 down supervision-timeout"])
        #expect(reading.events.map(\.stamp.monotonic.microseconds) == [0, 0])
        #expect(reading.statistics.stampsOutOfOrder == 1)
    }

    @Test("a record that holds less than its packet is passed over by its own length, and nothing is made of its rest")
    func cutRecord() throws {
        var file = SnoopBuilder()
        file.connect(1, .first)
        file.discover(1, [(0x10, 0x2A37)])
        let whole = try #require(SnoopBuilder.fragments(1, [0x1B, 0x10, 0x00, 0x16, 0x4A, 0xE8, 0x03]).first)
        file.acl(Array(whole.dropLast(2)), original: whole.count)
        file.notify(1, 0x10, [0x00, 0x48])
        let reading = Reading(file)
        #expect(reading.error == nil)
        #expect(reading.values == ["2A37 0048"])
        #expect(reading.statistics.recordsCut == 1)
        #expect(reading.statistics.malformedPackets == 1)
    }

    @Test("records that the recorder lost are counted, and no packet is put together across the hole")
    func drops() {
        var file = SnoopBuilder()
        file.connect(1, .first)
        file.discover(1, [(0x10, 0x2A37)])
        // Two packets of equal shape: the first loses its end, the second its beginning.
        let first = SnoopBuilder.fragments(1, [0x1B, 0x10, 0x00, 0x10, 0x48, 0x00, 0x04, 0x01, 0x04], fragment: 8)
        let second = SnoopBuilder.fragments(1, [0x1B, 0x10, 0x00, 0x10, 0x49, 0x02, 0x04, 0x03, 0x04], fragment: 8)
        file.acl(first[0])
        file.drops = 2
        file.acl(second[1])
        file.notify(1, 0x10, [0x00, 0x48])
        let reading = Reading(file)
        #expect(reading.values == ["2A37 0048"])
        #expect(reading.statistics.recordsDropped == 2)
        #expect(reading.statistics.reassemblyFaults == 2)
    }

    @Test("a file that ends inside a record gives what stood before, and an error that names the byte")
    func endsInsideRecord() {
        let bytes = Self.sample().bytes
        let lastRecord = bytes.count - 24 - 6
        let reading = Reading(Array(bytes.dropLast(3)))
        #expect(reading.story == Self.story.dropLast())
        #expect(
            reading.error?.description
                == "byte \(lastRecord): the file ends at byte \(bytes.count - 3), inside the record that begins here; "
                + "everything before it was read; copy the file again if the original is longer")
    }

    @Test("a length or a time that cannot be is damage, named by its byte")
    func damage() {
        let bytes = Self.sample().bytes
        let lastRecord = bytes.count - 24 - 6
        for (offset, word) in [(4, "hold more than 65536 bytes"), (16, "time lies outside years 0 to 9999")] {
            var damaged = bytes
            damaged[lastRecord + offset] = 0x7F
            let reading = Reading(damaged)
            #expect(reading.story == Self.story.dropLast())
            #expect(reading.error?.location == .byte(lastRecord))
            #expect(reading.error?.fault.contains(word) == true)
        }
    }

    @Test("an error stays: later calls throw it again and read nothing more")
    func errorStays() throws {
        var reader = CaptureReader()
        var events: [SensorEvent] = []
        #expect(throws: CaptureError.self) { try reader.consume(Array("no capture at all".utf8), into: &events) }
        #expect(throws: CaptureError.self) { try reader.consume(Self.sample().bytes, into: &events) }
        #expect(throws: CaptureError.self) { try reader.finish(into: &events) }
        #expect(events.isEmpty)
    }

    @Test("files of other kinds, versions and datalinks are refused with what to do")
    func refused() {
        let header = SnoopBuilder().bytes
        var version = header
        version[11] = 2
        var datalink = header
        datalink[15] = 0xD2
        for (bytes, text) in [
            (version, "byte 8: the file's version is not 1; record with 'btmon -w FILE'"),
            (
                datalink,
                "byte 12: the datalink is neither 1002 (H4) nor 2001 (Linux monitor); "
                    + "record with 'btmon -w FILE', or take Android's own log"
            ),
            (Array(header.prefix(12)), "byte 0: the file ends inside its header; copy it again"),
            ([], "byte 0: the input is empty; record it again"),
            (
                [0x0A, 0x0D, 0x0D, 0x0A, 0, 0, 0, 0],
                "byte 0: the input is neither a btsnoop file nor a JSON Lines capture; "
                    + "it looks like pcapng: convert it with 'editcap -F btsnoop'"
            ),
            (
                [0xEF, 0xBB, 0xBF] + Array("{\"format\"".utf8),
                "byte 0: the input is neither a btsnoop file nor a JSON Lines capture; "
                    + "remove the byte order mark at its beginning"
            ),
            (
                [0x1F, 0x8B, 8, 0, 0, 0, 0, 0],
                "byte 0: the input is neither a btsnoop file nor a JSON Lines capture; decompress it first"
            ),
        ] {
            #expect(Reading(bytes).error?.description == text)
        }
    }

    @Test("a file without records is whole, and has no start")
    func noRecords() {
        let reading = Reading(SnoopBuilder())
        #expect(reading.error == nil)
        #expect(reading.start == nil)
        #expect(reading.events.isEmpty)
    }
}
