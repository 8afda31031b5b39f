import Foundation
import Testing
import VitalsCapture
import VitalsFiles
import VitalsModel
import VitalsTestKit

@Suite("Recordings of a real BlueZ")
struct RecordedCaptureTests {
    /// A recording, and which of its sensors has which address.
    struct Recording: CustomTestStringConvertible, Sendable {
        let name: String
        let sensors: [String: SensorAddress]
        /// Values that came by notification or indication.
        let values: Int

        var testDescription: String { name }

        /// Where the recording is: among the fixtures, or with the captures that do not stand in the repository.
        var folder: URL? {
            let fixtures = TestData.fixtures.appendingPathComponent("captures")
            let isFixture = FileManager.default.fileExists(atPath: fixtures.appendingPathComponent(file).path)
            return isFixture ? fixtures : TestData.captures
        }

        var file: String { name + ".btsnoop" }
    }

    private static func address(_ number: UInt64) -> SensorAddress {
        SensorAddress(rawValue: 0xC000_0000_0000 + number)
    }

    static let recordings = [
        Recording(name: "two-sensors", sensors: ["Sensor 1": address(1), "Sensor 2": address(2)], values: 62),
        Recording(
            name: "faults",
            sensors: ["Drops": address(1), "Mute": address(2), "Refuses": address(3), "Paired": address(4)], values: 164
        ),
        Recording(name: "stored-spot-checks", sensors: ["Stored": address(3)], values: 7),
        Recording(name: "cut-short", sensors: ["Refuses": address(3)], values: 0),
        Recording(
            name: "af-and-desaturation", sensors: ["Strap": address(1), "Oximeter": address(2)], values: 1_526),
    ]

    private static func read(
        _ path: String, options: CaptureOptions = CaptureOptions()
    ) throws -> (events: [SensorEvent], decoder: CaptureReader) {
        let reader = try CaptureFileReader(path: path, decoder: CaptureReader(options: options))
        var events: [SensorEvent] = []
        try reader.readAll(into: &events)
        return (events, reader.decoder)
    }

    @Test("every value that was sent is decoded in order and once (lessons 5, 8, 18)", arguments: recordings)
    func nothingLost(recording: Recording) throws {
        guard let folder = recording.folder else { return }
        let path = folder.appendingPathComponent(recording.file).path
        let (events, decoder) = try Self.read(path, options: CaptureOptions(includesReads: false))
        let log = try SentLog(folder.appendingPathComponent(recording.name + ".sent.jsonl.gz").path)
        var received: [SentLog.Stream: [[UInt8]]] = [:]
        for event in events {
            guard case .value(let address, let characteristic, let bytes) = event.kind else { continue }
            let name = try #require(recording.sensors.first { $0.value == address }?.key)
            received[SentLog.Stream(sensor: name, characteristic: characteristic), default: []].append(bytes)
        }
        #expect(received.values.reduce(0) { $0 + $1.count } == recording.values)
        #expect(Set(log.sent.keys).isSubset(of: received.keys) || recording.values == 0)
        for (stream, values) in received {
            let (lost, cut, unexpected) = log.compare(stream, received: values)
            #expect(lost == 0, "\(stream)")
            #expect(unexpected == 0, "\(stream)")
            #expect(cut <= 2, "\(stream)")
        }
        let statistics = decoder.statistics
        #expect(statistics.notifications + statistics.indications == recording.values)
        #expect(statistics.valuesOnUncheckedHandles == 0)
        #expect(statistics.guessedHandles.isEmpty)
        #expect(statistics.malformedPackets + statistics.malformedPDUs + statistics.reassemblyFaults == 0)
    }

    @Test("converted to JSON Lines and read again, a recording is the same, stamps included", arguments: recordings)
    func conversion(recording: Recording) throws {
        guard let folder = recording.folder else { return }
        let (events, decoder) = try Self.read(folder.appendingPathComponent(recording.file).path)
        try withTemporaryFolder { temporary in
            for name in ["capture.jsonl", "capture.jsonl.gz"] {
                let path = temporary + "/" + name
                var writer = try CaptureWriter(start: try #require(decoder.start))
                for event in events { try writer.write(event) }
                let file = try CaptureFileWriter(path: path)
                try file.write(writer.takeBytes())
                try file.finish()
                let again = try Self.read(path)
                #expect(again.events == events)
                #expect(again.decoder.start == decoder.start)
            }
        }
    }

    @Test("the links of the faults recording are told as they went")
    func links() throws {
        let path = TestData.fixtures.appendingPathComponent("captures/faults.btsnoop").path
        let (events, decoder) = try Self.read(path)
        let links = events.compactMap { event in
            switch event.kind {
            case .linkUp(let sensor): "\(sensor.compact.suffix(1)) up"
            case .linkDown(let sensor, let reason): "\(sensor.compact.suffix(1)) \(reason ?? "-")"
            case .value, .clock: nil
            }
        }
        #expect(
            links == [
                "1 up", "2 up", "3 up", "3 failed-to-establish", "4 up", "3 up", "1 supervision-timeout", "1 up",
                "3 remote-user", "3 up", "3 remote-user", "3 up", "1 remote-user", "2 remote-user", "3 remote-user",
                "4 remote-user",
            ])
        // Connecting again after its table had changed, BlueZ read three values by the old one: the third, taken for a
        // battery level, was a declaration.
        #expect(decoder.statistics.valuesOnOutdatedHandles == 3)
        let batteries = events.compactMap { event -> [UInt8]? in
            guard case .value(_, .batteryLevel, let bytes) = event.kind else { return nil }
            return bytes
        }
        #expect(Set(batteries) == [[0x64]])
    }

    @Test("a malformed payload of a sensor is an event like any other: the engine judges it")
    func malformedPayload() throws {
        let path = TestData.fixtures.appendingPathComponent("captures/faults.btsnoop").path
        let malformed = try Self.read(path).events.filter { event in
            if case .value(_, .heartRateMeasurement, let bytes) = event.kind { bytes == [0x16] } else { false }
        }
        #expect(malformed.count == 1)
    }

    @Test("the recording whose machine died tells of the attempt, and ends")
    func cutShort() throws {
        let path = TestData.fixtures.appendingPathComponent("captures/cut-short.btsnoop").path
        let (events, decoder) = try Self.read(path)
        #expect(
            events.map(\.kind) == [
                .linkUp(sensor: Self.address(3)), .linkDown(sensor: Self.address(3), reason: "failed-to-establish"),
            ])
        #expect(decoder.statistics.records == 282)
    }
}
