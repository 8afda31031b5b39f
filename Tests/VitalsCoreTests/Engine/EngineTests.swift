import Testing
import VitalsCore
import VitalsDetection
import VitalsModel

@Suite("The engine")
struct EngineTests {
    @Test("says first what made everything that follows")
    func start() {
        var run = EngineRun(nextSequence: 41)
        run.handle(.start(.at(5_000)))
        let detectors = Engine.detectors.map(\.description)
        let names = detectors.map { "\"\($0)\"" }.joined(separator: ",")
        #expect(
            run.records == [
                Record(
                    sequence: 41, kind: .start, sensor: nil, stamp: .at(5_000), subject: "",
                    body: Array(#"{"configuration":"d1","detectors":[\#(names)],"version":"1.2.3"}"#.utf8))
            ])
        #expect(detectors == detectors.sorted() && Set(detectors).count == detectors.count)
        for detector in ["atrial-fibrillation", "limit", "rate-rules", "signal-state"] {
            #expect(Engine.detectors.contains { $0.name == detector })
        }
    }

    @Test("keeps a heart rate packet as it came: contact, energy, every RR interval in order (lessons 22, 23)")
    func heartRate() throws {
        var run = EngineRun()
        run.heartRate([0x16, 0x48, 0x52, 0x03, 0xE8, 0x03], at: 1_000)
        run.heartRate([0x1D, 0x2C, 0x01, 0x10, 0x00, 0x00, 0x04], at: 2_000)
        run.heartRate([0x04, 0x00], at: 3_000)
        run.stop(at: 4_000)
        #expect(
            try run.heartRates() == [
                HeartRateSample(
                    stamp: .at(1_000), heartRate: 72, contact: .detected, rrIntervals: [850, 1_000], quality: .valid),
                HeartRateSample(
                    stamp: .at(2_000), heartRate: 300, contact: .notDetected, energyExpended: 16, rrIntervals: [1_024],
                    quality: .noContact),
                HeartRateSample(stamp: .at(3_000), heartRate: 0, contact: .notDetected, quality: .noContact),
            ])
    }

    @Test("keeps an oximeter's words with the digits that were sent, and says what is no number (lesson 25)")
    func oximetry() throws {
        var run = EngineRun()
        run.oximetry([0x00, 0xCF, 0xF3, 0x48, 0x00], at: 1_000)
        run.oximetry(
            [0x1F, 0x61, 0, 0x48, 0, 0x60, 0, 0x49, 0, 0x5F, 0, 0x4A, 0, 0x20, 0, 0, 0, 0, 0x3E, 0xF0], at: 2_000)
        run.oximetry([0x00, 0xFF, 0x07, 0xFF, 0x07], at: 3_000)
        run.stop(at: 4_000)
        #expect(
            try run.oximetries() == [
                OximetrySample(stamp: .at(1_000), normal: SpO2PulseRate(spO2: 0xF3CF, pulseRate: 72), quality: .valid),
                OximetrySample(
                    stamp: .at(2_000), normal: SpO2PulseRate(spO2: 97, pulseRate: 72),
                    fast: SpO2PulseRate(spO2: 96, pulseRate: 73), slow: SpO2PulseRate(spO2: 95, pulseRate: 74),
                    measurementStatus: 0x20, deviceStatus: 0, pulseAmplitudeIndex: 0xF03E, quality: .provisional),
                OximetrySample(
                    stamp: .at(3_000), normal: SpO2PulseRate(spO2: 0x07FF, pulseRate: 0x07FF), quality: .invalid),
            ])
    }

    @Test("keeps a malformed packet raw, and it never becomes a number (lesson 23)")
    func malformed() throws {
        var run = EngineRun()
        run.heartRate([0x1E, 0x48, 0x10], at: 1_000)
        run.oximetry([0x00, 0x61], at: 1_000)
        run.stop(at: 2_000)
        #expect(try run.heartRates().isEmpty)
        #expect(try run.oximetries().isEmpty)
        let records = run.records(.malformed)
        #expect(records.map(\.subject) == ["2a37", "2a5f"])
        #expect(records.map { $0.text("raw").lowercased() } == ["1e4810", "0061"])
        #expect(records.map { $0.number("length") } == [3, 2])
        #expect(run.logs.map(\.message) == Array(repeating: "malformed packet kept raw", count: 2))
        #expect(run.alarms.isEmpty)
    }

    @Test("keeps no more of a malformed packet than an attribute can hold")
    func longMalformed() {
        var run = EngineRun()
        run.heartRate([0x1E] + [UInt8](repeating: 7, count: 100_000), at: 1_000)
        #expect(run.records(.malformed).first?.number("length") == 100_001)
        #expect(run.records(.malformed).first?.text("raw").count == 2 * CoreLimits.malformedBytesMax)
    }

    @Test("refuses a sensor beyond the limit, says so once, and serves the others")
    func sensorLimit() throws {
        var run = EngineRun()
        for sensor in 1...CoreLimits.sensorsMax { run.heartRate(Packet.heartRate(70), at: sensor, sensor: sensor) }
        for time in 5_000..<5_003 {
            run.heartRate(Packet.heartRate(70), at: time, sensor: CoreLimits.sensorsMax + 1)
            run.linkUp(at: time, sensor: CoreLimits.sensorsMax + 2)
        }
        run.heartRate(Packet.heartRate(71), at: 5_003, sensor: 1)
        run.stop(at: 5_004)
        #expect(try run.heartRates(of: 1).map(\.heartRate) == [70, 71])
        #expect(try run.heartRates(of: CoreLimits.sensorsMax + 1).isEmpty)
        #expect(
            run.logs
                == [CoreLimits.sensorsMax + 1, CoreLimits.sensorsMax + 2].map {
                    LogLine(.warning, "sensor refused: too many sensors", sensor: .test($0))
                })
    }

    @Test("cuts the reason of a lost link at whole characters")
    func longReason() {
        var run = EngineRun()
        run.linkDown(String(repeating: "ü", count: 10_000), at: 0)
        run.linkDown("a" + String(repeating: "\u{0301}", count: 10_000), at: 1)
        let reasons = run.records(.link).map { $0.text("reason") }
        #expect(reasons.map(\.utf8.count) == [512, 511])
        #expect(reasons[0] == String(repeating: "ü", count: 256))
    }

    @Test("has the same JSON for the same configuration, and another for another")
    func configuration() {
        var other = EngineConfiguration()
        other.sensors[.test(1)] = SensorConfiguration()
        other.sensors[.test(1)]?.rateRules = nil
        var third = EngineConfiguration()
        third.standard.spO2Low.limit = 88_00
        #expect(EngineConfiguration().json == EngineConfiguration().json)
        #expect(Set([EngineConfiguration(), other, third].map(\.json)).count == 3)
        #expect(String(decoding: other.json, as: UTF8.self).contains(#""rateRules":null"#))
    }

    @Test("judges each sensor by its own configuration")
    func ownConfiguration() {
        var configuration = EngineConfiguration()
        configuration.sensors[.test(2)] = SensorConfiguration()
        configuration.sensors[.test(2)]?.heartRateHigh.limit = 180_00
        var run = EngineRun(configuration)
        for second in 0..<12 {
            run.heartRate(Packet.heartRate(150), at: second * 1_000, sensor: 1)
            run.heartRate(Packet.heartRate(150), at: second * 1_000, sensor: 2)
        }
        #expect(run.records(.alarm).map(\.sensor) == [.test(1)])
    }
}
