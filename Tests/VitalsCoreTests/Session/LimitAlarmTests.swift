import Testing
import VitalsCore
import VitalsJSON
import VitalsModel

@Suite("A limit")
struct LimitAlarmTests {
    private static func feed(_ run: inout EngineRun, _ seconds: Range<Int>, _ spO2: (Int) -> UInt16) {
        for second in seconds { run.oximetry(Packet.oximetry(spO2(second)), at: second * 1_000) }
    }

    @Test("raises once after its delay and clears once, with the finding before it")
    func once() {
        var run = EngineRun()
        Self.feed(&run, 0..<60) { 10..<40 ~= $0 ? 88 : 97 }
        #expect(run.alarms(.spO2Low) == ["25.000 raised", "43.000 cleared"])
        #expect(run.alarms(.desaturation).isEmpty)
        let finding = run.records(.finding, "limit").first
        #expect(finding?.text("condition") == "spo2-low")
        #expect(finding?.text("detector") == "limit/1")
        #expect(finding?.text("configuration") == "d1")
        #expect(finding?.number("from") == 10_000_000)
        #expect(finding?.number("to") == 25_000_000)
        #expect(finding?.json?["evaluation"]?["numbers"]?["valueHundredths"]?.number?.integer == 8_800)
        let raised = run.records(.alarm, "spo2-low").first
        #expect(raised?.number("cause") == finding.map { Int64($0.sequence) })
        #expect(run.records(.alarm, "spo2-low").last?.number("raised") == raised.map { Int64($0.sequence) })
        #expect(raised?.text("kind") == "physiological")
    }

    @Test("neither misses nor repeats its alarm when single readings flicker (lesson 43)")
    func flicker() {
        var run = EngineRun()
        Self.feed(&run, 0..<120) { 10..<80 ~= $0 && $0 % 7 != 0 ? 88 : 97 }
        #expect(run.alarms(.spO2Low) == ["25.000 raised", "83.000 cleared"])
    }

    @Test("gives its alarm up when the signal's technical alarm takes over (lessons 41, 43)")
    func abandoned() {
        var run = EngineRun()
        Self.feed(&run, 0..<40) { $0 >= 10 ? 83 : 97 }
        run.tick(at: 400_000)
        #expect(
            run.alarms == [
                "15.000 desaturation raised", "17.000 saturation-seconds raised", "25.000 spo2-low raised",
                "72.000 signal-lost raised", "72.000 spo2-low abandoned", "72.000 desaturation abandoned",
                "72.000 saturation-seconds abandoned",
            ])
    }

    @Test("gives its alarm up when the input ends: nothing stays raised that nobody watches (lesson 41)")
    func endOfInput() {
        var run = EngineRun()
        Self.feed(&run, 0..<40) { $0 >= 10 ? 88 : 97 }
        run.stop(at: 40_000)
        #expect(run.alarms(.spO2Low) == ["25.000 raised", "40.000 abandoned"])
        let raised = run.records(.alarm, "spo2-low").first
        #expect(run.records(.alarm, "spo2-low").last?.number("raised") == raised.map { Int64($0.sequence) })
    }

    @Test("a heart rate that no heart has is no measurement and raises nothing")
    func implausible() throws {
        var run = EngineRun()
        for second in 0..<60 { run.heartRate([0x07, 0xFF, 0xFF], at: second * 1_000) }
        run.stop(at: 60_000)
        #expect(run.alarms(.heartRateHigh).isEmpty)
        #expect(try run.heartRates().map(\.quality) == Array(repeating: .invalid, count: 60))
        #expect(try run.heartRates().allSatisfy { $0.heartRate == 65_535 })
    }

    @Test("keeps its alarm over a short loss of the signal")
    func shortLoss() {
        var run = EngineRun()
        Self.feed(&run, 0..<30) { $0 >= 10 ? 88 : 97 }
        run.linkDown(at: 30_000)
        run.linkUp(at: 34_000)
        Self.feed(&run, 36..<60) { $0 < 50 ? 88 : 97 }
        #expect(run.alarms(.spO2Low) == ["25.000 raised", "53.000 cleared"])
        #expect(run.alarms(.linkLost).isEmpty)
    }

    @Test("is given up again when the signal came back for a moment only (lesson 43)")
    func backForAMoment() {
        var run = EngineRun()
        for second in 0..<5 { run.heartRate(Packet.heartRate(70), at: second * 1_000) }
        for second in 5..<20 { run.heartRate(Packet.heartRate(70, contact: .notDetected), at: second * 1_000) }
        // Five fast beats in one packet are enough for the limit; then the sensor is off again.
        run.heartRate(Packet.heartRate(150, rr: [400, 401, 402, 403, 404]), at: 20_000)
        for second in 21..<60 { run.heartRate(Packet.heartRate(70, contact: .notDetected), at: second * 1_000) }
        #expect(
            run.alarms == [
                "15.000 sensor-off raised", "20.000 heart-rate-high raised", "31.000 heart-rate-high abandoned",
            ])
    }

    @Test("judges no frozen value: its alarm is given up with the signal and does not come back (lessons 21, 43)")
    func frozen() {
        var run = EngineRun()
        Self.feed(&run, 0..<900) { _ in 88 }
        #expect(run.alarms(.spO2Low) == ["15.000 raised", "600.000 abandoned"])
        #expect(run.alarms(.saturationSeconds).count == 2)
        #expect(run.alarms(.signalFrozen) == ["600.000 raised"])
    }

    @Test("judges nothing that is no valid number", arguments: [0x07FF, 0x0800, 0x0802, 0x07FE, 0x0801])
    func special(word: UInt16) {
        var run = EngineRun()
        Self.feed(&run, 0..<120) { $0 < 5 ? 97 : word }
        #expect(run.alarms == ["35.000 signal-lost raised"])
        #expect(run.records(.finding).isEmpty)
    }

    @Test("of the pulse rate of an oximeter has its own alarms")
    func pulse() {
        var run = EngineRun()
        for second in 0..<20 { run.oximetry(Packet.oximetry(97, pulse: 150), at: second * 1_000) }
        #expect(run.alarms == ["10.000 pulse-rate-high raised"])
        #expect(run.records(.finding).first?.text("stream") == "oximetry")
    }

    @Test("names the low pulse rate and the slow heart apart")
    func slow() {
        var run = EngineRun()
        for second in 0..<20 {
            run.oximetry(Packet.oximetry(97, pulse: 35), at: second * 1_000)
            run.heartRate(Packet.heartRate(35), at: second * 1_000)
        }
        #expect(run.alarms == ["10.000 pulse-rate-low raised", "10.000 heart-rate-low raised"])
    }
}
