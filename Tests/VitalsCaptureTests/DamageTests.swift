import Foundation
import Testing
import VitalsModel
import VitalsTestKit

@testable import VitalsCapture

@Suite("Damaged captures")
struct DamageTests {
    @Test("a recording cut at every byte of its first 6 KiB gives a prefix of its events, and never a trap")
    func everyPrefix() throws {
        let path = TestData.fixtures.appendingPathComponent("captures/two-sensors.btsnoop")
        let file = [UInt8](try Data(contentsOf: path))
        // The first link of the recording comes up behind its 6 KiB: the same is done with its HCI packets alone.
        for (bytes, eventsMin) in [(file, 0), (Self.packetsOnly(file), 6)] {
            let whole = Reading(bytes).events
            var reader = BTSnoopReader()
            var events: [SensorEvent] = []
            var longest = 0
            for byte in bytes.prefix(6_144) {
                try reader.consume([byte], into: &events)
                // The reader is a value: its copy ends here, it goes on.
                var copy = reader
                var ended = events
                try? copy.finish(into: &ended)
                #expect(whole.starts(with: ended))
                longest = max(longest, ended.count)
            }
            #expect(longest >= eventsMin)
        }
    }

    /// The file without the notes of programs: the events and data of the monitor's opcodes 3 to 5 alone.
    private static func packetsOnly(_ file: [UInt8]) -> [UInt8] {
        var result = Array(file.prefix(16))
        var start = 16
        while start + 24 <= file.count {
            let end = start + 24 + file[(start + 4)..<(start + 8)].reduce(0) { $0 << 8 | Int($1) }
            if (3...5).contains(file[start + 11]) { result += file[start..<end] }
            start = end
        }
        return result
    }

    /// A capture with everything in it that the reader follows.
    private static var everything: [UInt8] {
        var file = SnoopBuilder()
        file.connect(1, .first)
        file.discoverServices(1)
        file.discover(1, [(0x10, 0x2A37), (0x18, 0x2A19)])
        file.readHash(1, 7)
        file.sent(1, [0x04, 0x11, 0x00, 0x11, 0x00])
        file.received(1, [0x05, 0x01, 0x11, 0x00, 0x02, 0x29])
        file.sent(1, [0x0A, 0x18, 0x00])
        file.received(1, [0x0B, 0x64])
        file.l2cap(1, [0x1B, 0x10, 0x00, 0x16, 0x48, 0xE8, 0x03, 0xDE, 0x03], fragment: 5)
        file.received(1, [0x23, 0x10, 0x00, 0x02, 0x00, 0x00, 0x48, 0x18, 0x00, 0x01, 0x00, 0x63])
        file.l2cap(1, channel: 5, [0x17, 9, 10, 0, 0x27, 0, 64, 0, 64, 0, 8, 0, 0x40, 0], isReceived: false)
        file.l2cap(1, channel: 5, [0x18, 9, 10, 0, 64, 0, 64, 0, 8, 0, 0, 0, 0x50, 0])
        file.l2cap(1, channel: 0x40, [5, 0, 0x1B, 0x10, 0x00, 0x00, 0x48])
        file.disconnect(1, reason: 0x08)
        file.connect(1, .first)
        file.notify(1, 0x10, [0x00, 0x48])
        file.readHash(1, 7)
        return file.bytes
    }

    @Test("20,000 mutations of a capture never trap, and give events without an error or an error with its place")
    func mutations() {
        let original = Self.everything
        #expect(Reading(original).error == nil)
        var random = SplitMix64(seed: 0xB75)
        var failed = 0
        for _ in 0..<20_000 {
            var bytes = original
            for _ in 0...random.int(0...3) {
                let place = random.int(0...bytes.count - 1)
                switch random.int(0...5) {
                case 0: bytes[place] ^= 1 << UInt8(random.int(0...7))
                case 1: bytes[place] = UInt8(truncatingIfNeeded: random.next())
                case 2: bytes[place] = [0x00, 0x7F, 0x80, 0xFF][random.int(0...3)]
                case 3: bytes.remove(at: place)
                case 4: bytes.insert(UInt8(truncatingIfNeeded: random.next()), at: place)
                default: bytes.removeLast(random.int(0...min(64, bytes.count - 1)))
                }
            }
            let reading = Reading(bytes)
            if let error = reading.error {
                failed += 1
                guard case .byte(let offset) = error.location else {
                    Issue.record("the error names no byte: \(error)")
                    continue
                }
                #expect(offset <= bytes.count)
            } else {
                #expect(reading.statistics.bytes == bytes.count)
            }
            #expect(reading.events.count == reading.statistics.events)
            let times = reading.events.map(\.stamp.monotonic.microseconds)
            #expect(times.allSatisfy { $0 >= 0 } && zip(times, times.dropFirst()).allSatisfy { $0 <= $1 })
        }
        #expect((1_000..<19_000).contains(failed))
    }

    @Test("whatever a damaged capture gives can be written and read again, unless its times cannot be")
    func mutationsRoundTrip() throws {
        let original = Self.everything
        var random = SplitMix64(seed: 0xC0DE)
        var written = 0
        for _ in 0..<1_000 {
            var bytes = original
            bytes[random.int(16...bytes.count - 1)] = UInt8(truncatingIfNeeded: random.next())
            let reading = Reading(bytes)
            guard let start = reading.start, var writer = try? CaptureWriter(start: start) else { continue }
            guard (try? reading.events.forEach { try writer.write($0) }) != nil else { continue }
            let again = Reading(writer.takeBytes())
            #expect(again.error == nil)
            #expect(again.events == reading.events)
            written += 1
        }
        #expect(written > 800)
    }

    @Test("mutations of a text capture never trap either")
    func textMutations() {
        let original = Array(
            """
            {"format":"vitals-capture","version":1,"start":"2026-11-21T07:30:00.000Z"}
            {"t":0.5,"sensor":"C0:00:00:00:00:01","link":"up"}
            {"t":1.024,"sensor":"C0:00:00:00:00:01","characteristic":"2A37","value":"160048e803"}
            {"t":9.0,"clock":{"step":3600.0,"synchronised":true}}
            """.utf8)
        var random = SplitMix64(seed: 0x7E47)
        for _ in 0..<3_000 {
            var bytes = original
            for _ in 0...random.int(0...2) {
                bytes[random.int(0...bytes.count - 1)] = UInt8(truncatingIfNeeded: random.next())
            }
            let reading = Reading(bytes)
            #expect(reading.error != nil || reading.events.count <= 3)
            for decoder: any CaptureDecoder in [
                RRTextReader(sensor: .first, start: WallTime(microseconds: 0)),
                SpO2CSVReader(sensor: .first, start: WallTime(microseconds: 0)),
            ] {
                #expect(Reading(bytes, by: decoder).error != nil)
            }
        }
    }
}
