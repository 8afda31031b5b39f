import Testing
import VitalsCore
import VitalsModel
import VitalsSystemd
import VitalsTestKit

@testable import VitalsBlueZ

/// bluetoothd's answers and what it tells come in orders that surprise; each was seen on BlueZ 5.66.
@Suite("BlueZ's answers in odd order")
struct AnswerOrderTests {
    private let inProgress = BusError(name: "org.bluez.Error.InProgress", message: "Operation already in progress")

    @Test("a connection that is answered before its link is told of is done with the link")
    func yesBeforeLink() throws {
        let stage = try ScriptedBlueZ(connected: false)
        let connect = LinkCommand.connect(stage.strap, stage.hci0)
        try stage.perform(connect).answer(.values([]))
        try stage.tell(["Connected": .boolean(true)])
        #expect(try stage.answer(connect) == nil)
        #expect(stage.events.suffix(2) == [.connected(stage.strap, stage.hci0), .done(connect)])
    }

    @Test("a connection that is answered, and whose link never comes, has failed")
    func yesWithoutLink() throws {
        let stage = try ScriptedBlueZ(connected: false)
        let connect = LinkCommand.connect(stage.strap, stage.hci0)
        try stage.perform(connect).answer(.values([]))
        #expect(try stage.answer(connect)?.kind == .notConnected)
    }

    @Test("a link that is never told of is found when its connection is answered")
    func linkWithoutWord() throws {
        let stage = try ScriptedBlueZ(connected: false)
        let connect = LinkCommand.connect(stage.strap, stage.hci0)
        let request = try stage.perform(connect)
        stage.objects = Objects.world(connected: true, resolved: false)
        try request.answer(.values([]))
        #expect(try stage.answer(connect) == nil)
        #expect(stage.events.contains(.connected(stage.strap, stage.hci0)))
    }

    @Test("a table that is never told of is found")
    func tableWithoutWord() throws {
        let stage = try ScriptedBlueZ(connected: true, resolved: false)
        stage.objects = Objects.world(connected: true, resolved: true)
        try stage.loop.run { stage.events.contains { if case .resolved = $0 { true } else { false } } }
    }

    @Test("an end of a link that is never told of is found when something fails for it")
    func endWithoutWord() throws {
        let stage = try ScriptedBlueZ(connected: true)
        try stage.loop.run { stage.events.contains { if case .resolved = $0 { true } else { false } } }
        let request = try stage.perform(.read(stage.strap, handle: 0x000C))
        stage.objects = Objects.world(connected: false, resolved: false)
        try request.answer(.error(BusError(name: "org.bluez.Error.Failed", message: "Not connected")))
        try stage.loop.run { stage.events.contains(.disconnected(stage.strap, reason: nil)) }
    }

    @Test("a value of a resumed subscription is kept although its link ends before the table (lesson 8)")
    func valueWithoutTable() throws {
        let stage = try ScriptedBlueZ(connected: true)
        try stage.loop.run { stage.events.contains { if case .resolved = $0 { true } else { false } } }
        let subscribe = LinkCommand.subscribe(stage.strap, handle: 0x000C, .startNotify)
        try stage.perform(subscribe).answer(.values([]))
        #expect(try stage.answer(subscribe) == nil)
        try stage.tell(["Connected": .boolean(false), "ServicesResolved": .boolean(false)])
        try stage.tell(["Connected": .boolean(true)])
        try stage.tell(["Value": .bytes([0, 60])], of: Objects.characteristic, "org.bluez.GattCharacteristic1")
        try stage.tell(["Connected": .boolean(false)])
        let ended = LinkEvent.disconnected(stage.strap, reason: nil)
        try stage.loop.run { stage.events.count { $0 == ended } == 2 }
        let tail = stage.events.filter { if case .advertised = $0 { false } else { true } }.suffix(4)
        guard case .resolved? = tail.dropFirst().first else { throw Stage.Missing() }
        #expect(tail.first == .connected(stage.strap, stage.hci0))
        #expect(tail.suffix(2) == [.value(stage.strap, handle: 0x000C, bytes: [0, 60]), ended])
    }

    @Test("a value of a resumed subscription that comes before its link is told of is kept for it (lesson 8)")
    func valueBeforeLink() throws {
        let stage = try ScriptedBlueZ(connected: true)
        try stage.loop.run { stage.events.contains { if case .resolved = $0 { true } else { false } } }
        let subscribe = LinkCommand.subscribe(stage.strap, handle: 0x000C, .startNotify)
        try stage.perform(subscribe).answer(.values([]))
        #expect(try stage.answer(subscribe) == nil)
        try stage.tell(["Connected": .boolean(false), "ServicesResolved": .boolean(false)])
        try stage.loop.run { stage.events.contains(.disconnected(stage.strap, reason: nil)) }
        try stage.tell(["Value": .bytes([0, 60])], of: Objects.characteristic, "org.bluez.GattCharacteristic1")
        try stage.tell(["Connected": .boolean(true)])
        try stage.tell(["ServicesResolved": .boolean(true)])
        let value = LinkEvent.value(stage.strap, handle: 0x000C, bytes: [0, 60])
        try stage.loop.run { stage.events.contains(value) }
        let tail = stage.events.filter { if case .advertised = $0 { false } else { true } }.suffix(3)
        #expect(tail.first == .connected(stage.strap, stage.hci0))
        guard case .resolved? = tail.dropFirst().first else { throw Stage.Missing() }
        #expect(tail.last == value)
    }

    @Test("a pairing that is never answered is done with the bond")
    func bondWithoutYes() throws {
        let stage = try ScriptedBlueZ(connected: true)
        let pair = LinkCommand.pair(stage.strap)
        let request = try stage.perform(pair)
        try stage.tell(["Paired": .boolean(true), "Bonded": .boolean(true)])
        #expect(try stage.answer(pair) == nil)
        try request.answer(.values([]))
        try stage.loop.drain()
        #expect(stage.events.count { $0 == .done(pair) } == 1)
    }

    @Test("a pairing that meets bluetoothd's own one waits for that one's bond")
    func pairingByItself() throws {
        let stage = try ScriptedBlueZ(connected: true)
        let pair = LinkCommand.pair(stage.strap)
        try stage.perform(pair).answer(.error(inProgress))
        try stage.tell(["RSSI": .int16(-50)])
        try stage.loop.drain()
        #expect(!stage.events.contains { if case .failed(pair, _) = $0 { true } else { false } })
        try stage.tell(["Paired": .boolean(true)])
        #expect(try stage.answer(pair) == nil)
    }

    @Test("and fails with the link")
    func pairingByItselfFails() throws {
        let stage = try ScriptedBlueZ(connected: true)
        let pair = LinkCommand.pair(stage.strap)
        try stage.perform(pair).answer(.error(inProgress))
        try stage.loop.drain()
        try stage.tell(["Connected": .boolean(false)])
        #expect(try stage.answer(pair)?.kind == .notConnected)
    }

    @Test("the agent pairs a sensor that the gateway uses, before it asked for it, and no other")
    func agent() throws {
        let stage = try ScriptedBlueZ(connected: false)
        var answers: [Result<[BusValue], BusError>] = []
        let name = try #require(stage.clientName)
        let call = BusCall(
            name, PairingAgent.path, "org.bluez.Agent1", "RequestAuthorization", [.objectPath(Objects.device)])
        stage.server.call(call, deadline: .seconds(30)) { answers.append($0) }
        try stage.loop.run { answers.count == 1 }
        #expect(throws: BusError.self) { try answers[0].get() }
        _ = try stage.perform(.connect(stage.strap, stage.hci0))
        stage.server.call(call, deadline: .seconds(30)) { answers.append($0) }
        try stage.loop.run { answers.count == 2 }
        #expect(try answers[1].get() == [])
    }
}
