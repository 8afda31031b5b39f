import VitalsCore
import VitalsJSON
import VitalsModel

/// What a journal's last run says of each sensor's link: not its values, its health.
struct SensorsModel {
    /// A sensor.
    struct Sensor {
        /// `up`, `down`, or nil when nothing was said yet.
        var link: String?
        /// Since when, and for which reason when it is down.
        var linkSince: Stamp?
        var reason: String?
        var lastValue: Stamp?
        var connections = 0
        var rssi: Int64?
        var battery: Int64?
        var model: String?
        var firmware: String?
        /// Steps of recovery, by name.
        var recoveries: [String: Int64] = [:]
        var alarms: [String] = []
        /// What is missing: the state of each stream that is not streaming.
        var absences: [String: String] = [:]
    }

    private(set) var sensors: [SensorAddress: Sensor] = [:]
    /// Alarms of the gateway itself.
    private(set) var gatewayAlarms: [String] = []
    /// The stamp of the last record.
    private(set) var last: Stamp?

    /// Takes the next record.
    mutating func take(_ record: Record) {
        last = record.stamp
        if record.kind == .start {
            sensors.removeAll()
            gatewayAlarms.removeAll()
        }
        guard let address = record.sensor else {
            if record.kind == .alarm { Self.take(record, into: &gatewayAlarms) }
            return
        }
        var sensor = sensors[address, default: Sensor()]
        switch record.kind {
        case .samples: sensor.lastValue = record.stamp
        case .alarm: Self.take(record, into: &sensor.alarms)
        case .absence:
            guard let state = body(record)["state"]?.string else { break }
            sensor.absences[record.subject] = state == "streaming" ? nil : state
        case .link: takeLink(record, &sensor)
        case .device: takeDevice(record, &sensor)
        case .start, .finding, .malformed, .clock: break
        }
        sensors[address] = sensor
    }

    private func takeLink(_ record: Record, _ sensor: inout Sensor) {
        let body = body(record)
        switch record.subject {
        case "quality":
            sensor.rssi = body["rssi"]?.number?.integer
        case "recovery":
            guard let step = body["step"]?.string else { break }
            sensor.recoveries[step, default: 0] += 1
        case "condition": break
        default:
            sensor.link = body["state"]?.string
            sensor.linkSince = record.stamp
            sensor.reason = body["reason"]?.string
            if sensor.link == "up" { sensor.connections += 1 }
        }
    }

    private func takeDevice(_ record: Record, _ sensor: inout Sensor) {
        let value = body(record)["value"]
        switch record.subject {
        case "2a19": sensor.battery = value?.number?.integer
        case "2a24": sensor.model = value?.string
        case "2a26": sensor.firmware = value?.string
        default: break
        }
    }

    private func body(_ record: Record) -> JSONValue { (try? JSONParser.parse(record.body)) ?? .object([]) }

    private static func take(_ record: Record, into alarms: inout [String]) {
        let state = (try? JSONParser.parse(record.body))?["state"]?.string
        alarms.removeAll { $0 == record.subject }
        if state == "raised" { alarms.append(record.subject) }
    }
}
