import Testing
import VitalsCore
import VitalsModel
import VitalsTestKit

/// Windows of all sensors share kernel calls (docs/decisions/0005-windows-in-data-time.md).
@Suite("Windows are judged")
struct WindowOrderTests {
    /// The changes of each sensor as the trace tells them: time, decision, numbers.
    private static func evaluations(_ run: EngineRun, of sensor: Int) -> [String] {
        run.traces.map { String(decoding: $0, as: UTF8.self) }
            .filter { $0.contains(#""detector":"change""#) && $0.contains(SensorAddress.test(sensor).description) }
            // What a window is judged as, without the moment at which its batch was.
            .map { $0.split(separator: #""kind":"#).first.map(String.init) ?? "" }
    }

    private static func run(sensors: Int, order: [Int]) -> EngineRun {
        var run = EngineRun(tracing: .all)
        for second in 0..<240 {
            for sensor in order {
                let rate = UInt8(70 + sensor + (second > 120 + sensor ? 30 : 0) + second % 2)
                run.heartRate(Packet.heartRate(rate), at: second * 1_000, sensor: sensor)
            }
        }
        run.stop(at: 240_000)
        return run
    }

    @Test("alike whatever the company: alone, among 40, and in any order of the packets of a moment")
    func company() {
        let alone = Self.evaluations(Self.run(sensors: 1, order: [7]), of: 7)
        let together = Self.run(sensors: 40, order: Array(1...40))
        let reversed = Self.run(sensors: 40, order: (1...40).reversed())
        #expect(alone.count == 29)
        #expect(Self.evaluations(together, of: 7) == alone)
        #expect(Self.evaluations(reversed, of: 7) == alone)
        for sensor in [1, 16, 17, 33, 40] {
            #expect(Self.evaluations(together, of: sensor) == Self.evaluations(reversed, of: sensor))
        }
    }

    @Test("in the order in which they were due, sixteen at once or after a second of data time")
    func order() {
        let run = Self.run(sensors: 20, order: Array(1...20))
        let moments = run.records(.finding, "change").map { ($0.stamp.monotonic, $0.sensor) }
        #expect(moments.count == 20)
        #expect(zip(moments, moments.dropFirst()).allSatisfy { $0.0 <= $1.0 })
        // Of 20 windows that are due at once, 16 are judged with the packet that filled the batch and 4 a second later.
        #expect(moments.allSatisfy { $0.0 > MonotonicTime(microseconds: 120_000_000) })
        let delays = Set(run.records(.finding, "change").map { $0.stamp.monotonic.microseconds % 8_000_000 })
        #expect(delays.isSubset(of: [0, 1_000_000]))
        #expect(delays.count == 2)
    }

    @Test("when the input ends, so that none is left")
    func stop() {
        var run = EngineRun(tracing: .all)
        for second in 0...96 { run.heartRate(Packet.heartRate(UInt8(70 + second % 2)), at: second * 1_000) }
        let before = run.traces.filter { String(decoding: $0, as: UTF8.self).contains(#""change""#) }.count
        run.stop(at: 96_000)
        let after = run.traces.filter { String(decoding: $0, as: UTF8.self).contains(#""change""#) }.count
        #expect(after == before + 1)
    }
}
