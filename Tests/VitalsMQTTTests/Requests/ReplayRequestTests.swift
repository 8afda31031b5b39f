import Testing
import VitalsCore
import VitalsModel
import VitalsTestKit

@testable import VitalsMQTT

@Suite("Requests of the far side to send records again")
struct ReplayRequestTests {
    @Test("a signed request sends the records again, once, and the ledger tells that it was heard (T22)")
    func sendsAgain() throws {
        let rig = try RequestRig(records: 40)
        rig.run(seconds: 5)
        #expect(rig.copies == Dictionary(uniqueKeysWithValues: (1...40).map { ($0, 1) }))
        try rig.ask(try rig.request(.records([3...5, 39...60]), counter: 7))
        rig.run(seconds: 5)
        #expect(rig.copies.filter { $0.value == 2 }.keys.sorted() == [3, 4, 5, 39, 40])
        #expect(rig.audit.report.isClean)
        #expect(rig.notices.contains { $0 == .replayRequested(counter: 7) })
        let heard = rig.messages.first { $0.topic == "vitals/v1/g/journal/replay-request" }
        #expect(heard.map { String(decoding: $0.payload, as: UTF8.self).contains(#""counter":7"#) } == true)
    }

    @Test("a span of time is sent again as a whole")
    func time() throws {
        let rig = try RequestRig(records: 40)
        rig.run(seconds: 5)
        let span = Stamp.after(10).wall...Stamp.after(12.5).wall
        try rig.ask(try rig.request(.time(span), counter: 1))
        rig.run(seconds: 5)
        #expect(rig.copies.filter { $0.value == 2 }.keys.sorted() == [10, 11, 12])
    }

    @Test("a thousand copies of a request have no effect, not even after restarts")
    func repeated() throws {
        let rig = try RequestRig(records: 30)
        rig.run(seconds: 5)
        let request = try rig.request(.records([1...30]), counter: 100)
        try rig.ask(request)
        rig.run(seconds: 20)
        let after = rig.copies
        #expect(after.values.allSatisfy { $0 == 2 })
        for round in 0..<4 {
            for _ in 0..<250 { try rig.ask(request) }
            try rig.ask(try rig.request(.records([1...30]), counter: 99))
            rig.run(seconds: 20)
            if round.isMultiple(of: 2) { try rig.restart() }
        }
        #expect(rig.copies == after)
        let bodies = try rig.journal.ledger(after: 0, limit: .max).filter { $0.kind == .replayRequest }.map(\.body)
        #expect(
            bodies.map { String(decoding: $0, as: UTF8.self) }
                == [#"{"counter":100,"records":[[1,30]]}"#, #"{"counter":100,"done":true}"#])
    }

    @Test("a stop in the middle of it forgets nothing: the next run goes on, and only until all was sent (T22)")
    func resumed() throws {
        let rig = try RequestRig(records: 1_500)
        rig.run(seconds: 20)
        #expect(rig.copies.count == 1_500)
        try rig.ask(try rig.request(.records([1...1_000]), counter: 1))
        rig.run(seconds: 1)
        let sent = rig.copies.count { $0.value == 2 }
        #expect(sent > 0 && sent < 1_000)
        try rig.restart()
        rig.run(seconds: 20)
        #expect((1...1_000).allSatisfy { rig.copies[$0] ?? 0 >= 2 })
        #expect((1_001...1_500).allSatisfy { rig.copies[$0] == 1 })
        #expect(rig.notices.contains { $0 == .replayResumed })
        let after = rig.copies
        try rig.restart()
        rig.run(seconds: 20)
        #expect(rig.copies == after)
        #expect(rig.audit.report.isClean)
    }

    enum Fault: CaseIterable {
        case unsigned, otherKey, otherEpoch, otherGateway, expired, noPayload, noScope, retained, changed
    }

    @Test(
        "whatever is not signed, in time and for this journal is refused, and nothing is sent",
        arguments: Fault.allCases)
    func refused(_ fault: Fault) throws {
        let rig = try RequestRig(records: 20)
        rig.run(seconds: 5)
        var message = try rig.request(.records([1...20]), counter: 5)
        let replace = { (text: String, other: String) in
            let payload = String(decoding: message.payload, as: UTF8.self)
            #expect(payload.contains(text))
            message.payload = Array(payload.split(separator: text, maxSplits: 1).joined(separator: other).utf8)
        }
        switch fault {
        case .unsigned: replace(#""mac""#, #""max""#)
        case .otherKey: message = try rig.request(.records([1...20]), counter: 5, secret: "another secret of mine")
        case .otherEpoch: message = try rig.request(.records([1...20]), counter: 5, epoch: "00000000000000e2")
        case .otherGateway: message = try rig.request(.records([1...20]), counter: 5, gateway: "h")
        case .expired: message = try rig.request(.records([1...20]), counter: 5, lifetime: -1)
        case .noPayload: message.payload = []
        case .noScope: replace(#""records""#, #""record""#)
        case .retained: message.isRetained = true
        case .changed: replace("[1,20]", "[1,19]")
        }
        try rig.ask(message)
        rig.run(seconds: 5)
        // Once it is heard as it comes; at every later connection the broker shows it again.
        if fault == .retained { try rig.restart() }
        if fault != .retained { #expect(rig.copies.values.allSatisfy { $0 == 1 }) }
        if fault != .retained { #expect(rig.loop.snapshot.requestsRefused == 1) }
        #expect(
            try rig.journal.ledger(after: 0, limit: .max).count { $0.kind == .replayRequest }
                == (fault == .retained ? 2 : 0))
    }

    @Test("requests come ten seconds apart at the closest; what comes sooner may be asked for again")
    func rate() throws {
        let rig = try RequestRig(records: 10)
        rig.run(seconds: 5)
        try rig.ask(try rig.request(.records([1...1]), counter: 1))
        rig.run(seconds: 1)
        let second = try rig.request(.records([2...2]), counter: 2)
        try rig.ask(second)
        rig.run(seconds: 10)
        #expect(rig.copies[1] == 2 && rig.copies[2] == 1)
        #expect(rig.notices.contains { $0 == .requestRefused(.tooSoon) })
        try rig.ask(second)
        rig.run(seconds: 2)
        #expect(rig.copies[2] == 2)
    }

    @Test("what is signed is what docs/uplink.md says, so that anybody can compute it")
    func signedText() throws {
        let request = ReplayRequest(
            gateway: "ward-3", epoch: "00000000000000e1", counter: 17,
            expires: WallTime(microseconds: 1_795_246_200_000_000), scope: .records([1...100, 250...250]))
        #expect(
            request.signedText
                == "vitals/v1/ward-3/request/replay\nepoch=00000000000000e1\ncounter=17\n"
                + "expires=2026-11-21T07:30:00.000Z\nrecords=1-100,250-250")
        // Computed with: printf '…' | openssl dgst -sha256 -hmac 0123456789abcdef
        let key = try #require(RequestKey(Array("0123456789abcdef".utf8)))
        #expect(key.code(of: "vitals").count == 64)
        let message = try request.message(key: key)
        #expect(ReplayRequest(message) == request)
    }

    @Test("hostile payloads are read without a trap")
    func hostile() throws {
        let message = { (payload: String) in
            MQTTMessage(topic: "vitals/v1/g/request/replay", payload: Array(payload.utf8))
        }
        let head = #"{"counter":18446744073709551615,"epoch":"e","expires":"2026-11-21T07:30:00.000Z","gateway":"g","#
        #expect(ReplayRequest(message(head + #""records":[[1,18446744073709551615]]}"#)) != nil)
        for tail in [
            #""records":[]}"#, #""records":[[0,1]]}"#, #""records":[[2,1]]}"#, #""records":[[1]]}"#,
            #""records":[[1,2,3]]}"#, #""records":[[1,18446744073709551616]]}"#, #""records":[["1","2"]]}"#,
            #""records":[[1,-2]]}"#, #""records":[[1,2]],"from":"2026-11-21T07:30:00.000Z"}"#,
            #""from":"2026-11-21T07:30:00.000Z"}"#,
            #""from":"2026-11-21T07:30:00.000Z","until":"2026-11-20T07:30:00.000Z"}"#,
        ] { #expect(ReplayRequest(message(head + tail)) == nil, "\(tail)") }
    }
}
