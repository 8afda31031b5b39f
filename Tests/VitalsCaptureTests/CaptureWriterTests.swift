import Testing
import VitalsModel
import VitalsTestKit

@testable import VitalsCapture

@Suite("Writing captures")
struct CaptureWriterTests {
    private static let start = WallTime(microseconds: SnoopBuilder.start)

    private static func event(_ microseconds: Int64, _ kind: SensorEvent.Kind, isSynchronised: Bool = true)
        -> SensorEvent
    {
        let wall = WallTime(microseconds: start.microseconds + microseconds)
        let stamp = Stamp(
            monotonic: MonotonicTime(microseconds: microseconds), wall: wall, isSynchronised: isSynchronised)
        return SensorEvent(stamp: stamp, kind: kind)
    }

    private static func text(_ events: [SensorEvent]) throws -> String {
        var writer = try CaptureWriter(start: start)
        for event in events { try writer.write(event) }
        return String(decoding: writer.takeBytes(), as: UTF8.self)
    }

    @Test("every kind of event is one line, members sorted, no digit too many")
    func lines() throws {
        let vendor = BluetoothUUID(high: 0xFB00_5C80_02E7_F387, low: 0x1CAD_8ACD_2D8D_F0C8)
        let text = try Self.text([
            Self.event(500_000, .linkUp(sensor: .first)),
            Self.event(1_024_000, .value(sensor: .first, characteristic: .heartRateMeasurement, bytes: [0x16, 0x48])),
            Self.event(2_000_001, .value(sensor: .second, characteristic: vendor, bytes: [])),
            Self.event(3_000_000, .linkDown(sensor: .first, reason: "say \"why\"\n")),
            Self.event(3_000_000, .linkDown(sensor: .second, reason: nil)),
            Self.event(9_000_000, .clock(stepMicroseconds: -3_600_500_000, isSynchronised: true)),
        ])
        #expect(
            text == """
                {"format":"vitals-capture","start":"2026-11-21T07:30:00.000Z","version":1}
                {"link":"up","sensor":"C0:00:00:00:00:01","t":0.5}
                {"characteristic":"2A37","sensor":"C0:00:00:00:00:01","t":1.024,"value":"1648"}
                {"characteristic":"fb005c8002e7f3871cad8acd2d8df0c8","sensor":"C0:00:00:00:00:02","t":2.000001,"value":""}
                {"link":"down","reason":"say \\"why\\"\\n","sensor":"C0:00:00:00:00:01","t":3}
                {"link":"down","sensor":"C0:00:00:00:00:02","t":3}
                {"clock":{"step":-3600.5,"synchronised":true},"t":9}

                """)
    }

    @Test(
        "seconds have as many decimals as they need",
        arguments: [
            (Int64(0), "0"), (1, "0.000001"), (10, "0.00001"), (100_000, "0.1"), (1_000_000, "1"), (-1, "-0.000001"),
            (-1_500_000, "-1.5"), (123_456_789, "123.456789"), (1_000_001, "1.000001"),
            (.min, "-9223372036854.775808"),
        ])
    func seconds(microseconds: Int64, text: String) {
        #expect(CaptureWriter.seconds(microseconds) == text)
    }

    @Test("what is read again is what was written, stamps included")
    func roundTrip() throws {
        var random = SplitMix64(seed: 11)
        var clock = CaptureClock(start: Self.start)
        var events: [SensorEvent] = []
        var time: Int64 = 0
        for _ in 0..<2_000 {
            time += Int64(random.int(0...3_000_000))
            let sensor = SensorAddress(rawValue: random.next())
            switch random.int(0...9) {
            case 0: events.append(SensorEvent(stamp: clock.stamp(at: time), kind: .linkUp(sensor: sensor)))
            case 1:
                let reason = random.int(0...1) == 0 ? nil : Hex.string(random.bytes(3))
                events.append(
                    SensorEvent(stamp: clock.stamp(at: time), kind: .linkDown(sensor: sensor, reason: reason)))
            case 2:
                events.append(
                    clock.step(
                        by: Int64(random.int(-9_000_000...9_000_000)), isSynchronised: random.int(0...1) == 0, at: time)
                )
            default:
                let uuid =
                    random.int(0...1) == 0
                    ? BluetoothUUID(UInt16(truncatingIfNeeded: random.next()))
                    : BluetoothUUID(high: random.next(), low: random.next())
                let kind = SensorEvent.Kind.value(
                    sensor: sensor, characteristic: uuid, bytes: random.bytes(random.int(0...20)))
                events.append(SensorEvent(stamp: clock.stamp(at: time), kind: kind))
            }
        }
        let reading = Reading(Array(try Self.text(events).utf8))
        #expect(reading.error == nil)
        #expect(reading.events == events)
    }

    @Test("an event whose clock is in another state is preceded by the clock event that says so (lesson 29)")
    func synchronisation() throws {
        let text = try Self.text([
            Self.event(1_000_000, .linkUp(sensor: .first), isSynchronised: false),
            Self.event(2_000_000, .linkUp(sensor: .second), isSynchronised: false),
            Self.event(3_000_000, .clock(stepMicroseconds: 0, isSynchronised: true)),
            Self.event(4_000_000, .linkUp(sensor: .first)),
        ])
        #expect(
            text.split(separator: "\n").dropFirst().map(String.init) == [
                #"{"clock":{"step":0,"synchronised":false},"t":1}"#,
                #"{"link":"up","sensor":"C0:00:00:00:00:01","t":1}"#,
                #"{"link":"up","sensor":"C0:00:00:00:00:02","t":2}"#,
                #"{"clock":{"step":0,"synchronised":true},"t":3}"#,
                #"{"link":"up","sensor":"C0:00:00:00:00:01","t":4}"#,
            ])
    }

    @Test("times count from the origin, and an event before it is refused")
    func origin() throws {
        var writer = try CaptureWriter(start: Self.start, origin: MonotonicTime(microseconds: 7_000_000))
        _ = writer.takeBytes()
        try writer.write(Self.event(8_500_000, .linkUp(sensor: .first)))
        #expect(
            String(decoding: writer.takeBytes(), as: UTF8.self)
                == #"{"link":"up","sensor":"C0:00:00:00:00:01","t":1.5}"# + "\n")
        let error = #expect(throws: CaptureError.self) {
            try writer.write(Self.event(6_999_999, .linkUp(sensor: .first)))
        }
        #expect(
            error?.description == "event 1: the event's time lies outside the capture; "
                + "start the capture before its first event, and a new one after a hundred years")
        #expect(writer.takeBytes().isEmpty)
    }

    @Test("a start that cannot be written is refused")
    func start() {
        #expect(throws: CaptureError.self) { try CaptureWriter(start: WallTime(microseconds: .max)) }
    }
}
