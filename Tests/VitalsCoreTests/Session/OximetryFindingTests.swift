import Testing
import VitalsDetection
import VitalsJSON
import VitalsModel
import VitalsTestKit

@testable import VitalsCore

@Suite("Findings of an oximeter")
struct OximetryFindingTests {
    /// 97 % at 1 Hz, but for a fall to 91 % from second 100 to 139.
    private static func run(seconds: Int, silentFrom: Int = .max) -> EngineRun {
        var run = EngineRun()
        for second in 0..<seconds where second < silentFrom {
            run.oximetry(Packet.oximetry(100..<140 ~= second ? 91 : 97), at: second * 1_000)
        }
        return run
    }

    @Test("A desaturation is told when it is certain, and again when it is over")
    func desaturation() throws {
        let findings = Self.run(seconds: 200).records(.finding, "desaturation")
        #expect(findings.map { $0.text("condition") } == ["desaturation-ongoing", "desaturation-event"])
        #expect(findings.map(\.second) == ["110.000", "143.000"])
        #expect(findings.allSatisfy { $0.number("from") == 100_000_000 && $0.text("stream") == "oximetry" })
    }

    @Test("One that is on when the signal goes is told with what was seen of it")
    func abandoned() throws {
        var run = Self.run(seconds: 130)
        run.tick(at: 400_000)
        let findings = run.records(.finding, "desaturation")
        #expect(findings.map { $0.text("condition") } == ["desaturation-ongoing", "desaturation-event"])
    }

    @Test("Early-warning points are told when they change, and by no name that promises seven parameters")
    func points() throws {
        var run = EngineRun()
        for second in 0..<360 { run.oximetry(Packet.oximetry(second < 180 ? 97 : 93), at: second * 1_000) }
        let findings = run.records(.finding, "early-warning")
        #expect(findings.map { $0.json?["evaluation"]?["numbers"]?["score"]?.number?.integer } == [0, 2])
        #expect(findings.map(\.second) == ["60.000", "240.000"])
        #expect(findings.allSatisfy { $0.text("condition") == "early-warning-points" })
    }
}

@Suite("Findings of RR intervals")
struct IntervalFindingTests {
    @Test("Variability is told for every five minutes, with cleaned intervals and the records that hold them")
    func variability() throws {
        var run = EngineRun()
        var random = SplitMix64(seed: 7)
        for second in 0..<1_000 {
            run.heartRate(Packet.heartRate(60, rr: [UInt16(random.int(980...1_060))]), at: second * 1_000)
        }
        let findings = run.records(.finding, "heart-rate-variability")
        #expect(findings.map { $0.number("from") } == [0, 300_000_000, 600_000_000])
        for finding in findings {
            let numbers = try #require(finding.json?["evaluation"]?["numbers"])
            let bits = try #require(numbers["rmssdMillisecondsBits"]?.number?.integer)
            let rmssd = Double(bitPattern: UInt64(bitPattern: bits))
            #expect(rmssd > 20 && rmssd < 50)
            #expect(finding.range != nil)
        }
    }

    @Test("A beat is at its notification's time, and those before it earlier by the intervals between")
    func beats() {
        let notification = SignalNotification(
            time: MonotonicTime(microseconds: 10_000_000), value: 60_00, rrIntervals: [900, 1_024, 512])
        let beats = notification.beats
        #expect(beats.map(\.interval) == [900, 1_024, 512])
        #expect(beats.map(\.time.microseconds) == [8_500_000, 9_500_000, 10_000_000])
    }
}
