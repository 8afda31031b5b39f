import Testing
import VitalsCore
import VitalsModel

/// What is missing is said, and the technical alarm of a state that lasts comes at its stated data time, once.
@Suite("A signal that is missing")
struct SignalAlarmTests {
    /// Packets at 1 Hz in a range of seconds, by a rule.
    private static func feed(
        _ run: inout EngineRun, _ seconds: Range<Int>,
        _ bytes: (Int) -> [UInt8] = { Packet.heartRate(UInt8(70 + $0 % 3)) }
    ) {
        for second in seconds { run.heartRate(bytes(second), at: second * 1_000) }
    }

    private static func off(_ second: Int) -> [UInt8] { Packet.heartRate(70, contact: .notDetected) }

    @Test("is stale a moment after 3 s and an alarm 30 s after that (lessons 17, 42)")
    func stale() {
        var run = EngineRun()
        Self.feed(&run, 0..<5)
        run.tick(at: 100_000)
        Self.feed(&run, 100..<110)
        #expect(
            run.absences == [
                "0.000 heart-rate streaming", "7.000 heart-rate stale", "100.000 heart-rate streaming",
            ])
        #expect(run.records(.absence).map(\.stamp.monotonic.microseconds) == [0, 7_000_001, 100_000_000])
        #expect(run.records(.absence).last?.number("gap") == 96_000_000)
        // The alarm ends when the signal has been back for 3 s, and not with its first packet.
        #expect(run.alarms == ["37.000 signal-lost raised", "103.000 signal-lost cleared"])
        #expect(run.records(.alarm).first?.stamp.monotonic.microseconds == 37_000_001)
    }

    @Test("is an alarm when a sensor connects and brings nothing (lesson 19)")
    func connectedWithoutData() {
        var run = EngineRun()
        run.linkUp(at: 1_000)
        run.tick(at: 30_999)
        #expect(run.alarms.isEmpty)
        run.tick(at: 31_000)
        #expect(run.alarms == ["31.000 signal-lost raised"])
        #expect(run.absences == ["31.000  connected-without-data"])
        #expect(run.records(.absence).first?.number("since") == 1_000_000)
        run.heartRate(Packet.heartRate(70), at: 40_000)
        #expect(run.alarms.last == "40.000 signal-lost cleared")
    }

    @Test("is one alarm when a sensor connects again and again and brings nothing (lessons 19, 43)")
    func flappingWithoutData() {
        var run = EngineRun()
        for cycle in 0..<20 {
            run.linkUp(at: cycle * 10_000)
            run.linkDown(at: cycle * 10_000 + 5_000)
        }
        run.tick(at: 900_000)
        #expect(run.alarms == ["30.000 signal-lost raised"])
    }

    @Test("is no alarm on a sensor whose values come when somebody takes them", arguments: [true, false])
    func spotChecksOnly(isLinkSeen: Bool) {
        var run = EngineRun()
        if isLinkSeen { run.linkUp(at: 0) }
        run.value(.plxSpotCheckMeasurement, Packet.spotCheck(97), at: 2_000)
        run.linkDown(at: 3_000)
        run.linkUp(at: 60_000)
        run.tick(at: 400_000)
        #expect(run.alarms.isEmpty)
    }

    @Test("stays missing when a link comes up and brings nothing, in each of its streams (lesson 19)")
    func upAndStill() {
        var run = EngineRun()
        Self.feed(&run, 0..<3)
        run.linkDown(at: 3_000)
        run.linkUp(at: 5_000)
        run.tick(at: 100_000)
        #expect(
            run.absences.dropFirst() == [
                "3.000 heart-rate link-down", "5.000 heart-rate waiting", "15.000 heart-rate stale",
            ])
        #expect(run.alarms == ["33.000 signal-lost raised"])
    }

    @Test("is an alarm 10 s after its link ended, and none if the link is back before")
    func linkLost() {
        var run = EngineRun()
        Self.feed(&run, 0..<3)
        run.linkDown(at: 3_000)
        run.linkUp(at: 12_999)
        Self.feed(&run, 14..<20)
        #expect(run.alarms.isEmpty)
        run.linkDown(at: 20_000)
        run.linkUp(at: 60_000)
        Self.feed(&run, 61..<70)
        #expect(run.alarms == ["30.000 link-lost raised", "63.000 link-lost cleared"])
    }

    @Test("is no further alarm when the link is back after an hour and the first value takes a few seconds (lesson 43)")
    func backAfterAnHour() {
        var run = EngineRun()
        Self.feed(&run, 0..<3)
        run.linkDown(at: 3_000)
        run.linkUp(at: 3_600_000)
        Self.feed(&run, 3_605..<3_620)
        #expect(run.alarms == ["13.000 link-lost raised", "3603.000 link-lost cleared"])
    }

    @Test("is an alarm 10 s after the contact was lost, and values off the body are no readings (lessons 21, 22)")
    func sensorOff() throws {
        var run = EngineRun()
        Self.feed(&run, 0..<5)
        Self.feed(&run, 5..<700, { _ in Packet.heartRate(63, contact: .notDetected) })
        run.stop(at: 700_000)
        #expect(run.alarms == ["15.000 sensor-off raised", "700.000 sensor-off abandoned"])
        #expect(run.absences.last == "5.000 heart-rate no-contact")
        #expect(try run.heartRates().dropFirst(5).allSatisfy { $0.quality == .noContact && $0.contact == .notDetected })
    }

    @Test("of an oximeter that says that it is on no finger is an alarm too")
    func offFinger() {
        var run = EngineRun()
        for second in 0..<20 {
            let isOff = second >= 5
            run.oximetry(
                Packet.oximetry(97, status: 0x20, device: isOff ? 1 << 11 : 0, amplitude: UInt16(60 + second)),
                at: second * 1_000)
        }
        #expect(run.absences == ["0.000 oximetry streaming", "5.000 oximetry no-contact"])
        #expect(run.alarms == ["15.000 sensor-off raised"])
    }

    @Test("is one alarm when the contact flickers (lesson 43)")
    func contactFlicker() {
        var run = EngineRun()
        Self.feed(&run, 0..<5)
        Self.feed(&run, 5..<20, Self.off)
        // A packet in three has contact.
        Self.feed(
            &run, 20..<80, { Packet.heartRate(UInt8(70 + $0 % 5), contact: $0 % 3 == 0 ? .detected : .notDetected) })
        Self.feed(&run, 80..<90)
        #expect(run.alarms == ["15.000 sensor-off raised", "83.000 sensor-off cleared"])
    }

    @Test("is one alarm when its reason flickers: no contact, no reading, the link for a moment (lesson 43)")
    func reasonFlicker() {
        var run = EngineRun()
        Self.feed(&run, 0..<5)
        Self.feed(&run, 5..<60, { $0 % 2 == 0 ? Packet.heartRate(0) : Packet.heartRate(70, contact: .notDetected) })
        run.linkDown(at: 60_000)
        run.linkUp(at: 61_000)
        Self.feed(&run, 62..<70, Self.off)
        Self.feed(&run, 70..<80)
        #expect(run.alarms == ["15.000 sensor-off raised", "73.000 sensor-off cleared"])
    }

    @Test("hands its alarm over when another reason stays")
    func handOver() {
        var run = EngineRun()
        Self.feed(&run, 0..<5)
        Self.feed(&run, 5..<60, Self.off)
        run.linkDown(at: 60_000)
        run.tick(at: 100_000)
        #expect(
            run.alarms == [
                "15.000 sensor-off raised", "63.000 sensor-off cleared", "63.000 link-lost raised",
            ])
    }

    @Test("is said at once when a packet repeats for 60 s: a frozen value is no live one (lesson 21)")
    func frozen() {
        var run = EngineRun()
        Self.feed(&run, 0..<100, { _ in Packet.heartRate(63, rr: [975, 976]) })
        #expect(run.absences == ["0.000 heart-rate streaming", "60.000 heart-rate frozen"])
        #expect(run.alarms == ["60.000 signal-frozen raised"])
        #expect(run.records(.absence).last?.number("repeatedSince") == 0)
    }

    @Test("is one alarm for a sensor, whichever of its streams it concerns")
    func twoStreams() {
        var run = EngineRun()
        for second in 0..<5 {
            run.heartRate(Packet.heartRate(UInt8(70 + second)), at: second * 1_000)
            run.oximetry(Packet.oximetry(UInt16(95 + second % 2)), at: second * 1_000)
        }
        run.linkDown(at: 5_000)
        run.linkUp(at: 30_000)
        Self.feed(&run, 31..<40)
        run.tick(at: 39_900)
        #expect(run.alarms.first == "15.000 link-lost raised")
        #expect(run.alarms(.linkLost).count == 2)
        #expect(
            run.records(.absence).filter { $0.text("state") == "link-down" }.map(\.subject) == [
                "heart-rate", "oximetry",
            ])
    }

    @Test("is not said to have been down when its first packet is the first that is known of it")
    func firstPacket() {
        var run = EngineRun()
        run.heartRate(Packet.heartRate(70), at: 0)
        #expect(
            run.records(.absence).map { String(decoding: $0.body, as: UTF8.self) } == [
                #"{"since":0,"state":"streaming"}"#
            ])
    }

    @Test("names the record behind its alarm")
    func cause() {
        var run = EngineRun()
        Self.feed(&run, 0..<5)
        Self.feed(&run, 5..<20, Self.off)
        let alarm = run.records(.alarm).first
        let absence = run.records(.absence).last
        #expect(alarm?.number("cause") == absence.map { Int64($0.sequence) })
        #expect(alarm?.text("kind") == "technical")
        #expect(alarm?.text("priority") == "low")
        #expect(alarm?.number("since") == 5_000_000)
        #expect(alarm?.text("configuration") == "d1")
    }
}
