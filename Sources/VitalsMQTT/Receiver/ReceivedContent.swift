import VitalsJSON
import VitalsModel

/// What a message of ours says, read from its payload; the user properties, where there are any, must say the same.
struct ReceivedContent {
    enum Kind {
        case status(isOnline: Bool, last: UInt64?)
        case records(first: UInt64, count: UInt64, samples: JournalAudit.Samples?)
        /// An entry of the journal's ledger, with the records that it says are no more.
        case ledger(entry: UInt64, LedgerLosses)
        /// What a far side asked of the gateway, perhaps we ourselves.
        case request
    }

    let gateway: String
    let epoch: String
    let kind: Kind

    /// Nil for anything that is not one of our messages.
    init?(_ message: MQTTMessage) {
        guard message.payload.count <= VitalsMQTTLimits.messageBytesMax,
            let json = try? JSONParser.parse(message.payload)
        else { return nil }
        let levels = message.topic.split(separator: "/", omittingEmptySubsequences: false)
        guard levels.count >= 4, levels[0] == "vitals", levels[1] == "v1" else { return nil }
        let head = json.array?.first ?? json
        guard let gateway = head["gateway"]?.string, gateway == levels[2], let epoch = head["epoch"]?.string,
            message.property("epoch").map({ $0 == epoch }) ?? true
        else { return nil }
        self.gateway = gateway
        self.epoch = epoch
        if levels.count == 4, levels[3] == "status" {
            guard let state = json["state"]?.string, state == "online" || state == "offline" else { return nil }
            kind = .status(isOnline: state == "online", last: json["last"].flatMap(Self.natural))
            return
        }
        if levels.count == 5, levels[3] == "request" {
            kind = .request
            return
        }
        if levels.count == 5, levels[3] == "journal" {
            guard let entry = json["entry"].flatMap(Self.natural), entry > 0, json["kind"]?.string == String(levels[4]),
                message.property("entry").map({ $0 == String(entry) }) ?? true
            else { return nil }
            kind = .ledger(entry: entry, LedgerLosses(json["ledger"]))
            return
        }
        guard let first = head["id"].flatMap(Self.natural), let count = head["count"].flatMap(Self.natural),
            first > 0, count > 0, !first.addingReportingOverflow(count).overflow,
            message.property("id").map({ $0 == String(first) }) ?? true,
            message.property("count").map({ $0 == String(count) }) ?? true
        else { return nil }
        kind = .records(first: first, count: count, samples: json.array.flatMap { Self.samples($0, sensor: levels[3]) })
    }

    static func natural(_ value: JSONValue) -> UInt64? { value.number.flatMap { UInt64($0.text) } }

    /// The reception times of the samples: each begins with its `quality`.
    private static func samples(_ entries: [JSONValue], sensor: Substring) -> JournalAudit.Samples? {
        guard let stream = entries.first?["stream"]?.string else { return nil }
        var samples = JournalAudit.Samples(sensor: String(sensor), stream: stream, times: [])
        var base: Int64 = 0
        var time: JournalAudit.SampleTime?
        for entry in entries where entry["n"]?.string == "quality" {
            let offset = entry["t"]?.number?.scaled(to: -6) ?? 0
            if let start = entry["bt"]?.number?.scaled(to: -6) { base = start }
            let wall = entry["wall"]?.number?.integer ?? base.addingSaturating(offset)
            let elapsed = wall.subtractingSaturating(time?.wall ?? wall)
            let monotonic = entry["monotonic"]?.number?.integer ?? time?.monotonic.addingSaturating(elapsed) ?? 0
            let next = JournalAudit.SampleTime(monotonic: monotonic, wall: wall)
            samples.times.append(next)
            time = next
        }
        return samples
    }
}
