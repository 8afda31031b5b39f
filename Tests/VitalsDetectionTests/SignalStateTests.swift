import Testing
import VitalsDetection
import VitalsModel

@Suite("Signal state")
struct SignalStateTests {
    @Test("a stream is waiting until its first notification, and stale 10 s after a link without one (lesson 19)")
    func waitsForTheFirst() {
        var signal = SignalState()
        #expect(signal.state == .linkDown)
        let up = signal.linkUp(at: at(100))
        #expect(up.state == .waiting)
        #expect(up.previous == .linkDown)
        #expect(up.refusal == .noDataYet)
        #expect(signal.deadline == at(110))
        #expect(signal.expire(at: MonotonicTime(microseconds: 109_999_999)) == nil)
        let stale = signal.expire(at: at(140))
        #expect(stale?.state == .stale)
        #expect(stale?.since == at(110))
        #expect(signal.deadline == nil)
        #expect(signal.expire(at: at(200)) == nil)
    }

    @Test("a gap of 3 s is none, and a microsecond more is: the deadline says when")
    func gapIsExact() {
        var signal = SignalState()
        _ = signal.receive(beat(0))
        #expect(signal.deadline == MonotonicTime(microseconds: 3_000_001))
        #expect(signal.expire(at: at(3)) == nil)
        #expect(signal.receive(beat(3)).gap == nil)
        let stale = signal.expire(at: MonotonicTime(microseconds: 6_000_001))
        #expect(stale?.since == MonotonicTime(microseconds: 6_000_001))
        #expect(stale?.refusal == .signalLost)
        let back = signal.receive(beat(20))
        #expect(back.state == .streaming)
        #expect(back.previous == .stale)
        #expect(back.gap == .seconds(17))
    }

    @Test("a slow heart gives its sensor 3 RR, at most 10 s")
    func slowHeartsAreWaitedFor() {
        var signal = SignalState()
        _ = signal.receive(beat(0, [1_536]))
        #expect(signal.deadline == MonotonicTime(microseconds: 4_500_001))
        _ = signal.receive(beat(1, [.max]))
        #expect(signal.deadline == MonotonicTime(microseconds: 11_000_001))
    }

    @Test("lesson 22: contact is told in three states")
    func contactIsThreeStates() {
        var signal = SignalState()
        #expect(signal.receive(beat(0, contact: .unsupported)).state == .streaming)
        #expect(signal.receive(beat(1, contact: .notDetected)).state == .noContact)
        let output = signal.receive(beat(2, contact: .detected))
        #expect(output.state == .streaming)
        #expect(output.previous == .noContact)
        #expect(output.since == at(2))
        #expect(signal.receive(beat(3, contact: .detected)).previous == nil)
    }

    @Test("validity decides, and a rate of 0 is no reading")
    func validityDecides() {
        var signal = SignalState(configuration: .oximetry)
        let cases: [(SignalValidity, Int32?, SignalState.State, Refusal?)] = [
            (.valid, 97_00, .streaming, nil), (.provisional, 97_00, .streaming, nil),
            (.questionable, 97_00, .questionable, .questionableSignal), (.invalid, 97_00, .invalid, .invalidValue),
            (.valid, nil, .invalid, .invalidValue), (.valid, 0, .noReading, .signalLost),
            (.valid, -1, .noReading, .signalLost),
        ]
        for (index, (validity, value, state, refusal)) in cases.enumerated() {
            let output = signal.receive(SignalNotification(time: at(index), validity: validity, value: value))
            #expect(output.state == state)
            #expect(output.refusal == refusal)
        }
    }

    @Test("lesson 21: one packet with intervals repeated for 60 s is frozen, and the output says since when")
    func repeatedPacketIsFrozen() {
        var signal = SignalState()
        _ = signal.receive(beat(0, [901, 888]))
        for second in 1..<61 {
            #expect(signal.receive(beat(second, [950, 948])).state == .streaming, "second \(second)")
        }
        let output = signal.receive(beat(61, [950, 948]))
        #expect(output.state == .frozen)
        #expect(output.refusal == .frozenSignal)
        #expect(output.repeatedSince == at(1))
        #expect(signal.receive(beat(62, [950, 949])).state == .streaming)
    }

    @Test("lesson 21: a rate without intervals may stand still for 5 minutes, not for 679")
    func repeatedRateIsFrozen() {
        var signal = SignalState()
        for second in 0..<300 { #expect(signal.receive(beat(second, [])).state == .streaming) }
        #expect(signal.receive(beat(300, [])).state == .frozen)
    }

    @Test("SpO2 at 98 % for hours is no fault while the pulse amplitude varies, and one packet for 300 s is")
    func saturationMayStandStill() {
        var signal = SignalState(configuration: .oximetry)
        for second in 0..<3_600 {
            #expect(signal.receive(pulse(second, amplitude: 300 + Int32(second % 2))).state == .streaming)
        }
        for second in 3_600..<3_899 { #expect(signal.receive(pulse(second, amplitude: 301)).state == .streaming) }
        #expect(signal.receive(pulse(3_899, amplitude: 301)).state == .frozen)
    }

    @Test("equal intervals for 10 s are flat, unequal ones are not")
    func equalIntervalsAreFlat() {
        var signal = SignalState()
        for second in 0..<9 {
            #expect(signal.receive(beat(second, [1_024], rate: 60_00 + Int32(second % 3))).state == .streaming)
        }
        let output = signal.receive(beat(9, [1_024]))
        #expect(output.state == .flat)
        #expect(output.repeatedIntervals == 10)
        #expect(signal.receive(beat(10, [1_025])).state == .streaming)
    }

    @Test("a gap is not counted as repetition")
    func gapEndsRepetition() {
        var signal = SignalState()
        for second in 0..<9 { _ = signal.receive(beat(second, [1_024])) }
        #expect(signal.receive(beat(30, [1_024])).state == .streaming)
        #expect(signal.receive(beat(31, [1_024])).repeatedSince == at(30))
    }

    @Test("a link that ends ends the deadline, and nothing is measured across it")
    func linkDownEndsAll() {
        var signal = SignalState()
        _ = signal.receive(beat(0))
        let down = signal.linkDown(at: at(1))
        #expect(down.state == .linkDown)
        #expect(down.refusal == .linkDown)
        #expect(signal.deadline == nil)
        _ = signal.linkUp(at: at(50))
        #expect(signal.receive(beat(51)).gap == nil)
    }

    @Test("any time is taken without a trap, and a step back is an interruption")
    func extremesAreTaken() {
        var signal = SignalState()
        for time in [Int64.max, .min, 0, .max, -1] {
            let output = signal.receive(
                SignalNotification(time: MonotonicTime(microseconds: time), value: .max, rrIntervals: [.max, 0, .max]))
            #expect(output.state == .streaming)
        }
        #expect(signal.receive(beat(-5)).gap != nil)
    }

    private func beat(
        _ second: Int, _ intervals: [UInt16] = [], contact: SensorContact = .detected, rate: Int32 = 63_00
    )
        -> SignalNotification
    {
        SignalNotification(time: at(second), contact: contact, value: rate, rrIntervals: intervals)
    }

    private func pulse(_ second: Int, amplitude: Int32) -> SignalNotification {
        SignalNotification(time: at(second), value: 98_00, pulseRate: 61_00, pulseAmplitudeIndex: amplitude)
    }

    private func at(_ second: Int) -> MonotonicTime { MonotonicTime(microseconds: Int64(second) * 1_000_000) }
}
