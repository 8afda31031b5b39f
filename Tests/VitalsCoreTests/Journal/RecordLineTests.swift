import Testing
import VitalsCore
import VitalsJSON
import VitalsModel
import VitalsTestKit

@Suite("A record as a line of JSON")
struct RecordLineTests {
    static let stamp = Stamp(
        monotonic: MonotonicTime(microseconds: 1_024_000), wall: WallTime(microseconds: 1_795_246_201_024_000),
        isSynchronised: true)
    static let sensor = SensorAddress(rawValue: 0xC000_0000_0001)

    static func line(
        _ kind: RecordKind, sensor: SensorAddress? = sensor, subject: String, body: [UInt8]
    ) throws -> String {
        var json = JSONWriter()
        try RecordLine.write(
            Record(sequence: 7, kind: kind, sensor: sensor, stamp: stamp, subject: subject, body: body), to: &json)
        return String(decoding: json.bytes, as: UTF8.self)
    }

    @Test("Heart rate samples keep contact, energy, every RR interval and their stamps (lessons 22, 23)")
    func heartRate() throws {
        let block = SampleBlock(
            samples: .heartRate([
                HeartRateSample(
                    stamp: Self.stamp, heartRate: 72, contact: .detected, energyExpended: 5, rrIntervals: [850, 1_000],
                    quality: .valid),
                HeartRateSample(stamp: Self.stamp, heartRate: 0, contact: .notDetected, quality: .noContact),
            ]))
        #expect(
            try Self.line(.samples, subject: "heart-rate", body: block.encoded()) == """
                {"body":{"samples":[\
                {"contact":"detected","energy-expended":5,"heart-rate":72,"monotonic":1024000,"quality":"valid",\
                "rr":[850,1000],"synchronised":true,"time":"2026-11-21T07:30:01.024Z"},\
                {"contact":"not-detected","heart-rate":0,"monotonic":1024000,"quality":"no-contact","rr":[],\
                "synchronised":true,"time":"2026-11-21T07:30:01.024Z"}]},\
                "kind":"samples","monotonic":1024000,"sensor":"C0:00:00:00:00:01","sequence":7,\
                "subject":"heart-rate","synchronised":true,"time":"2026-11-21T07:30:01.024Z"}

                """)
    }

    @Test("Oximetry keeps the digits that were sent, and what is no number is a name (lesson 25)")
    func oximetry() throws {
        let block = SampleBlock(
            samples: .oximetry([
                OximetrySample(
                    stamp: Self.stamp, normal: SpO2PulseRate(spO2: 0xF3D2, pulseRate: 0xE0C8),
                    fast: SpO2PulseRate(spO2: 0x07FF, pulseRate: 0x0800),
                    slow: SpO2PulseRate(spO2: 0x07FE, pulseRate: 0x0802), measurementStatus: 0x20,
                    deviceStatus: 0x80_0000, pulseAmplitudeIndex: 0x0801, quality: .questionable)
            ]))
        #expect(
            try Self.line(.samples, subject: "oximetry", body: block.encoded()) == """
                {"body":{"samples":[\
                {"device-status":8388608,"fast":{"pulse-rate":"NRes","spo2":"NaN"},"measurement-status":32,\
                "monotonic":1024000,"pulse-amplitude-index":"reserved","pulse-rate":2.00,"quality":"questionable",\
                "slow":{"pulse-rate":"-INFINITY","spo2":"+INFINITY"},"spo2":97.8,"synchronised":true,\
                "time":"2026-11-21T07:30:01.024Z"}]},\
                "kind":"samples","monotonic":1024000,"sensor":"C0:00:00:00:00:01","sequence":7,\
                "subject":"oximetry","synchronised":true,"time":"2026-11-21T07:30:01.024Z"}

                """)
    }

    @Test("A spot check keeps the sensor's own time, without a zone, beside the gateway's (lesson 29)")
    func spotCheck() throws {
        let block = SampleBlock(
            samples: .spotCheck([
                SpotCheckSample(
                    stamp: Self.stamp, value: SpO2PulseRate(spO2: 97, pulseRate: 60), deviceTime: 951_782_400,
                    quality: .valid)
            ]))
        #expect(
            try Self.line(.samples, subject: "spot-check", body: block.encoded()) == """
                {"body":{"samples":[\
                {"device-time":"2000-02-29T00:00:00","monotonic":1024000,"pulse-rate":60,"quality":"valid","spo2":97,\
                "synchronised":true,"time":"2026-11-21T07:30:01.024Z"}]},\
                "kind":"samples","monotonic":1024000,"sensor":"C0:00:00:00:00:01","sequence":7,\
                "subject":"spot-check","synchronised":true,"time":"2026-11-21T07:30:01.024Z"}

                """)
    }

    @Test("A frame of a photoplethysmogram stands channel by channel, another frame as its bytes")
    func waveform() throws {
        let block = SampleBlock(
            samples: .ppg([
                PPGSample(
                    stamp: Self.stamp, deviceTime: 850_000_000_000_000_000, measurement: 1, frameType: 0,
                    channels: PPGSample.Channels(first: [10, -11], second: [2, 3], third: [4, 5], ambient: [6, 7]),
                    quality: .valid),
                PPGSample(
                    stamp: Self.stamp, deviceTime: 9, measurement: 2, frameType: 1, raw: [1, 255], quality: .invalid),
            ]))
        #expect(
            try Self.line(.samples, subject: "ppg", body: block.encoded()) == """
                {"body":{"samples":[\
                {"ambient":[6,7],"device-time":850000000000000000,"first":[10,-11],"frame-type":0,"measurement":1,\
                "monotonic":1024000,"quality":"valid","second":[2,3],"synchronised":true,"third":[4,5],\
                "time":"2026-11-21T07:30:01.024Z"},\
                {"device-time":9,"frame-type":1,"measurement":2,"monotonic":1024000,"quality":"invalid","raw":"01ff",\
                "synchronised":true,"time":"2026-11-21T07:30:01.024Z"}]},\
                "kind":"samples","monotonic":1024000,"sensor":"C0:00:00:00:00:01","sequence":7,\
                "subject":"ppg","synchronised":true,"time":"2026-11-21T07:30:01.024Z"}

                """)
    }

    @Test("Another body stands as it is stored, and a record of the gateway has no sensor")
    func otherBody() throws {
        #expect(
            try Self.line(.clock, sensor: nil, subject: "", body: Array(#"{"step":5}"#.utf8)) == """
                {"body":{"step":5},"kind":"clock","monotonic":1024000,"sequence":7,"subject":"","synchronised":true,\
                "time":"2026-11-21T07:30:01.024Z"}

                """)
    }

    @Test("Samples of any value have a line that parses as JSON", arguments: SampleStream.allCases)
    func extremes(stream: SampleStream) throws {
        var maker = SampleBlockMaker(seed: 21)
        for _ in 0..<60 {
            let block = maker.extreme(stream, countMax: 4)
            let line = try Self.line(.samples, subject: stream.name, body: block.encoded())
            let value = try JSONParser.parse(Array(line.utf8))
            #expect(value["body"]?["samples"]?.array?.count == block.count)
        }
    }

    @Test("A body that is not what its kind says is an error that names the record")
    func damaged() {
        let sentence = { (kind: RecordKind, body: String) in
            do {
                return try Self.line(kind, subject: "x", body: Array(body.utf8))
            } catch {
                return "\(error)"
            }
        }
        #expect(
            sentence(.alarm, "{]") == """
                record 7: its body is not JSON (a member name is expected at byte 1): it is damaged, check the journal
                """)
        #expect(sentence(.alarm, "[]") == "record 7: its body is not a JSON object: it is damaged, check the journal")
        #expect(
            sentence(.samples, "")
                == "record 7: the sample block ends at byte 0 (version): it is damaged, check the journal")
    }
}
