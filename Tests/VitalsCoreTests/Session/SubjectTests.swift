import Testing
import VitalsDetection
import VitalsJSON
import VitalsModel
import VitalsTestKit

@testable import VitalsCore

@Suite("Sensors on one subject")
struct SubjectTests {
    /// Sensors 1 and 2 on one subject, sensor 3 on another.
    private static func configuration() -> EngineConfiguration {
        var configuration = EngineConfiguration()
        for (sensor, subject) in [(1, 1), (2, 1), (3, 2)] {
            configuration.sensors[.test(sensor)] = SensorConfiguration()
            configuration.sensors[.test(sensor)]?.subject = subject
        }
        return configuration
    }

    /// A strap and an oximeter at 1 Hz for a minute.
    private static func run(
        strap: Int, oximeter: Int, pulse: UInt16, _ configuration: EngineConfiguration = configuration()
    ) -> EngineRun {
        var run = EngineRun(configuration, tracing: .detectors(["cross-sensor"]))
        for second in 0..<60 {
            run.heartRate(
                Packet.heartRate(UInt8(88 + second % 2), rr: [UInt16(690 + second % 7)]), at: second * 1_000,
                sensor: strap)
            run.oximetry(Packet.oximetry(97, pulse: pulse), at: second * 1_000 + 300, sensor: oximeter)
        }
        return run
    }

    @Test("A pulse that stays behind the heart is a finding of the strap that names the oximeter and both blocks")
    func deficit() throws {
        let run = Self.run(strap: 1, oximeter: 2, pulse: 60)
        let finding = try #require(run.records(.finding, "cross-sensor").first)
        #expect(run.records(.finding, "cross-sensor").count == 1)
        #expect(finding.sensor == .test(1))
        #expect(finding.text("companion") == SensorAddress.test(2).description)
        #expect(finding.text("condition") == "rates-disagree")
        #expect(finding.json?["evaluation"]?["decision"]?.string == "pulse-deficit")
        let range = try #require(finding.range)
        let blocks = run.records(.samples).filter { range ~= $0.sequence }
        #expect(Set(blocks.compactMap(\.sensor)) == [.test(1), .test(2)])
        // The first readings that are compared are those of 0.3 s and 1 s, and 16 s is not yet more than 15 s after them.
        #expect(finding.second == "16.300")
    }

    @Test("Rates that agree, and sensors on different subjects, are no finding")
    func agreement() {
        #expect(Self.run(strap: 1, oximeter: 2, pulse: 86).records(.finding, "cross-sensor").isEmpty)
        let apart = Self.run(strap: 1, oximeter: 3, pulse: 60)
        #expect(apart.records(.finding, "cross-sensor").isEmpty && apart.traces.isEmpty)
    }

    @Test("A sensor with both streams is compared with itself, also without a subject")
    func both() throws {
        let run = Self.run(strap: 4, oximeter: 4, pulse: 60)
        let finding = try #require(run.records(.finding, "cross-sensor").first)
        #expect(finding.text("companion") == "-")
    }

    @Test("Switched off, nothing is compared")
    func off() {
        var configuration = EngineConfiguration()
        configuration.standard.crossSensor = nil
        let run = Self.run(strap: 4, oximeter: 4, pulse: 60, configuration)
        #expect(run.records(.finding, "cross-sensor").isEmpty && run.traces.isEmpty)
    }
}
