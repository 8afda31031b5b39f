import Foundation
import Testing
import VitalsModel
import VitalsSystemd
import VitalsTestKit

@Suite("A connection to the bus")
struct BusConnectionTests {
    @Test("an error keeps its name and its words")
    func errors() throws {
        let pair = try BusPair()
        let error = BusError(name: "org.bluez.Error.Failed", message: "le-connection-abort-by-local")
        pair.server.onCall = { _ in .error(error) }
        let result = try pair.result(of: BusPair.call("Connect"))
        #expect(throws: error) { try result.get() }
        #expect(error.description == "org.bluez.Error.Failed: le-connection-abort-by-local")
        #expect(BusError(name: "a.b", message: "").description == "a.b")
    }

    @Test("what nobody answers ends at its deadline, once, and a late answer changes nothing")
    func deadline() throws {
        let pair = try BusPair()
        var kept: BusRequest?
        pair.server.onCall = {
            kept = $0
            return .later
        }
        var answers: [Result<[BusValue], BusError>] = []
        pair.client.call(BusPair.call("Hang"), deadline: .milliseconds(20)) { answers.append($0) }
        try pair.loop.run { !answers.isEmpty && kept != nil }
        guard case .failure(let error) = answers[0] else { throw Unexpected() }
        #expect(error.isDeadline && error.name == BusError.noReply)
        try kept?.answer(.values([]))
        try pair.settle()
        #expect(answers.count == 1 && pair.client.callCount == 0)
    }

    @Test("a request is answered later, and only once")
    func laterAnswer() throws {
        let pair = try BusPair()
        var kept: BusRequest?
        pair.server.onCall = {
            kept = $0
            return .later
        }
        var answers: [Result<[BusValue], BusError>] = []
        pair.client.call(BusPair.call("Slow", [.byte(1)]), deadline: .seconds(20)) { answers.append($0) }
        try pair.loop.run { kept != nil }
        #expect(kept?.member == "Slow" && kept?.signature == "y" && kept?.sender == pair.client.uniqueName)
        #expect(kept?.path == "/object" && kept?.interface == "org.example.Interface" && answers.isEmpty)
        try kept?.answer(.values([.string("done")]))
        try kept?.answer(.values([.string("again")]))
        try pair.loop.run { !answers.isEmpty }
        try pair.settle()
        #expect(answers == [.success([.string("done")])])
    }

    @Test("a cancelled call never answers")
    func cancelled() throws {
        let pair = try BusPair()
        pair.server.onCall = { _ in .values([]) }
        var answered = false
        let call = pair.client.call(BusPair.call("Do"), deadline: .seconds(20)) { _ in answered = true }
        #expect(pair.client.callCount == 1)
        call.cancel()
        call.cancel()
        #expect(pair.client.callCount == 0)
        try pair.settle()
        #expect(!answered)
    }

    @Test("nobody has the name, nobody knows the method: the bus's own words")
    func nobody() throws {
        let pair = try BusPair()
        let unknown = try pair.result(of: BusCall("org.example.Nobody", "/a", "org.example.I", "Do"))
        guard case .failure(let error) = unknown else { throw Unexpected() }
        #expect([BusError.serviceUnknown, BusError.nameHasNoOwner].contains(error.name) && !error.isDeadline)
        pair.server.onCall = { _ in nil }
        let method = try pair.result(of: BusPair.call("Nothing"))
        guard case .failure(let missing) = method else { throw Unexpected() }
        #expect([BusError.unknownMethod, BusError.unknownObject].contains(missing.name))
    }

    @Test("objects are served by their paths, the rest by one handler, and no more after they are gone")
    func objects() throws {
        let pair = try BusPair()
        pair.server.onCall = { _ in .values([.string("rest")]) }
        pair.server.serve("/object") { _ in .values([.string("object")]) }
        let elsewhere = BusCall(BusPair.name, "/else", "org.example.Interface", "Do")
        #expect(try pair.result(of: BusPair.call("Do")).get() == [.string("object")])
        #expect(try pair.result(of: elsewhere).get() == [.string("rest")])
        pair.server.serve("/object", nil)
        #expect(try pair.result(of: BusPair.call("Do")).get() == [.string("rest")])
    }

    @Test("the policy of the bus forbids a call: AccessDenied (lesson 20)")
    func policy() throws {
        let pair = try BusPair(
            policy:
                #"<deny send_destination="org.example.Server" send_interface="org.example.Interface" send_member="Secret"/>"#
        )
        pair.server.onCall = { _ in .values([]) }
        let result = try pair.result(of: BusPair.call("Secret"))
        guard case .failure(let error) = result else { throw Unexpected() }
        #expect(error.name == BusError.accessDenied && !error.message.isEmpty)
        _ = try pair.result(of: BusPair.call("Open")).get()
    }

    @Test("a match is in force for the call that follows it (lesson 8)")
    func matchBeforeCall() throws {
        let pair = try BusPair()
        pair.server.onCall = { request in
            try? pair.server.emit(BusSignal("/object", "org.example.Interface", "First", [.byte(1)]))
            return .values([])
        }
        var heard: [BusSignal] = []
        try pair.client.subscribe(BusMatch(sender: BusPair.name, path: "/object", member: "First")) { heard.append($0) }
        _ = try pair.result(of: BusPair.call("Start")).get()
        #expect(heard.map(\.arguments) == [[.byte(1)]])
        #expect(heard.first?.sender == pair.server.uniqueName)
    }

    @Test("a signal comes once to each who wants it, and to nobody after cancelling")
    func subscriptions() throws {
        let pair = try BusPair()
        var counts = [0, 0, 0]
        let first = try pair.client.subscribe(BusMatch(pathNamespace: "/org/bluez")) { _ in counts[0] += 1 }
        try pair.client.subscribe(BusMatch(member: "Changed", arg0: "x y")) { _ in counts[1] += 1 }
        try pair.client.subscribe(BusMatch(path: "/elsewhere")) { _ in counts[2] += 1 }
        #expect(pair.client.matchCount == 3)
        try pair.settle()
        let signal = BusSignal("/org/bluez/hci0", "org.example.I", "Changed", [.string("x y")])
        try pair.server.emit(signal)
        try pair.loop.run { counts[1] == 1 }
        first.cancel()
        first.cancel()
        try pair.settle()
        try pair.server.emit(signal)
        try pair.loop.run { counts[1] == 2 }
        #expect(counts == [1, 2, 0] && pair.client.matchCount == 2)
        #expect(throws: BusError.self) { try pair.client.subscribe(BusMatch(arg0: "it's")) { _ in } }
    }

    @Test("a handler may cancel its own subscription and close its own connection")
    func reentrant() throws {
        let pair = try BusPair()
        var heard = 0
        var subscription: BusSubscription?
        subscription = try pair.client.subscribe(BusMatch(member: "One")) { _ in
            heard += 1
            subscription?.cancel()
        }
        try pair.settle()
        for _ in 0..<3 { try pair.server.emit(BusSignal("/a", "org.example.I", "One")) }
        try pair.loop.run { heard > 0 }
        try pair.settle()
        #expect(heard == 1)
        var closed = false
        pair.client.call(BusPair.call("X"), deadline: .seconds(20)) { _ in
            pair.client.close()
            closed = true
        }
        try pair.loop.run { closed }
        var late: Result<[BusValue], BusError>?
        pair.client.call(BusPair.call("X"), deadline: .seconds(20)) { late = $0 }
        try pair.loop.run { late != nil }
        #expect(throws: BusError.self) { try late?.get() }
    }

    @Test("the bus goes away: calls fail, the loss is told once, and later calls fail at once")
    func lost() throws {
        let pair = try BusPair()
        pair.server.onCall = { _ in .later }
        var losses: [BusError] = []
        var answer: Result<[BusValue], BusError>?
        pair.client.onDisconnect = { losses.append($0) }
        try pair.settle()
        pair.client.call(BusPair.call("Hang"), deadline: .seconds(20)) { answer = $0 }
        pair.daemon.stop()
        try pair.loop.run { !losses.isEmpty }
        guard case .failure(let error) = answer else { throw Unexpected() }
        #expect(!error.isDeadline && losses.map(\.name) == [BusError.disconnected])
        #expect(pair.client.callCount == 0 && pair.client.matchCount == 0)
        answer = nil
        pair.client.call(BusPair.call("Hang"), deadline: .seconds(20)) { answer = $0 }
        try pair.loop.run { answer != nil }
        #expect(throws: BusError.self) { try answer?.get() }
        #expect(losses.count == 1)
    }

    @Test("no bus at the address: an error that names the call")
    func noBus() throws {
        let loop = try EventLoop()
        #expect(throws: BusError.self) {
            try BusConnection(address: "unix:path=/nonexistent/socket", loop: loop)
        }
    }

    @Test("a taken name is refused, a name given back is free, and owners are told of it (lesson 4)")
    func names() throws {
        let pair = try BusPair()
        var owners: [String] = []
        try pair.client.subscribe(.ownerChange(of: BusPair.name)) { owners.append($0.arguments.last?.string ?? "?") }
        var taken: Result<Void, BusError>?
        pair.client.requestName(BusPair.name, deadline: .seconds(20)) { taken = $0 }
        try pair.loop.run { taken != nil }
        #expect(throws: BusError(name: BusError.failed, message: "the name org.example.Server is taken")) {
            try taken?.get()
        }
        try pair.server.releaseName(BusPair.name)
        try pair.loop.run { owners.count == 1 }
        taken = nil
        pair.client.requestName(BusPair.name, deadline: .seconds(20)) { taken = $0 }
        try pair.loop.run { taken != nil && owners.count == 2 }
        #expect(owners == ["", pair.client.uniqueName])
    }

    @Test("a call that waits, and one that wants no answer")
    func waitingAndNot() throws {
        let pair = try BusPair()
        var members: [String] = []
        pair.server.onCall = {
            members.append($0.member)
            return .values([])
        }
        try pair.client.send(BusPair.call("Forget"))
        pair.client.flush()
        try pair.loop.run { members == ["Forget"] }
        let id = try pair.client.callAndWait(.toBus("GetId", []), deadline: .seconds(20))
        #expect(id.first?.string?.count == 32)
        #expect(throws: BusError.self) {
            try pair.client.callAndWait(BusCall("org.example.Nobody", "/", "a.b", "C"), deadline: .seconds(20))
        }
    }

    @Test("10,000 calls and subscriptions leave no call and no match behind (lesson 16)")
    func flat() throws {
        let pair = try BusPair()
        pair.server.onCall = { _ in .values([.bytes([1, 2, 3])]) }
        var answers = 0
        for _ in 0..<100 {
            var subscriptions: [BusSubscription] = []
            for index in 0..<100 {
                subscriptions.append(try pair.client.subscribe(BusMatch(path: "/p\(index)")) { _ in })
                pair.client.call(BusPair.call("Read"), deadline: .seconds(20)) { _ in answers += 1 }
            }
            #expect(pair.client.matchCount == 100)
            for subscription in subscriptions { subscription.cancel() }
            let wanted = pair.client.callCount + answers
            try pair.loop.run { answers == wanted }
        }
        #expect(answers == 10_000 && pair.client.matchCount == 0 && pair.client.callCount == 0)
        #expect(try matchesAtTheBus(pair) == 0)
    }

    /// What the bus itself counts for the client.
    private func matchesAtTheBus(_ pair: BusPair) throws -> Int64 {
        let call = BusCall(
            "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus.Debug.Stats", "GetConnectionStats",
            [.string(try #require(pair.client.uniqueName))])
        guard case .success(let values) = try pair.result(of: call) else { return 0 }
        return values.first?.dictionary?["MatchRules"]?.integer ?? 0
    }

    private struct Unexpected: Error {}
}
