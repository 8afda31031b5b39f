import Testing
import VitalsCore
import VitalsModel

/// Rules on single beats, told from a lost signal.
@Suite("Beats")
struct RateAlarmTests {
    /// A strap at 1 Hz that reports each beat in the packet after it, from a list of beat times in milliseconds. Without
    /// beats its rate falls, or is held.
    private static func strap(
        beats: [Int], seconds: Range<Int>, holdsRate: Bool = false,
        contact: (Int) -> Packet.ContactBits = { _ in .detected }
    ) -> EngineRun {
        var run = EngineRun()
        var next = 1
        var rate: UInt8 = 60
        for second in seconds {
            var rr: [UInt16] = []
            while next < beats.count, beats[next] <= second * 1_000 {
                rr.append(UInt16((beats[next] - beats[next - 1]) * 1_024 / 1_000))
                next += 1
            }
            rate = rr.isEmpty ? (holdsRate ? rate : max(rate, 26) - 6) : UInt8(60 + second % 3)
            run.heartRate(Packet.heartRate(rate, contact: contact(second), rr: rr), at: second * 1_000)
        }
        return run
    }

    /// Beats around every 800 ms, none of them equally far apart, but for a pause.
    private static func beats(until end: Int, pauseAt pause: Int = .max, lasting length: Int = 0) -> [Int] {
        var beats: [Int] = [0]
        while let last = beats.last, last < end {
            let isPause = last < pause && last + 800 >= pause
            beats.append(last + (isPause ? length : 800 + (beats.count * 37) % 50))
        }
        return beats
    }

    @Test("with a pause of 3.4 s are an alarm that ends by itself after 10 s")
    func pause() {
        let run = Self.strap(beats: Self.beats(until: 60_000, pauseAt: 20_000, lasting: 3_400), seconds: 1..<60)
        #expect(run.alarms(.pause).count == 2)
        #expect(run.alarms == ["24.000 pause raised", "34.000 pause cleared"])
        #expect(run.records(.finding, "rate-rules").map { $0.text("condition") } == ["pause"])
    }

    @Test("with the same long interval after a lost link are no pause")
    func linkLoss() {
        let beats = Self.beats(until: 60_000, pauseAt: 20_000, lasting: 3_400)
        var run = EngineRun()
        var next = 1
        for second in 1..<60 where !(20..<24).contains(second) {
            if second == 24 {
                run.linkDown(at: 20_000)
                run.linkUp(at: 23_500)
            }
            var rr: [UInt16] = []
            while next < beats.count, beats[next] <= second * 1_000 {
                rr.append(UInt16((beats[next] - beats[next - 1]) * 1_024 / 1_000))
                next += 1
            }
            run.heartRate(Packet.heartRate(UInt8(60 + second % 3), rr: rr), at: second * 1_000)
        }
        #expect(run.alarms.isEmpty)
    }

    @Test("that stop while the sensor works are asystole, and those that stop with the signal are a lost signal")
    func asystole() {
        let stopped = Self.strap(beats: Self.beats(until: 20_000), seconds: 1..<60)
        #expect(stopped.alarms(.asystole) == ["25.000 raised"])
        var lost = Self.strap(beats: Self.beats(until: 20_000), seconds: 1..<21)
        lost.tick(at: 100_000)
        #expect(lost.alarms == ["53.000 signal-lost raised"])
    }

    @Test("that stop on a strap that holds its rate are values that are not current, and asystole once one comes again")
    func heldRate() {
        var beats = Self.beats(until: 20_000)
        let last = beats[beats.count - 1]
        beats += [last + 15_000, last + 15_800, last + 16_630, last + 17_400]
        let run = Self.strap(beats: beats, seconds: 1..<45, holdsRate: true)
        #expect(run.alarms(.signalLost).first == "29.000 raised")
        #expect(run.alarms(.signalLost).count == 2)
        #expect(run.alarms(.asystole) == ["36.000 raised", "37.000 cleared"])
        #expect(run.absences.contains("25.000 heart-rate beats-missing"))
        #expect(run.absences.contains("36.000 heart-rate streaming"))
    }

    @Test("that stop for minutes stay asystole, although the packets repeat")
    func lastingAsystole() {
        let run = Self.strap(beats: Self.beats(until: 20_000), seconds: 1..<300)
        #expect(run.alarms(.asystole) == ["25.000 raised"])
        #expect(run.alarms(.signalFrozen).count == 1)
    }

    @Test("that are not reported while the rate goes on are no asystole")
    func withheldIntervals() {
        var run = Self.strap(beats: Self.beats(until: 20_000), seconds: 1..<20)
        for second in 20..<120 { run.heartRate(Packet.heartRate(UInt8(60 + second % 3)), at: second * 1_000) }
        #expect(run.alarms.isEmpty)
    }

    @Test("with an interval of 0 in every packet are no asystole")
    func zeroIntervals() {
        var run = Self.strap(beats: Self.beats(until: 20_000), seconds: 1..<20)
        for second in 20..<50 { run.heartRate(Packet.heartRate(60, rr: [0]), at: second * 1_000) }
        #expect(run.alarms(.asystole).isEmpty && run.alarms(.pause).isEmpty)
    }

    @Test("of a packet that froze without intervals are no asystole (lesson 21)")
    func frozenWithoutIntervals() {
        var run = Self.strap(beats: Self.beats(until: 20_000), seconds: 1..<20)
        for second in 20..<400 { run.heartRate(Packet.heartRate(61), at: second * 1_000) }
        #expect(run.alarms(.asystole).isEmpty)
        #expect(run.alarms(.signalLost).first == "27.000 raised")
        #expect(run.alarms(.signalFrozen).count == 1)
    }

    @Test("that stop are one alarm although the contact flickers (lesson 43)")
    func asystoleFlicker() {
        let run = Self.strap(beats: Self.beats(until: 20_000), seconds: 1..<40) { $0 == 30 ? .notDetected : .detected }
        #expect(run.alarms(.asystole) == ["25.000 raised"])
    }

    @Test("that race are one alarm although the contact flickers (lesson 43)")
    func tachycardiaFlicker() {
        let beats = (0..<400).map { $0 * 350 + $0 % 3 * 7 }
        let run = Self.strap(beats: beats, seconds: 1..<120) { $0 % 20 == 0 ? .notDetected : .detected }
        #expect(run.alarms(.extremeTachycardia).count == 1)
    }

    @Test("that can no longer be judged give their alarm up after 30 s")
    func unjudged() {
        // From second 40 on the strap doubts nothing and has contact, but sends no interval after a flicker.
        let beats = (0..<100).map { $0 * 350 + $0 % 3 * 7 }
        let run = Self.strap(beats: beats, seconds: 1..<120) { $0 == 36 ? .notDetected : .detected }
        #expect(run.alarms(.extremeTachycardia).last == "66.000 abandoned")
        #expect(run.alarms(.extremeTachycardia).count == 2)
    }

    @Test("of a frozen packet are not judged: no alarm of the body stands on it (lessons 21, 43)")
    func frozen() {
        var run = EngineRun()
        for second in 0..<300 {
            run.heartRate(Packet.heartRate(150, rr: [390, 391, 392]), at: second * 1_000)
        }
        let raised = run.alarms(.extremeTachycardia)
        #expect(raised == ["6.000 raised", "60.000 abandoned"])
        #expect(run.alarms(.signalFrozen) == ["60.000 raised"])
        #expect(run.alarms(.heartRateHigh).count == 2)
    }

    @Test("that are all alike to the last bit are a flat signal and no heart")
    func flat() {
        var run = EngineRun()
        for second in 0..<60 {
            run.heartRate(Packet.heartRate(UInt8(150 + second % 3), rr: [400, 400]), at: second * 1_000)
        }
        #expect(run.absences.last?.hasSuffix("flat") == true)
        #expect(run.alarms(.signalFrozen).count == 1)
        #expect(run.alarms(.extremeTachycardia).last?.hasSuffix("abandoned") != false)
        #expect(run.alarms(.extremeTachycardia).count % 2 == 0)
    }

    @Test("that fibrillate are one episode, given up with the signal")
    func fibrillation() {
        var random: UInt32 = 12_345
        var beats = [0]
        while let last = beats.last, last < 300_000 {
            random = random &* 1_664_525 &+ 1_013_904_223
            beats.append(last + 450 + Int(random >> 16) % 500)
        }
        var run = Self.strap(beats: beats, seconds: 1..<300)
        #expect(run.alarms(.atrialFibrillation).count == 1)
        run.linkDown(at: 300_000)
        run.tick(at: 400_000)
        #expect(run.alarms(.atrialFibrillation).last == "310.000 abandoned")
    }
}
