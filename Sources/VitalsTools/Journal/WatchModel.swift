import VitalsCore
import VitalsGATT
import VitalsJSON
import VitalsModel

/// The present state of every sensor of a journal, from its records.
///
/// A value counts only while its stream is streaming, and only from a block that came after the stream's last absence:
/// between the end of an absence and the next block the last value is an old one.
struct WatchModel {
    /// One stream of a sensor.
    private struct Stream {
        var state = ""
        var value: String?
        var quality = Quality.valid

        /// The value, if it may be shown as a live one.
        var live: String? {
            guard state == Self.streaming, quality == .valid || quality == .provisional else { return nil }
            return value
        }

        /// What is said of the signal: the state, or the doubt of the last sample.
        var signal: String { state == Self.streaming && quality != .valid ? quality.name : state }

        static let streaming = "streaming"
    }

    private struct Sensor {
        var heartRate: Stream?
        var oximetry: Stream?
        var pulseRate: String?
        var alarms: [String] = []
        var lastSample: WallTime?
        /// A state that belongs to no stream: connected without data, or a link that is down before any value.
        var state: String?
    }

    /// What a row of the table says; `—` where nothing live can be said.
    struct Row: Equatable {
        var sensor: String
        var heartRate: String
        var spO2: String
        var signal: String
        var alarms: String
        var lastSample: String
    }

    private var sensors: [SensorAddress: Sensor] = [:]
    /// The last record taken.
    private(set) var head: UInt64 = 0

    /// Takes the next record.
    mutating func take(_ record: Record) {
        head = record.sequence
        if record.kind == .start { sensors.removeAll() }
        guard let address = record.sensor else { return }
        switch record.kind {
        case .samples: takeSamples(record, of: address)
        case .absence: takeAbsence(record, of: address)
        case .alarm: takeAlarm(record, of: address)
        case .link:
            let state = (try? JSONParser.parse(record.body))?["state"]?.string
            sensors[address, default: Sensor()].state = state == "down" ? "link-down" : nil
        case .start, .finding, .malformed, .device, .clock: break
        }
    }

    private mutating func takeSamples(_ record: Record, of address: SensorAddress) {
        guard let block = try? SampleBlock(decoding: record.body) else { return }
        var sensor = sensors[address, default: Sensor()]
        sensor.lastSample = record.stamp.wall
        sensor.state = nil
        switch block.samples {
        case .heartRate(let samples):
            guard let last = samples.last else { break }
            sensor.heartRate = sensor.heartRate ?? Stream()
            sensor.heartRate?.value = "\(last.heartRate)"
            sensor.heartRate?.quality = last.quality
        case .oximetry(let samples):
            guard let last = samples.last else { break }
            sensor.oximetry = sensor.oximetry ?? Stream()
            sensor.oximetry?.value = SFLOAT(rawValue: last.normal.spO2).value.number?.description
            sensor.oximetry?.quality = last.quality
            sensor.pulseRate = SFLOAT(rawValue: last.normal.pulseRate).value.number?.description
        case .spotCheck, .ppg: break
        }
        sensors[address] = sensor
    }

    private mutating func takeAbsence(_ record: Record, of address: SensorAddress) {
        let state = (try? JSONParser.parse(record.body))?["state"]?.string ?? "unknown"
        let stream = Stream(state: state)
        switch record.subject {
        case SampleStream.heartRate.name: sensors[address, default: Sensor()].heartRate = stream
        case SampleStream.oximetry.name: sensors[address, default: Sensor()].oximetry = stream
        default: sensors[address, default: Sensor()].state = state
        }
    }

    private mutating func takeAlarm(_ record: Record, of address: SensorAddress) {
        let state = (try? JSONParser.parse(record.body))?["state"]?.string
        sensors[address, default: Sensor()].alarms.removeAll { $0 == record.subject }
        if state == "raised" { sensors[address]?.alarms.append(record.subject) }
    }

    /// The rows, by sensor. When nothing live comes any more, no value and no signal is shown.
    func rows(isLive: Bool) -> [Row] {
        sensors.sorted { $0.key < $1.key }.map { address, sensor in
            let pulseRate = sensor.oximetry?.live != nil ? sensor.pulseRate : nil
            return Row(
                sensor: "\(address)",
                heartRate: isLive ? sensor.heartRate?.live ?? pulseRate ?? "—" : "—",
                spO2: isLive ? sensor.oximetry?.live ?? "—" : "—",
                signal: isLive ? Self.signal(of: sensor) : "—",
                alarms: sensor.alarms.isEmpty ? "—" : sensor.alarms.joined(separator: ", "),
                lastSample: sensor.lastSample.map { String($0.rfc3339.prefix(19)) } ?? "—")
        }
    }

    private static func signal(of sensor: Sensor) -> String {
        let signals = [("HR", sensor.heartRate), ("SpO2", sensor.oximetry)].compactMap { name, stream in
            stream.map { (name: name, signal: $0.signal) }
        }
        guard let first = signals.first else { return sensor.state ?? "—" }
        if signals.allSatisfy({ $0.signal == first.signal }) { return first.signal }
        return signals.map { "\($0.name) \($0.signal)" }.joined(separator: ", ")
    }
}
