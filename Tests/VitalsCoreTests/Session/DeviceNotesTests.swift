import Testing
import VitalsCore
import VitalsModel

@Suite("What a sensor says of itself")
struct DeviceNotesTests {
    @Test("is written when it changes, and not again")
    func once() {
        var run = EngineRun()
        for time in 0..<3 {
            run.value(.modelNumber, Array("H10".utf8), at: time)
            run.value(.batteryLevel, [0x57], at: time)
        }
        run.value(.batteryLevel, [0x56], at: 4)
        #expect(
            run.records(.device).map { String(decoding: $0.body, as: UTF8.self).lowercased() } == [
                #"{"characteristic":"2a24","raw":"483130","value":"h10"}"#,
                #"{"characteristic":"2a19","raw":"57","value":87}"#,
                #"{"characteristic":"2a19","raw":"56","value":86}"#,
            ])
    }

    @Test("of its battery is an alarm at the limit, once, until the level is well above it (lesson 43)")
    func battery() {
        var run = EngineRun()
        for (time, level) in [16, 15, 16, 15, 17, 19, 14, 20, 90, 15].enumerated() {
            run.value(.batteryLevel, [UInt8(level)], at: time * 1_000)
        }
        #expect(run.alarms == ["1.000 battery-low raised", "7.000 battery-low cleared", "9.000 battery-low raised"])
        #expect(run.records(.alarm).first?.number("cause") == 2)
    }

    @Test("of its clock is written each time, as its distance from ours")
    func clock() {
        var run = EngineRun()
        let time: [UInt8] = [0xEA, 0x07, 0x0B, 0x15, 0x07, 0x1E, 0x00, 0x06, 0x80, 0x00]
        run.value(.currentTime, time, at: 0)
        run.value(.currentTime, time, at: 2_000)
        // 2026-11-21 07:30:00.5 on the sensor, 07:30:00 and 07:30:02 on the gateway.
        #expect(run.records(.device).map { $0.number("value") } == [500_000, -1_500_000])
    }

    @Test("in words that no specification knows is kept raw and judged as nothing")
    func reserved() {
        var run = EngineRun()
        run.value(.batteryLevel, [0xFF], at: 0)
        run.value(.bodySensorLocation, [0x09], at: 0)
        #expect(run.records(.device).map { $0.text("raw").lowercased() } == ["ff", "09"])
        #expect(run.alarms.isEmpty)
    }

    @Test("on a characteristic that is not read leaves a line in the log and no record")
    func unknown() {
        var run = EngineRun()
        run.value(BluetoothUUID(0x2A6E), [1, 2], at: 0)
        #expect(run.records.isEmpty)
        #expect(run.logs.map(\.level) == [.debug])
    }
}
