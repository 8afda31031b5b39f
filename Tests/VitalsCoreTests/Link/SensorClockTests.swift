import Testing
import VitalsModel

@testable import VitalsCore

@Suite("A sensor's clock")
struct SensorClockTests {
    private let dateTime = BluetoothUUID(0x2A08)
    private let zone = BluetoothUUID(0x2A0F)

    /// 2026-11-21T07:30:00.5Z, a Saturday.
    private func stamp(plus seconds: Int64 = 0, isSynchronised: Bool = true) -> Stamp {
        let time = CivilTime(year: 2026, month: 11, day: 21, hour: 7, minute: 30, second: 0)?.secondsSinceEpoch ?? 0
        return Stamp(
            monotonic: .at(Double(seconds)), wall: WallTime(microseconds: (time + seconds) * 1_000_000 + 500_000),
            isSynchronised: isSynchronised)
    }

    private let right: [UInt8] = [0xEA, 0x07, 0x0B, 0x15, 0x07, 0x1E, 0x00, 0x06, 0x80, 0x00]

    @Test("is left alone when it is right within two seconds")
    func isRight() {
        for seconds: Int64 in [-2, 0, 2] {
            var clock = SensorClock()
            clock.note(.currentTime, right, at: stamp(plus: seconds))
            #expect(clock.correction(of: .currentTime, at: stamp(plus: 9)) == nil)
        }
    }

    @Test("is set to UTC when it is off, or does not know the date")
    func isOff() {
        let set: [UInt8] = [0xEA, 0x07, 0x0B, 0x15, 0x07, 0x1E, 0x00, 0x06, 0x80, 0x02]
        for bytes in [[0xD0, 0x07, 1, 1, 0, 0, 0, 0, 0, 0], [UInt8](repeating: 0, count: 10)] {
            var clock = SensorClock()
            clock.note(.currentTime, bytes, at: stamp())
            #expect(clock.correction(of: .currentTime, at: stamp()) == set)
        }
        var late = SensorClock()
        late.note(.currentTime, right, at: stamp(plus: 3))
        #expect(late.correction(of: .currentTime, at: stamp()) == set)
    }

    @Test("2A08 is read and set in seven bytes")
    func shortForm() {
        var clock = SensorClock()
        clock.note(dateTime, Array(right.prefix(7)), at: stamp())
        #expect(clock.correction(of: dateTime, at: stamp()) == nil)
        clock.note(dateTime, [0xD0, 0x07, 1, 1, 0, 0, 0], at: stamp())
        #expect(clock.correction(of: dateTime, at: stamp()) == Array(right.prefix(7)))
    }

    @Test("shows the zone that the sensor says it shows")
    func zoned() {
        var clock = SensorClock()
        clock.note(zone, [4, 4], at: stamp())  // UTC+1, and an hour of summer time.
        clock.note(.currentTime, right, at: stamp())
        let set = clock.correction(of: .currentTime, at: stamp())
        #expect(set == [0xEA, 0x07, 0x0B, 0x15, 0x09, 0x1E, 0x00, 0x06, 0x80, 0x02])
        for unknown: [UInt8] in [[0x80, 0], [4, 0xFF], [4], []] {
            var clock = SensorClock()
            clock.note(zone, unknown, at: stamp())
            clock.note(.currentTime, right, at: stamp())
            #expect(clock.correction(of: .currentTime, at: stamp()) == nil)
        }
    }

    @Test("is never set from a clock that is not synchronised, or unread (lesson 29)")
    func unsure() {
        var clock = SensorClock()
        #expect(clock.correction(of: .currentTime, at: stamp()) == nil)
        clock.note(.currentTime, [1, 2, 3], at: stamp())
        #expect(clock.correction(of: .currentTime, at: stamp()) == nil)
        clock.note(.currentTime, right, at: stamp(plus: 60))
        #expect(clock.correction(of: .currentTime, at: stamp(isSynchronised: false)) == nil)
        #expect(clock.correction(of: .currentTime, at: stamp()) != nil)
    }

    @Test("no wall time makes it trap")
    func extremes() {
        for microseconds in [Int64.min, -1, 0, Int64.max] {
            var clock = SensorClock()
            let stamp = Stamp(monotonic: .at(0), wall: WallTime(microseconds: microseconds), isSynchronised: true)
            clock.note(zone, [UInt8(bitPattern: -48), 0], at: stamp)
            clock.note(.currentTime, right, at: stamp)
            _ = clock.correction(of: .currentTime, at: stamp)
        }
    }
}
