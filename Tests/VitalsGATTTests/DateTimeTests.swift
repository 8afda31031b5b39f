import Testing
import VitalsGATT
import VitalsModel

/// A sensor's clock: what is known, unknown and impossible.
@Suite("Date and time")
struct DateTimeTests {
    @Test(
        "unknown parts are allowed, impossible ones are not",
        arguments: [
            ([2026, 11, 21, 7, 30, 0], true), ([0, 0, 0, 0, 0, 0], true), ([2026, 0, 0, 23, 59, 59], true),
            ([2024, 2, 29, 0, 0, 0], true), ([2026, 2, 29, 0, 0, 0], false), ([0, 2, 29, 0, 0, 0], true),
            ([0, 2, 30, 0, 0, 0], false), ([2026, 0, 31, 0, 0, 0], true), ([2026, 4, 31, 0, 0, 0], false),
            ([1582, 1, 1, 0, 0, 0], true), ([1581, 1, 1, 0, 0, 0], false), ([9999, 12, 31, 0, 0, 0], true),
            ([10_000, 1, 1, 0, 0, 0], false), ([65_535, 1, 1, 0, 0, 0], false), ([2026, 13, 1, 0, 0, 0], false),
            ([2026, 1, 32, 0, 0, 0], false), ([2026, 1, 1, 24, 0, 0], false), ([2026, 1, 1, 0, 60, 0], false),
            ([2026, 1, 1, 0, 0, 60], false), ([0, 0, 0, 255, 0, 0], false),
        ] as [([UInt16], Bool)])
    func possibility(fields: [UInt16], isPossible: Bool) {
        #expect((dateTime(fields) != nil) == isPossible)
    }

    @Test(
        "a date with an unknown part is no moment",
        arguments: [[0, 11, 21], [2026, 0, 21], [2026, 11, 0], [0, 0, 0]] as [[UInt16]])
    func unknown(date: [UInt16]) throws {
        let time = try #require(dateTime(date + [7, 30, 0]))
        #expect(time.civilTime == nil)
    }

    @Test("a known date is the civil time of the same fields, both ways")
    func civilTime() throws {
        let civil = try #require(CivilTime(year: 2026, month: 11, day: 21, hour: 7, minute: 30, second: 15))
        let time = try #require(DateTime(civil))
        #expect(time.civilTime == civil)
        #expect(dateTime([2026, 11, 21, 7, 30, 15]) == time)
        let before = try #require(CivilTime(year: 1581, month: 12, day: 31))
        #expect(DateTime(before) == nil)
        let yearZero = try #require(CivilTime(year: 0, month: 1, day: 1))
        #expect(DateTime(yearZero) == nil)
    }

    @Test("a current time is microseconds in the sensor's own zone, or nothing when the date is not known")
    func currentTime() throws {
        let known = try CurrentTime.decode(Vector.bytes("ea 07 0b 15 07 1e 00 06 80 00")).value
        #expect(known.microsecondsSinceEpoch == 1_795_246_200_500_000)
        let unknown = try CurrentTime.decode([UInt8](repeating: 0, count: 10)).value
        #expect(unknown.microsecondsSinceEpoch == nil)
        let last = try CurrentTime.decode(Vector.bytes("ea 07 0b 15 07 1e 00 06 ff 00")).value
        #expect(last.microsecondsSinceEpoch == 1_795_246_200_996_093)
    }

    @Test("the reasons of an adjustment are named, and reserved bits say nothing")
    func adjustReasons() {
        #expect(
            CurrentTime.AdjustReason(rawValue: 0xFF).names == [
                "manual-time-update", "external-reference-time-update", "change-of-time-zone", "change-of-dst",
            ])
    }

    private func dateTime(_ fields: [UInt16]) -> DateTime? {
        let bytes = fields.dropFirst().map(UInt8.init)
        return DateTime(
            year: fields[0], month: bytes[0], day: bytes[1], hours: bytes[2], minutes: bytes[3], seconds: bytes[4])
    }
}
