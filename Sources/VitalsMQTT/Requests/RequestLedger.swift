import VitalsCore
import VitalsJSON
import VitalsModel

/// What the journal's ledger holds of requests: that each was heard, and that all of it was sent. What a stop came between is
/// gone on with by the next run.
///
///     {"counter":1795246200000000,"records":[[1,100],[250,300]]}     heard
///     {"counter":1795246200000000,"done":true}                       sent, and acknowledged, as were all before it;
///                                                                    what was still backlog goes its own way
struct RequestLedger {
    private let ledger: any LedgerPort

    init(_ ledger: any LedgerPort) { self.ledger = ledger }

    /// The number of the last request that was heard; 0 when there was none.
    func lastCounter() throws -> UInt64 {
        let entry = try ledger.lastLedgerEntry(.replayRequest)
        let json = try entry.map { try JSONParser.parse($0.body) }
        return json?["counter"]?.number.flatMap { UInt64($0.text) } ?? 0
    }

    /// What was heard and not sent as a whole, the oldest first.
    func unfinished() throws -> [ReplayRequest.Scope] {
        let head = try ledger.ledgerHead
        let before = head - min(head, VitalsMQTTLimits.requestLookBack)
        guard let last = try ledger.lastLedgerEntry(.replayRequest), last.number > before else { return [] }
        var scopes: [ReplayRequest.Scope] = []
        for entry in try ledger.ledger(after: before, limit: Int(VitalsMQTTLimits.requestLookBack)) {
            guard entry.kind == .replayRequest else { continue }
            let json = try JSONParser.parse(entry.body)
            if json["done"]?.bool == true {
                scopes = []
            } else if let scope = ReplayRequest.scope(json) {
                scopes.append(scope)
            }
        }
        return scopes
    }

    /// Notes, durably, that a request was heard.
    func note(heard request: ReplayRequest) throws {
        try note(request.counter) { json in
            switch request.scope {
            case .records(let ranges):
                json.member("records", array: { $0.ranges(ranges) })
            case .time(let span):
                json.member("from", span.lowerBound.rfc3339)
                json.member("until", span.upperBound.rfc3339)
            }
        }
    }

    /// Notes, durably, that everything was sent that was asked for up to this request.
    func note(done counter: UInt64) throws {
        try note(counter) { $0.member("done", true) }
    }

    private func note(_ counter: UInt64, _ rest: (inout JSONWriter) -> Void) throws {
        var writer = JSONWriter()
        writer.object { json in
            json.member("counter", counter)
            rest(&json)
        }
        try ledger.note(.replayRequest, body: writer.bytes)
    }
}
