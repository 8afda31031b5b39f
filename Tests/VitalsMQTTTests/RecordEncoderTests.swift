import Testing
import VitalsCore
import VitalsJSON
import VitalsModel
import VitalsTestKit

@testable import VitalsMQTT

@Suite("Records as messages")
struct RecordEncoderTests {
    private let encoder: RecordEncoder

    init() throws {
        encoder = try RecordEncoder(identity: JournalIdentity(gateway: "ward-3", epoch: "00000000000000e1"))
    }

    private func record(
        _ kind: RecordKind, sensor: SensorAddress? = Record.strap, subject: String = "",
        body: [UInt8] = Array("{}".utf8)
    ) -> Record {
        Record(sequence: 7, kind: kind, sensor: sensor, stamp: .after(0.25), subject: subject, body: body)
    }

    private func samples(_ samples: SampleBlock.Samples) -> Record {
        record(.samples, subject: "x", body: SampleBlock(samples: samples).encoded())
    }

    private func text(_ record: Record) -> String {
        String(decoding: encoder.message(of: record).payload, as: UTF8.self)
    }

    @Test(
        "every kind has one topic",
        arguments: [
            (.start, "events"), (.samples, "samples"), (.finding, "findings"), (.absence, "absence"),
            (.link, "events"), (.malformed, "events"), (.device, "events"), (.clock, "events"),
            (.alarm, "alarms/spo2-low"),
        ] as [(RecordKind, String)])
    func topics(_ kind: RecordKind, _ end: String) {
        var record = record(kind, subject: "spo2-low")
        if kind == .samples { record.body = Record.sample(7).body }
        #expect(encoder.message(of: record).topic == "vitals/v1/ward-3/c00000000001/\(end)")
        #expect(encoder.message(of: record).isRetained == (kind == .alarm))
        record.sensor = nil
        let own = kind == .samples ? "events" : end
        #expect(encoder.message(of: record).topic == "vitals/v1/ward-3/\(own)")
    }

    @Test("the user properties and the payload carry the same identity")
    func identity() throws {
        for sequence: UInt64 in 1...7 {
            let message = encoder.message(of: Record.sample(sequence))
            #expect(message.property("id") == String(sequence))
            #expect(message.property("count") == "1")
            #expect(message.property("epoch") == "00000000000000e1")
            let json = try JSONParser.parse(message.payload)
            let head = json.array?.first ?? json
            #expect(head["id"]?.number?.text == String(sequence))
            #expect(head["count"]?.number?.text == "1")
            #expect(head["epoch"]?.string == "00000000000000e1")
            #expect(head["gateway"]?.string == "ward-3")
        }
    }

    @Test("everything but samples is one object with sorted members and the body as it is")
    func object() {
        let alarm = record(.alarm, subject: "spo2-low", body: Array(#"{"state":"raised","window":[1,2]}"#.utf8))
        #expect(
            text(alarm)
                == #"{"count":1,"epoch":"00000000000000e1","gateway":"ward-3","id":7,"kind":"alarm","#
                + #""monotonic":40000250000,"record":{"state":"raised","window":[1,2]},"sensor":"C0:00:00:00:00:01","#
                + #""subject":"spo2-low","synchronised":true,"time":"2026-11-21T07:30:00.250Z"}"#)
        #expect(encoder.message(of: alarm).contentType == "application/json")
    }

    @Test(
        "a body that cannot be read goes out as it is, not as a number and not at all", arguments: RecordKind.allCases)
    func damagedBody(_ kind: RecordKind) throws {
        let message = encoder.message(of: record(kind, subject: "a", body: [0xFF, 0x01]))
        #expect(message.topic == "vitals/v1/ward-3/c00000000001/events")
        #expect(!message.isRetained)
        let json = try JSONParser.parse(message.payload)
        #expect(json["raw"]?.string == "ff01" && json["record"] == nil)
        #expect(json["kind"]?.string == kind.name)
        #expect(ReceivedContent(message) != nil)
    }

    @Test("a JSON body that is no object is kept as raw, too")
    func noObject() throws {
        let json = try JSONParser.parse(encoder.message(of: record(.finding, body: Array("[1]".utf8))).payload)
        #expect(json["raw"]?.string == "5b315d")
    }

    @Test(
        "an alarm whose subject could leave its topic level is published as an event",
        arguments: ["", "a/b", "#", "+", "A", "a_b", "ä"])
    func subjects(_ subject: String) {
        let message = encoder.message(of: record(.alarm, subject: subject))
        #expect(message.topic == "vitals/v1/ward-3/c00000000001/events")
        #expect(!message.isRetained)
    }

    @Test(
        "a gateway's name that could leave its topic level is refused", arguments: ["", "a/b", "#", "a b", "ä", "$SYS"])
    func gatewayNames(_ name: String) {
        let error = #expect(throws: MQTTError.self) {
            try RecordEncoder(identity: JournalIdentity(gateway: name, epoch: "e"))
        }
        #expect(error?.description == "gateway name: it must be 1 to 64 of A-Z a-z 0-9 _ -")
        #expect(throws: MQTTError.self) { try Topics(gateway: String(repeating: "a", count: 65)) }
    }

    @Test("heart rate, RR intervals and energy are SenML with exact numbers, each sample led by its quality")
    func heartRate() {
        let block = samples(
            .heartRate([
                HeartRateSample(
                    stamp: .after(0.25), heartRate: 72, contact: .detected, energyExpended: 12,
                    rrIntervals: [832, 1_001],
                    quality: .valid),
                HeartRateSample(stamp: .after(1.253), heartRate: 0, contact: .notDetected, quality: .noContact),
            ]))
        #expect(
            text(block)
                == #"[{"bn":"urn:dev:mac:c00000fffe000001_","bt":1795246200.25,"count":1,"epoch":"00000000000000e1","#
                + #""gateway":"ward-3","id":7,"monotonic":40000250000,"n":"quality","stream":"heart-rate","#
                + #""synchronised":true,"vs":"valid"},{"n":"contact","vs":"detected"},"#
                + #"{"n":"heart-rate","u":"beat/min","v":72},{"n":"energy-expended","u":"J","v":12e3},"#
                + #"{"n":"rr","t":-0.977539,"u":"s","v":0.8125},{"n":"rr","u":"s","v":0.9775390625},"#
                + #"{"n":"quality","t":1.003,"vs":"no-contact"},{"n":"contact","t":1.003,"vs":"not-detected"},"#
                + #"{"n":"heart-rate","t":1.003,"u":"beat/min","v":0}]"#)
        #expect(encoder.message(of: block).contentType == "application/senml+json")
    }

    @Test("SpO2 is a ratio with all digits that were sent, and what is no number never becomes one (lesson 25)")
    func oximetry() {
        let block = samples(
            .oximetry([
                OximetrySample(
                    stamp: .after(0), normal: SpO2PulseRate(spO2: 97, pulseRate: 0xF2D0),
                    fast: SpO2PulseRate(spO2: 0xF3CF, pulseRate: 0x07FF), measurementStatus: 0x0020,
                    deviceStatus: 0x000080, pulseAmplitudeIndex: 0xF00C, quality: .provisional),
                OximetrySample(
                    stamp: .after(1), normal: SpO2PulseRate(spO2: 0x07FF, pulseRate: 0x0800),
                    slow: SpO2PulseRate(spO2: 0x07FE, pulseRate: 0x0802), pulseAmplitudeIndex: 0x0801, quality: .invalid
                ),
            ]))
        let expected =
            #"{"n":"spo2","u":"/","v":0.97},{"n":"pulse-rate","u":"beat/min","v":72.0},"#
            + #"{"n":"spo2-fast","u":"/","v":0.975},{"n":"pulse-rate-fast","vs":"NaN"},"#
            + #"{"n":"pulse-amplitude-index","u":"/","v":0.012},{"n":"measurement-status","vs":"0x0020"},"#
            + #"{"n":"device-status","vs":"0x000080"},{"n":"quality","t":1,"vs":"invalid"},"#
            + #"{"n":"spo2","t":1,"vs":"NaN"},{"n":"pulse-rate","t":1,"vs":"NRes"},"#
            + #"{"n":"spo2-slow","t":1,"vs":"+INFINITY"},{"n":"pulse-rate-slow","t":1,"vs":"-INFINITY"},"#
            + #"{"n":"pulse-amplitude-index","t":1,"vs":"reserved"}]"#
        #expect(text(block).hasSuffix(expected))
    }

    @Test("no special SFLOAT word, under any exponent, makes a JSON number")
    func specials() throws {
        for exponent: UInt16 in 0...15 {
            for mantissa: UInt16 in 0x7FE...0x802 {
                let word = exponent << 12 | mantissa
                let pair = SpO2PulseRate(spO2: word, pulseRate: word)
                let block = samples(
                    .spotCheck([
                        SpotCheckSample(stamp: .after(0), value: pair, pulseAmplitudeIndex: word, quality: .invalid)
                    ]))
                let entries = try #require(try JSONParser.parse(encoder.message(of: block).payload).array)
                #expect(entries.count == 4)
                #expect(entries.allSatisfy { $0["v"] == nil && $0["vs"] != nil })
            }
        }
    }

    @Test("a spot check has the sensor's own time, without a zone")
    func spotCheck() {
        let value = SpO2PulseRate(spO2: 0xE3CF, pulseRate: 60)
        let sample = SpotCheckSample(stamp: .after(0), value: value, deviceTime: 1_795_246_199, quality: .questionable)
        #expect(
            text(samples(.spotCheck([sample]))).hasSuffix(
                #"{"n":"spo2","u":"/","v":0.0975},{"n":"pulse-rate","u":"beat/min","v":60},"#
                    + #"{"n":"device-time","vs":"2026-11-21T07:29:59"}]"#))
    }

    @Test("a frame of a waveform says how many samples it holds; the waveform itself stays in the journal")
    func waveform() {
        let frame = PPGSample(
            stamp: .after(0), deviceTime: 7, measurement: 1, frameType: 0,
            channels: PPGSample.Channels(first: [1, 2], second: [3, 4], third: [5, 6], ambient: [7, 8]),
            quality: .valid)
        #expect(text(samples(.ppg([frame]))).hasSuffix(#""vs":"valid"},{"n":"ppg-samples","u":"count","v":2}]"#))
    }

    @Test("a gateway whose clock was never set sends no absolute time, but both its clocks (lesson 29)")
    func undated() {
        let stamp = { (seconds: Int64) in
            Stamp(
                monotonic: MonotonicTime(microseconds: seconds * 1_000_000),
                wall: WallTime(microseconds: seconds * 1_000_000 + 5),
                isSynchronised: false)
        }
        let block = samples(
            .heartRate(
                (1...2).map { HeartRateSample(stamp: stamp($0), heartRate: 60, contact: .unsupported, quality: .valid) }
            ))
        #expect(
            text(block)
                == #"[{"bn":"urn:dev:mac:c00000fffe000001_","count":1,"epoch":"00000000000000e1","gateway":"ward-3","#
                + #""id":7,"monotonic":1000000,"n":"quality","stream":"heart-rate","synchronised":false,"vs":"valid","#
                + #""wall":1000005},{"n":"contact","vs":"unsupported"},{"n":"heart-rate","u":"beat/min","v":60},"#
                + #"{"monotonic":2000000,"n":"quality","vs":"valid","wall":2000005},{"n":"contact","vs":"unsupported"},"#
                + #"{"n":"heart-rate","u":"beat/min","v":60}]"#)
    }

    @Test("a clock that steps inside a block is visible: the other clock stands beside it")
    func clockStep() throws {
        var stepped = Stamp.after(1)
        stepped.wall.microseconds -= 3_600_000_000
        stepped.isSynchronised = false
        let block = samples(
            .heartRate([
                HeartRateSample(stamp: .after(0), heartRate: 60, contact: .detected, quality: .valid),
                HeartRateSample(stamp: stepped, heartRate: 61, contact: .detected, quality: .valid),
            ]))
        let entries = try #require(try JSONParser.parse(encoder.message(of: block).payload).array)
        let second = entries[3]
        #expect(second["t"]?.number?.text == "-3599")
        #expect(second["monotonic"]?.number?.integer == 40_001_000_000)
        #expect(second["synchronised"]?.bool == false)
    }

    @Test("seconds are exact at both ends of the clock")
    func seconds() {
        func seconds(_ microseconds: Int64) -> String {
            var json = JSONWriter()
            json.fragment(seconds: microseconds)
            return String(decoding: json.bytes, as: UTF8.self)
        }
        #expect(seconds(0) == "0")
        #expect(seconds(-1) == "-0.000001")
        #expect(seconds(1_250_000) == "1.25")
        #expect(seconds(.max) == "9223372036854.775807")
        #expect(seconds(.min) == "-9223372036854.775808")
    }

    @Test("an interval of 1/1024 s is exact in seconds, with no zero too many")
    func intervals() throws {
        for (interval, text) in [(0, "0"), (1, "0.0009765625"), (1_024, "1"), (.max, "63.9990234375")]
            as [(UInt16, String)]
        {
            let sample = HeartRateSample(
                stamp: .after(0), heartRate: 60, contact: .detected, rrIntervals: [interval], quality: .valid)
            let pack = try JSONParser.parse(encoder.message(of: samples(.heartRate([sample]))).payload).array
            #expect(pack?.last?["v"]?.number?.text == text)
        }
    }

    @Test("a block without samples says nothing in SenML, and is published all the same")
    func emptyBlock() throws {
        let message = encoder.message(of: samples(.heartRate([])))
        #expect(message.topic.hasSuffix("/events"))
        #expect(ReceivedContent(message) != nil)
    }

    @Test("whatever the values, the pack is JSON, and the audit reads every sample's time back", arguments: 0..<100)
    func randomBlocks(_ seed: Int) throws {
        var random = SplitMix64(seed: UInt64(seed))
        let extremes: [Int64] = [.min, -1, 0, 268_435_455_999_999, 268_435_456_000_000, 1_795_246_200_000_000, .max]
        var time = random.int(0...3) == 0 ? try #require(extremes.randomElement(using: &random)) : 1_795_246_200_000_000
        let block = (0..<random.int(1...8)).map { _ -> HeartRateSample in
            time = time.addingSaturating(Int64(random.int(0...2_000_000)))
            let monotonic =
                random.int(0...4) == 0 ? Int64(truncatingIfNeeded: random.next()) : time.subtractingSaturating(77)
            return HeartRateSample(
                stamp: Stamp(
                    monotonic: MonotonicTime(microseconds: monotonic), wall: WallTime(microseconds: time),
                    isSynchronised: random.int(0...1) == 0),
                heartRate: UInt16(random.int(0...65_535)), contact: .detected,
                rrIntervals: (0..<random.int(0...3)).map { _ in UInt16(random.int(0...65_535)) }, quality: .valid)
        }
        let content = try #require(ReceivedContent(encoder.message(of: samples(.heartRate(block)))))
        guard case .records(7, 1, let found?) = content.kind else {
            Issue.record("seed \(seed): not read as samples")
            return
        }
        let expected = block.map {
            JournalAudit.SampleTime(monotonic: $0.stamp.monotonic.microseconds, wall: $0.stamp.wall.microseconds)
        }
        #expect(found.times == expected, "seed \(seed)")
    }

    @Test("the status is retained, and says the last sequence at a clean stop alone")
    func status() {
        let online = encoder.status(isOnline: true)
        #expect(online.topic == "vitals/v1/ward-3/status" && online.isRetained)
        #expect(String(decoding: online.payload, as: UTF8.self).contains("last") == false)
        #expect(
            String(decoding: encoder.status(isOnline: false, last: 12).payload, as: UTF8.self)
                == #"{"epoch":"00000000000000e1","gateway":"ward-3","last":12,"state":"offline"}"#)
    }
}
