import Testing
import VitalsJSON
import VitalsModel
import VitalsSimulator

@Suite("The truth as JSON Lines")
struct TruthWriterTests {
    @Test("the header names the format, the scenario and the seed")
    func header() {
        var scenario = Scenario.single(.strap)
        scenario.name = "night \"1\""
        var json = JSONWriter()
        TruthWriter.header(of: scenario, seed: 7, into: &json)
        #expect(
            String(decoding: json.bytes, as: UTF8.self)
                == #"{"duration":600,"format":"vitals-truth","scenario":"night \"1\"","seed":"7","#
                + #""start":"2026-01-01T00:00:00.000Z","version":1}"# + "\n")
    }

    @Test(
        "each event is one line with sorted members",
        arguments: [
            (
                .episodeBegan(id: 2, .linkLoss),
                #"{"event":"episode-begin","id":2,"kind":"link-loss","sensor":"C0:00:00:00:00:01","t":1.5}"#
            ),
            (
                .nadir(id: 1, spO2Hundredths: 8_577),
                #"{"event":"nadir","id":1,"sensor":"C0:00:00:00:00:01","spo2":85.77,"t":1.5}"#
            ),
            (
                .beat(.ventricular, .sinus, interval: 612),
                #"{"beat":"ventricular","event":"beat","interval":612,"rhythm":"sinus","sensor":"C0:00:00:00:00:01","t":1.5}"#
            ),
            (.linkUp, #"{"event":"link-up","sensor":"C0:00:00:00:00:01","t":1.5}"#),
            (
                .linkDown(reason: "remote-user"),
                #"{"event":"link-down","reason":"remote-user","sensor":"C0:00:00:00:00:01","t":1.5}"#
            ),
            (
                .dropped(.heartRateMeasurement, .episode, intervals: 1, bytes: [0x16, 0x48, 0xE8, 0x03]),
                #"{"cause":"dropped-notifications","characteristic":"2A37","event":"dropped","intervals":1,"#
                    + #""sensor":"C0:00:00:00:00:01","t":1.5,"value":"1648e803"}"#
            ),
            (
                .malformed(.heartRateMeasurement, intervals: 1, bytes: [0x16], intended: [0x16, 0x48, 0xE8, 0x03]),
                #"{"characteristic":"2A37","event":"malformed","intended":"1648e803","intervals":1,"#
                    + #""sensor":"C0:00:00:00:00:01","t":1.5,"value":"16"}"#
            ),
            (
                .clock(stepMicroseconds: -1_250_000, isSynchronised: false),
                #"{"event":"clock","sensor":"C0:00:00:00:00:01","step":-1.25,"synchronised":false,"t":1.5}"#
            ),
            (
                .episodeEnded(id: 3, .pause, with(SensorTally()) { $0.beats = 1 }, interval: 3_482),
                #"{"counts":{"beats":1,"doubled_beats":0,"dropped_packets":0,"frozen_packets":0,"heart_rate_packets":0,"#
                    + #""intervals_lost":0,"intervals_repeated":0,"intervals_sent":0,"malformed_packets":0,"missed_beats":0,"oximetry_packets":0,"#
                    + #""premature_beats":0,"spot_check_packets":0,"withheld_measurements":0},"event":"episode-end","id":3,"#
                    + #""interval":3482,"kind":"pause","sensor":"C0:00:00:00:00:01","t":1.5}"#
            ),
        ] as [(TruthEvent.Kind, String)])
    func line(kind: TruthEvent.Kind, text: String) {
        var json = JSONWriter()
        TruthWriter.line(
            TruthEvent(time: MonotonicTime(microseconds: 1_500_000), sensor: .sensor(1), kind: kind), into: &json)
        #expect(String(decoding: json.bytes, as: UTF8.self) == text + "\n")
    }
}
