import VitalsJSON
public import VitalsModel

/// The far side asks a gateway to send delivered records once more, for instance after its broker lost its store.
///
///     vitals/v1/ward-3/request/replay
///     {"counter":1795246200000000,"epoch":"00…01","expires":"2026-11-21T08:00:00.000Z","gateway":"ward-3",
///      "mac":"9f…","records":[[1,100],[250,300]]}
///
/// Instead of `records` it may have `"from"` and `"until"`, two RFC 3339 times: everything whose wall time lies between.
/// `mac` is HMAC-SHA256 over `signedText`.
public struct ReplayRequest: Hashable, Sendable {
    /// What is wanted.
    public enum Scope: Hashable, Sendable {
        /// These sequences.
        case records([ClosedRange<UInt64>])
        /// Everything of this time.
        case time(ClosedRange<WallTime>)
    }

    /// The gateway's name.
    public var gateway: String
    /// The epoch of its journal.
    public var epoch: String
    /// Larger in each request than in all before: a gateway carries each number out once at most. The wall clock's
    /// microseconds are a good choice.
    public var counter: UInt64
    /// The moment after which nobody may carry it out.
    public var expires: WallTime
    /// What is wanted.
    public var scope: Scope

    /// A request.
    public init(gateway: String, epoch: String, counter: UInt64, expires: WallTime, scope: Scope) {
        self.gateway = gateway
        self.epoch = epoch
        self.counter = counter
        self.expires = expires
        self.scope = scope
    }

    /// What the code is computed over: five lines, without a line break at the end.
    ///
    ///     vitals/v1/ward-3/request/replay
    ///     epoch=00…01
    ///     counter=1795246200000000
    ///     expires=2026-11-21T08:00:00.000Z
    ///     records=1-100,250-300
    ///
    /// The last line is `time=FROM/UNTIL` where a time is asked for. Times are in UTC with three decimals of the second (or
    /// six, where three do not say it all), here and in the request.
    public var signedText: String {
        let what =
            switch scope {
            case .records(let ranges):
                "records=" + ranges.map { "\($0.lowerBound)-\($0.upperBound)" }.joined(separator: ",")
            case .time(let span): "time=\(span.lowerBound.rfc3339)/\(span.upperBound.rfc3339)"
            }
        return """
            vitals/v1/\(gateway)/request/replay
            epoch=\(epoch)
            counter=\(counter)
            expires=\(expires.rfc3339)
            \(what)
            """
    }

    /// The message that carries it.
    public func message(key: RequestKey) throws(MQTTError) -> MQTTMessage {
        var writer = JSONWriter()
        writer.object { json in
            json.member("counter", counter)
            json.member("epoch", epoch)
            json.member("expires", expires.rfc3339)
            if case .time(let span) = scope { json.member("from", span.lowerBound.rfc3339) }
            json.member("gateway", gateway)
            json.member("mac", key.code(of: signedText))
            switch scope {
            case .records(let ranges):
                json.member("records", array: { $0.ranges(ranges) })
            case .time(let span): json.member("until", span.upperBound.rfc3339)
            }
        }
        return MQTTMessage(
            topic: try Topics(gateway: gateway).replayRequest, payload: writer.bytes, contentType: "application/json")
    }

    /// Reads a message; nil for anything that is not such a request. Its code is verified by `isSigned`.
    package init?(_ message: MQTTMessage) {
        guard message.payload.count <= VitalsMQTTLimits.requestBytesMax,
            let json = try? JSONParser.parse(message.payload), let gateway = json["gateway"]?.string,
            let epoch = json["epoch"]?.string, let counter = json["counter"]?.number.flatMap({ UInt64($0.text) }),
            let expires = json["expires"]?.string.flatMap({ WallTime(rfc3339: $0) }), let scope = Self.scope(json)
        else { return nil }
        self.init(gateway: gateway, epoch: epoch, counter: counter, expires: expires, scope: scope)
    }

    /// What a request, or an entry of the ledger, names; nil when it names nothing that can be.
    static func scope(_ json: JSONValue) -> Scope? {
        if let entries = json["records"]?.array {
            guard (1...VitalsMQTTLimits.requestRangesMax).contains(entries.count), json["from"] == nil else {
                return nil
            }
            var ranges: [ClosedRange<UInt64>] = []
            for entry in entries {
                guard let bounds = entry.array, bounds.count == 2, let first = bounds[0].number,
                    let last = bounds[1].number, let first = UInt64(first.text), let last = UInt64(last.text),
                    first > 0, first <= last
                else { return nil }
                ranges.append(first...last)
            }
            return .records(ranges)
        }
        guard let from = json["from"]?.string.flatMap({ WallTime(rfc3339: $0) }),
            let until = json["until"]?.string.flatMap({ WallTime(rfc3339: $0) }), from <= until
        else { return nil }
        return .time(from...until)
    }
}

extension JSONWriter {
    /// Ranges as arrays of two.
    mutating func ranges(_ ranges: [ClosedRange<UInt64>]) {
        for range in ranges {
            array { json in
                json.value(range.lowerBound)
                json.value(range.upperBound)
            }
        }
    }
}
