import Benchmark
import Foundation
import VitalsCapture
import VitalsCore
import VitalsJSON
import VitalsModel

/// Recordings into events, and records into lines.
func captureBenchmarks() {
    Benchmark("capture, JSON Lines, a night of 5 sensors", configuration: whole) { _, bytes in
        parse(bytes)
    } setup: {
        Load.jsonLines(Load.night())
    }
    Benchmark("capture, btsnoop, the fixture of 90 KB", configuration: whole) { _, bytes in
        parse(bytes)
    } setup: {
        fixture("two-sensors.btsnoop")
    }
    Benchmark("records as lines, a block of 15 samples") { benchmark, record in
        var json = JSONWriter()
        for _ in benchmark.scaledIterations {
            json.removeAll()
            do { try RecordLine.write(record, to: &json) } catch { fatalError("\(error)") }
            blackHole(json.bytes.count)
        }
    } setup: {
        firstBlock()
    }
}

/// Reads a capture as a file is read: in pieces.
private func parse(_ bytes: [UInt8]) {
    var reader = CaptureReader()
    var events: [SensorEvent] = []
    var count = 0
    do {
        for start in stride(from: 0, to: bytes.count, by: 65_536) {
            try reader.consume(Array(bytes[start..<min(start + 65_536, bytes.count)]), into: &events)
            count += events.count
            events.removeAll(keepingCapacity: true)
        }
        try reader.finish(into: &events)
    } catch {
        fatalError("the capture does not read: \(error)")
    }
    blackHole(count + events.count)
}

private func firstBlock() -> Record {
    let samples = (0..<15).map { second in
        HeartRateSample(
            stamp: Stamp(
                monotonic: MonotonicTime(microseconds: Int64(second) * 1_000_000),
                wall: WallTime(microseconds: 1_795_246_200_000_000 + Int64(second) * 1_000_000), isSynchronised: true),
            heartRate: 72, contact: .detected, rrIntervals: [850], quality: .valid)
    }
    return Record(
        sequence: 1, kind: .samples, sensor: SensorAddress(rawValue: 0xC000_0000_0001), stamp: samples[14].stamp,
        subject: "heart-rate", body: SampleBlock(samples: .heartRate(samples)).encoded())
}

/// A capture among the checkout's fixtures.
private func fixture(_ name: String) -> [UInt8] {
    var root = URL(fileURLWithPath: #filePath)
    for _ in 0..<5 { root.deleteLastPathComponent() }
    let file = root.appendingPathComponent("fixtures/captures/\(name)")
    do { return Array(try Data(contentsOf: file)) } catch { fatalError("\(file.path) cannot be read: \(error)") }
}
