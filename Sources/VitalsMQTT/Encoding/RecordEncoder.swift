public import VitalsCore
import VitalsJSON
import VitalsModel

/// Turns records and the gateway's state into messages.
///
/// Every record becomes exactly one message on one topic, so that a receiver can check that the sequences are dense. Its
/// identity stands in the payload and, under MQTT 5, in the user properties `epoch`, `id` (the first sequence) and
/// `count`. The same record always makes the same bytes: a redelivered copy can be compared with the first.
public struct RecordEncoder: Sendable {
    /// The journal that the records come from.
    public let identity: JournalIdentity
    /// The topics of its gateway.
    public let topics: Topics

    /// An encoder for one journal; an error when the gateway's name could not stand in a topic.
    public init(identity: JournalIdentity) throws(MQTTError) {
        self.identity = identity
        topics = try Topics(gateway: identity.gateway)
    }

    /// The message of a record.
    ///
    /// Samples are a SenML pack, everything else is one object with the body in `record`. A body that cannot be read is
    /// damaged in the journal: it goes out as it is, in hexadecimal digits under `raw`, on the topic of events, rather
    /// than not at all.
    ///
    /// - Parameter isState: Whether an alarm may stand as the state of its topic: no newer one of its condition is known.
    public func message(of record: Record, isState: Bool = true) -> MQTTMessage {
        var message = whole(record)
        if !isState { message.isRetained = false }
        return message
    }

    private func whole(_ record: Record) -> MQTTMessage {
        if record.kind == .samples, let sensor = record.sensor, let block = try? SampleBlock(decoding: record.body),
            let payload = SenMLPack(identity: identity, sequence: record.sequence, sensor: sensor, block: block).json
        {
            return message(record, payload, type: "application/senml+json")
        }
        if record.kind != .samples, let body = try? JSONParser.parse(record.body), case .object = body {
            return message(record, object(record) { $0.raw(record.body) })
        }
        var event = record
        event.kind = .malformed
        return message(event, object(record))
    }

    /// The message of an entry of the ledger. Checkpoints are kept by the broker, so that whoever comes later has the last.
    public func message(of entry: LedgerEntry) -> MQTTMessage {
        var writer = JSONWriter()
        writer.object { json in
            json.member("chain", Hex.string(entry.chain))
            json.member("entry", entry.number)
            json.member("epoch", identity.epoch)
            json.member("gateway", identity.gateway)
            json.member("kind", entry.kind.rawValue)
            let isWhole = if case .object? = try? JSONParser.parse(entry.body) { true } else { false }
            if isWhole {
                json.name("ledger")
                json.raw(entry.body)
            }
            json.member("monotonic", entry.stamp.monotonic.microseconds)
            if !isWhole { json.member("raw", Hex.string(entry.body)) }
            if let signature = entry.signature { json.member("signature", Hex.string(signature)) }
            json.member("synchronised", entry.stamp.isSynchronised)
            json.member("time", entry.stamp.wall.rfc3339)
        }
        return MQTTMessage(
            topic: topics.topic(of: entry.kind), payload: writer.bytes, isRetained: entry.kind == .checkpoint,
            contentType: "application/json",
            userProperties: [
                .init(name: "epoch", value: identity.epoch), .init(name: "entry", value: String(entry.number)),
            ])
    }

    /// The status of the gateway. `last` is the journal's last sequence, known at a clean stop alone.
    public func status(isOnline: Bool, last: UInt64? = nil) -> MQTTMessage {
        var writer = JSONWriter()
        writer.object { json in
            json.member("epoch", identity.epoch)
            json.member("gateway", identity.gateway)
            if let last { json.member("last", last) }
            json.member("state", isOnline ? "online" : "offline")
        }
        return MQTTMessage(
            topic: topics.status, payload: writer.bytes, isRetained: true, contentType: "application/json",
            userProperties: [.init(name: "epoch", value: identity.epoch)])
    }

    /// On the topic of the record, retained as its kind is.
    private func message(_ record: Record, _ payload: [UInt8], type: String = "application/json") -> MQTTMessage {
        MQTTMessage(
            topic: topics.topic(of: record), payload: payload, isRetained: topics.isRetained(record), contentType: type,
            userProperties: [
                .init(name: "epoch", value: identity.epoch), .init(name: "id", value: String(record.sequence)),
                .init(name: "count", value: "1"),
            ])
    }

    /// One object; without `body` the record's bytes stand under `raw`.
    private func object(_ record: Record, body: ((inout JSONWriter) -> Void)? = nil) -> [UInt8] {
        var writer = JSONWriter()
        writer.object { json in
            json.member("count", 1)
            json.member("epoch", identity.epoch)
            json.member("gateway", identity.gateway)
            json.member("id", record.sequence)
            json.member("kind", record.kind.name)
            json.member("monotonic", record.stamp.monotonic.microseconds)
            if let body {
                json.name("record")
                body(&json)
            } else {
                json.member("raw", Hex.string(record.body))
            }
            if let sensor = record.sensor { json.member("sensor", sensor.description) }
            json.member("subject", record.subject)
            json.member("synchronised", record.stamp.isSynchronised)
            json.member("time", record.stamp.wall.rfc3339)
        }
        return writer.bytes
    }
}
