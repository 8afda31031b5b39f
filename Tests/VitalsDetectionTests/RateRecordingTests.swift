import Testing
import VitalsDetection
import VitalsModel
import VitalsTestKit

@Suite("Pause and asystole on recordings")
struct RateRecordingTests {
    /// What the rules say of a recording that is played as 1 Hz notifications of a strap.
    struct Tally {
        var pauses = 0
        var refused = 0
        var asystole = 0
        var bradycardia = 0
        var tachycardia = 0
        var flat = 0
        var stale = 0
    }

    @Test("every pause of 3 s and more in MITDB and AFDB is found")
    func everyPauseIsFound() {
        for (name, recordings, expected) in [
            ("MITDB", Recordings.arrhythmia, 42), ("AFDB", Recordings.fibrillation, 54),
        ] where !recordings.isEmpty {
            let long = recordings.reduce(0) { $0 + $1.rr.count { $0 >= 3_072 } }
            #expect(long == expected, "\(name)")
            let tally = total(recordings, hasGaps: false)
            print(name, "RR >= 3 s:", long, tally)
            #expect(tally.pauses == long, "\(name)")
            #expect(tally.refused == 0, "\(name)")
            #expect(tally.asystole == recordings.reduce(0) { $0 + $1.rr.count { $0 >= 4_096 } })
        }
    }

    @Test("no gap of NSR2DB makes a pause or asystole: each is refused as a lost signal")
    func noGapIsAPause() {
        guard !Recordings.sinus.isEmpty else { return }
        let gaps = Recordings.sinus.reduce(0) { $0 + $1.rr.count { $0 >= 3_072 } }
        let tally = total(Recordings.sinus, hasGaps: true)
        print("NSR2DB RR >= 3 s:", gaps, tally)
        #expect(gaps > 2_000)
        #expect(tally.pauses == 0)
        #expect(tally.asystole == 0)
        #expect(tally.refused > 0)
    }

    private func total(_ recordings: [Recording], hasGaps: Bool) -> Tally {
        var tally = Tally()
        for recording in recordings { play(recording, hasGaps: hasGaps, into: &tally) }
        return tally
    }

    /// One notification a second with the intervals that ended since the last one; none in a recorder's gap.
    private func play(_ recording: Recording, hasGaps: Bool, into tally: inout Tally) {
        var rules = RateRules()
        var signal = SignalState()
        var isAsystolic = false
        var isSlow = false
        var isFast = false
        var next = 0
        var second = (recording.times.first ?? 0) / 1_000_000
        var pending: [UInt16] = []
        var rate: Int32 = 60_00
        while next < recording.rr.count {
            second += 1
            let now = second * 1_000_000
            while next < recording.rr.count, recording.times[next] <= now {
                pending.append(recording.rr[next])
                rate = 6_144_000 / max(1, Int32(recording.rr[next]))
                next += 1
            }
            if hasGaps, next < recording.rr.count, recording.rr[next] >= 3_072 {
                // The recorder stops with the last beat before the gap and is back with the beat that ends it.
                let gapEnd = recording.times[next]
                if recording.times[next - 1] <= now, now < gapEnd {
                    second = max(second, (gapEnd + 999_999) / 1_000_000 - 1)
                    continue
                }
            }
            let notification = SignalNotification(
                time: MonotonicTime(microseconds: now), value: rate, rrIntervals: pending)
            pending.removeAll(keepingCapacity: true)
            if signal.expire(at: notification.time) != nil { tally.stale += 1 }
            if signal.receive(notification).state == .flat { tally.flat += 1 }
            let output = rules.judge(notification)
            if output.pause == .present { tally.pauses += notification.rrIntervals.count { $0 >= 3_072 } }
            if output.pause == .notAssessed(.signalLost) { tally.refused += 1 }
            if output.asystole == .present, !isAsystolic { tally.asystole += 1 }
            if output.bradycardia == .present, !isSlow { tally.bradycardia += 1 }
            if output.tachycardia == .present, !isFast { tally.tachycardia += 1 }
            isAsystolic = output.asystole == .present
            isSlow = output.bradycardia == .present
            isFast = output.tachycardia == .present
        }
    }
}
