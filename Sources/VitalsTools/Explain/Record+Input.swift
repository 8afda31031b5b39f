import VitalsCore
import VitalsJSON
import VitalsModel

extension Record {
    /// The event behind a malformed packet, a notice of a device or a step of the clock.
    var event: SensorEvent? {
        guard let body = try? JSONParser.parse(body) else { return nil }
        switch kind {
        case .malformed, .device:
            guard let sensor, let uuid = body["characteristic"]?.string.flatMap({ BluetoothUUID($0) }),
                let bytes = body["raw"]?.string.flatMap({ Hex.bytes($0) })
            else { return nil }
            return SensorEvent(stamp: stamp, kind: .value(sensor: sensor, characteristic: uuid, bytes: bytes))
        case .clock:
            guard let step = body["step"]?.number?.integer, let isSynchronised = body["synchronised"]?.bool else {
                return nil
            }
            return SensorEvent(stamp: stamp, kind: .clock(stepMicroseconds: step, isSynchronised: isSynchronised))
        default: return nil
        }
    }

    /// The input behind an absence of the gateway's own journal; every other absence follows from other inputs.
    var journalInput: EngineInput? {
        guard kind == .absence, sensor == nil, let body = try? JSONParser.parse(body),
            let trouble = body["state"]?.string.flatMap({ JournalTrouble(rawValue: $0) }),
            let isPresent = body["present"]?.bool
        else { return nil }
        return .journal(stamp, trouble, isPresent: isPresent)
    }

    /// The input behind a link record: the link's own coming and going, or a report about it.
    var linkInput: EngineInput? {
        guard let body = try? JSONParser.parse(body) else { return nil }
        guard subject.isEmpty else { return LinkReport(subject, body).map { .link(stamp, sensor: sensor, $0) } }
        guard let sensor else { return nil }
        switch body["state"]?.string {
        case "up": return .sensor(SensorEvent(stamp: stamp, kind: .linkUp(sensor: sensor)))
        case "down":
            let reason = body["reason"]?.string
            return .sensor(SensorEvent(stamp: stamp, kind: .linkDown(sensor: sensor, reason: reason)))
        default: return nil
        }
    }
}

extension LinkReport {
    /// The report that a link record of this subject holds.
    init?(_ subject: String, _ body: JSONValue) {
        let detail = body["detail"]?.string
        func count(_ name: String) -> Int? { body[name]?.number?.integer.map { Int($0) } }
        switch subject {
        case "condition":
            guard let condition = body["condition"]?.string.flatMap({ LinkCondition(rawValue: $0) }),
                let isPresent = body["present"]?.bool
            else { return nil }
            self = .condition(condition, isPresent: isPresent, detail: detail)
        case "recovery":
            guard let step = body["step"]?.string.flatMap({ LinkRecovery(rawValue: $0) }), let count = count("count")
            else { return nil }
            self = .recovery(step, count: count, detail: detail)
        case "quality":
            guard let adapter = body["adapter"]?.string, let values = count("values"),
                let connections = count("connections"), let failures = count("failures")
            else { return nil }
            self = .quality(
                LinkQuality(
                    rssi: count("rssi").map { Int8(clamping: $0) }, adapter: adapter, values: values,
                    connections: connections, failures: failures,
                    setup: body["setup"]?.number?.integer.map { MonotonicTime.Span(microseconds: $0) }))
        default: return nil
        }
    }
}
