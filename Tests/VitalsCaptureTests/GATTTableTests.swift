import Testing
import VitalsModel

@testable import VitalsCapture

@Suite("GATT tables over links")
struct GATTTableTests {
    private static let rate: [UInt8] = [0x06, 0x48]

    private static func discovered(hash: UInt8? = nil) -> SnoopBuilder {
        var file = SnoopBuilder()
        file.connect(1, .first)
        file.discoverServices(1)
        file.discover(1, [(0x10, 0x2A37), (0x18, 0x2A19)])
        if let hash { file.readHash(1, hash) }
        return file
    }

    @Test("the table of a peer is kept over reconnections, on any handle and adapter")
    func kept() {
        var file = Self.discovered()
        file.disconnect(1, reason: 0x08)
        file.connect(5, .first, adapter: 1)
        file.notify(5, 0x10, Self.rate, adapter: 1)
        let reading = Reading(file)
        #expect(reading.story.last == "01 2A37 0648")
        #expect(reading.statistics.valuesOnUncheckedHandles == 1)
    }

    @Test("a discovery that starts over leaves nothing of the old table (lesson 10)")
    func startsOver() {
        var file = Self.discovered()
        file.discoverServices(1)
        file.discover(1, [(0x20, 0x2A37)])
        file.notify(1, 0x18, [0x64])
        file.notify(1, 0x20, Self.rate)
        let reading = Reading(file)
        #expect(reading.values == ["2A37 0648"])
        #expect(reading.statistics.valuesOnUnknownHandles == 1)
        #expect(reading.statistics.unknownHandles.map(\.handle) == [0x18])
    }

    @Test("characteristics that a later list leaves out are gone, those behind its end stay")
    func listedAnew() {
        var table = GATTTable()
        let declaration = { (value: UInt16, uuid: UInt16) in
            GATTTable.Declaration(handle: value - 1, value: value, characteristic: BluetoothUUID(uuid))
        }
        table.announce(
            [declaration(3, 0x2A00), declaration(5, 0x2A01), declaration(0x20, 0x2A19)], in: 1...0xFFFF, hash: nil)
        table.announce([declaration(4, 0x2A01)], in: 1...0x0F, hash: nil)
        #expect(table.lookup(3) == .unknown)
        #expect(table.lookup(4) == .value(BluetoothUUID(0x2A01)))
        #expect(table.lookup(5) == .value(BluetoothUUID(0x2A01)))
        table.announce([], in: 4...0x0F, hash: nil)
        #expect(table.lookup(5) == .unknown)
        #expect(table.lookup(0x20) == .value(.batteryLevel))
    }

    @Test("descriptors and declarations are no values; a type that the peer names counts")
    func types() {
        var table = GATTTable()
        table.learn(0x11, type: BluetoothUUID(0x2902))
        table.learn(0x0F, type: BluetoothUUID(0x2803))
        table.learn(0x10, type: .heartRateMeasurement)
        #expect(table.lookup(0x11) == .other)
        #expect(table.lookup(0x0F) == .other)
        #expect(table.lookup(0x10) == .value(.heartRateMeasurement))
        table.learn(0x10, type: .batteryLevel)
        #expect(table.lookup(0x10) == .value(.batteryLevel))
    }

    @Test("the table is bounded")
    func bounded() {
        var table = GATTTable()
        for handle in 1...UInt16(VitalsCaptureLimits.attributesMax + 1) { table.learn(handle, type: .batteryLevel) }
        #expect(table.lookup(UInt16(VitalsCaptureLimits.attributesMax)) == .value(.batteryLevel))
        #expect(table.lookup(UInt16(VitalsCaptureLimits.attributesMax + 1)) == .unknown)
    }

    @Test("what is read before the hash is compared waits for it, in order and with its own stamp")
    func confirmed() {
        var file = Self.discovered(hash: 1)
        file.disconnect(1, reason: 0x08)
        file.connect(1, .first)
        file.connect(2, .second)
        file.notify(1, 0x10, Self.rate)
        file.disconnect(2, reason: 0x08)
        file.readHash(1, 1)
        let reading = Reading(file)
        #expect(
            reading.story.suffix(4).map { $0.prefix(7) } == ["02 up", "01 2A37", "02 down", "01 2B2A"])
        let times = reading.events.map(\.stamp.monotonic)
        #expect(times == times.sorted())
        #expect(reading.statistics.valuesOnUncheckedHandles == 0)
        #expect(reading.statistics.valuesOnOutdatedHandles == 0)
    }

    @Test("what stands on a table that the hash shows to be outdated is left out, counted")
    func outdated() {
        var file = Self.discovered(hash: 1)
        file.disconnect(1, reason: 0x08)
        file.connect(1, .first)
        file.notify(1, 0x18, [0x08, 0x19, 0x00, 0x39, 0x2A])
        file.readHash(1, 2)
        file.discoverServices(1)
        file.discover(1, [(0x14, 0x2A37)])
        file.notify(1, 0x14, Self.rate)
        file.disconnect(1, reason: 0x08)
        file.connect(1, .first)
        file.notify(1, 0x14, Self.rate)
        file.readHash(1, 2)
        let reading = Reading(file)
        #expect(reading.values.filter { !$0.hasPrefix("2B2A") } == ["2A37 0648", "2A37 0648"])
        #expect(reading.statistics.valuesOnOutdatedHandles == 1)
        #expect(reading.statistics.valuesOnUncheckedHandles == 0)
    }

    @Test("a hash that is no longer there means another table")
    func hashGone() {
        var file = Self.discovered(hash: 1)
        file.disconnect(1, reason: 0x08)
        file.connect(1, .first)
        file.notify(1, 0x18, [0x64])
        file.sent(1, [0x08, 0x01, 0x00, 0xFF, 0xFF, 0x2A, 0x2B])
        file.received(1, [0x01, 0x08, 0x01, 0x00, 0x0A])
        let reading = Reading(file)
        #expect(reading.values.filter { !$0.hasPrefix("2B2A") }.isEmpty)
        #expect(reading.statistics.valuesOnOutdatedHandles == 1)
    }

    @Test("a client that does not check its cache is believed, and that is counted")
    func unchecked() {
        var file = Self.discovered(hash: 1)
        file.disconnect(1, reason: 0x08)
        file.connect(1, .first)
        file.notify(1, 0x18, [0x64])
        file.time += VitalsCaptureLimits.heldMicroseconds
        file.notify(1, 0x18, [0x63])
        file.disconnect(1, reason: 0x08)
        let reading = Reading(file)
        #expect(reading.values.suffix(2) == ["2A19 64", "2A19 63"])
        #expect(reading.statistics.valuesOnUncheckedHandles == 2)
    }

    @Test("when the capture ends before the check, only what waits for it is left out")
    func endsEarly() {
        var file = Self.discovered(hash: 1)
        file.disconnect(1, reason: 0x08)
        file.connect(1, .first)
        file.notify(1, 0x18, [0x64])
        file.connect(2, .second)
        let reading = Reading(file)
        #expect(reading.story.suffix(2) == ["01 up", "02 up"])
        #expect(reading.statistics.valuesOnOutdatedHandles == 1)
    }

    @Test("what waits is bounded")
    func boundedWait() {
        var file = Self.discovered(hash: 1)
        file.disconnect(1, reason: 0x08)
        file.connect(1, .first)
        for _ in 0...VitalsCaptureLimits.heldEventsMax {
            file.notify(1, 0x18, [0x64])
            file.time -= 1_000
        }
        let reading = Reading(file)
        #expect(reading.statistics.valuesOnUncheckedHandles == 1)
        #expect(reading.statistics.valuesOnOutdatedHandles == VitalsCaptureLimits.heldEventsMax)
    }

    @Test("Service Changed makes the named handles unknown")
    func serviceChanged() {
        var file = SnoopBuilder()
        file.connect(1, .first)
        file.discover(1, [(0x08, 0x2A05), (0x10, 0x2A37), (0x18, 0x2A19)])
        file.received(1, [0x1D, 0x08, 0x00, 0x10, 0x00, 0x17, 0x00])
        file.notify(1, 0x10, [0x06, 0x48, 0x00])
        file.notify(1, 0x18, [0x64])
        let reading = Reading(file)
        #expect(reading.values == ["2A05 10001700", "2A19 64"])
        #expect(reading.statistics.valuesOnUnknownHandles == 1)
    }

    @Test("without discovery a value is guessed by its structure and labelled so, or left out and counted")
    func guesses() {
        var file = SnoopBuilder()
        file.connect(1, .first)
        file.notify(1, 0x10, [0x16, 0x48, 0xE8, 0x03])
        file.notify(1, 0x19, [0x00, 0x61, 0x00, 0x48, 0x00])
        file.notify(1, 0x10, [0x16, 0x49, 0xE8, 0x03])
        file.notify(1, 0x22, [0x64])
        let reading = Reading(file)
        #expect(reading.values == ["2A37 1648e803", "2A5F 0061004800", "2A37 1649e803"])
        #expect(
            reading.statistics.guessedHandles == [
                .init(sensor: .first, handle: 0x10, characteristic: .heartRateMeasurement, count: 2),
                .init(sensor: .first, handle: 0x19, characteristic: .plxContinuousMeasurement, count: 1),
            ])
        #expect(
            reading.statistics.unknownHandles == [.init(sensor: .first, handle: 0x22, characteristic: nil, count: 1)])

        let without = Reading(file, options: CaptureOptions(guessesHandles: false))
        #expect(without.values.isEmpty)
        #expect(without.statistics.valuesOnUnknownHandles == 4)

        let given = CaptureOptions(handles: [.first: [0x22: .batteryLevel, 0x10: .bodySensorLocation]])
        #expect(Reading(file, options: given).values.filter { $0.hasPrefix("2A19") } == ["2A19 64"])
        #expect(Reading(file, options: given).values.first == "2A38 1648e803")
    }

    @Test("what the recording says outranks what the user says, and reads and indications are never guessed")
    func precedence() {
        var file = SnoopBuilder()
        file.connect(1, .first)
        file.discover(1, [(0x10, 0x2A37)])
        file.notify(1, 0x10, [0x00, 0x48])
        file.sent(1, [0x0A, 0x20, 0x00])
        file.received(1, [0x0B, 0x00, 0x48])
        file.received(1, [0x1D, 0x21, 0x00, 0x00, 0x48])
        let reading = Reading(file, options: CaptureOptions(handles: [.first: [0x10: .batteryLevel]]))
        #expect(reading.values == ["2A37 0048"])
        #expect(reading.statistics.valuesOnUnknownHandles == 2)
    }

    @Test("reads are events unless they are not wanted")
    func reads() {
        var file = Self.discovered()
        file.sent(1, [0x0A, 0x18, 0x00])
        file.received(1, [0x0B, 0x64])
        #expect(Reading(file).values == ["2A19 64"])
        #expect(Reading(file, options: CaptureOptions(includesReads: false)).values.isEmpty)
    }
}
