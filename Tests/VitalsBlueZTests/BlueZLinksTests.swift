import Foundation
import Testing
import VitalsBlueZ
import VitalsCore
import VitalsModel
import VitalsSystemd
import VitalsTestKit

/// What the conformance suite cannot know, since it is BlueZ's and the bus's.
@Suite("Links through BlueZ")
struct BlueZLinksTests {
    @Test("without bluetoothd: said once, and up when it comes (lesson 4)")
    func noService() throws {
        let stage = try Stage(sensors: nil)
        try stage.links.start()
        try stage.wait { !$0.events.isEmpty }
        guard case .serviceDown(let reason) = stage.events[0] else { throw Stage.Missing() }
        #expect(reason.hasPrefix(BusError.nameHasNoOwner))
        #expect(try stage.ask(.startDiscovery(stage.hci0, services: []))?.kind == .serviceGone)
        try stage.startFake([])
        try stage.wait { $0.events.contains(.serviceUp) }
        #expect(stage.events.count { if case .serviceDown = $0 { true } else { false } } == 1)
    }

    @Test("no bus at all is an error at the start, with the call that failed (lesson 20)")
    func noBus() throws {
        let loop = try EventLoop()
        let links = try BlueZLinks(loop: loop, settings: BlueZSettings()) {
            try BusConnection(address: "unix:path=/nonexistent/bus", loop: loop)
        }
        #expect(throws: BusError.self) { try links.start() }
    }

    @Test("forbidden by the bus's policy: said with the bus's words, and up when that is mended (lesson 20)")
    func forbidden() throws {
        let stage = try Stage()
        stage.fake?.order(.denyAccess(true))
        try stage.links.start()
        try stage.wait { !$0.events.isEmpty }
        guard case .serviceDown(let reason) = stage.events[0] else { throw Stage.Missing() }
        #expect(reason.hasPrefix(BusError.accessDenied))
        stage.fake?.order(.denyAccess(false))
        try stage.wait { $0.events.contains(.serviceUp) }
    }

    @Test("the bus is lost and comes back: links end, and all is up again")
    func busLost() throws {
        let stage = try Stage()
        try stage.link()
        let count = stage.events.count
        stage.bus.stop()
        stage.endFake()
        try stage.wait { $0.events[count...].contains { if case .serviceDown = $0 { true } else { false } } }
        #expect(stage.events[count...].contains(.disconnected(stage.strap, reason: "bluetooth-service-gone")))
        try stage.bus.start()
        try stage.startFake([.strap(1)])
        try stage.wait { $0.events[count...].contains(.serviceUp) }
        try stage.link()
    }

    @Test("bluetoothd that died is started again through the bus, one that was stopped is not")
    func restart() throws {
        let mark = FileManager.default.temporaryDirectory.appendingPathComponent("start-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: mark) }
        let isStarted = { FileManager.default.fileExists(atPath: mark.path) }
        let stage = try Stage(startable: ["org.bluez": "/usr/bin/touch \(mark.path)"])
        try stage.links.start()
        try stage.wait { $0.events.contains { if case .adapter = $0 { true } else { false } } }
        stage.fake?.order(.stopService)
        try stage.wait { $0.events.contains { if case .serviceDown = $0 { true } else { false } } }
        #expect(try !stage.loop.pass(BlueZLimits.retries[0]) { isStarted() })
        let count = stage.events.count
        stage.fake?.order(.startService)
        try stage.wait { $0.events[count...].contains { if case .adapter = $0 { true } else { false } } }
        stage.fake?.order(.killService)
        try stage.wait { _ in isStarted() }
    }

    @Test("what anybody else sends in the name of BlueZ's objects counts for nothing")
    func spoofed() throws {
        let stage = try Stage()
        try stage.link()
        let handle = try stage.handle(.heartRateMeasurement)
        #expect(try stage.ask(.subscribe(stage.strap, handle: handle, .startNotify)) == nil)
        let forger = try BusConnection(address: stage.bus.address, loop: stage.loop)
        let device = "/org/bluez/hci0/dev_C0_00_00_00_00_01"
        let changed = { (interface: String, properties: [String: BusValue]) in
            [BusValue.string(interface), .properties(properties), .strings([])]
        }
        let count = stage.events.count
        let characteristic = try stage.path(handle, forger)
        for (path, arguments) in [
            (characteristic, changed("org.bluez.GattCharacteristic1", ["Value": .bytes([0, 255])])),
            (device, changed("org.bluez.Device1", ["Connected": .boolean(false)])),
        ] {
            // To all, and straight to everybody who may be it.
            let signal = BusSignal(path, "org.freedesktop.DBus.Properties", "PropertiesChanged", arguments)
            try forger.emit(signal)
            for number in 0..<10 {
                var direct = signal
                direct.destination = ":1.\(number)"
                try forger.emit(direct)
            }
        }
        _ = try forger.callAndWait(.toBus("GetId", []), deadline: .seconds(10))
        try stage.wait { $0.values(handle, after: count).count >= 5 }
        #expect(!stage.values(handle, after: count).contains([0, 255]))
        #expect(!stage.events[count...].contains { if case .disconnected = $0 { true } else { false } })
    }

    @Test("a stranger's questions to the pairing agent are refused")
    func strangersAgent() throws {
        let stage = try Stage(sensors: [.strap(1), .bonding(3)])
        try stage.link()
        try stage.wait { $0.fake?.snapshot.agents == 1 }
        let stranger = try BusConnection(address: stage.bus.address, loop: stage.loop)
        var refusals = 0
        for number in 0..<10 {
            let call = BusCall(
                ":1.\(number)", "/org/vitalsd/agent", "org.bluez.Agent1", "RequestPasskey",
                [.objectPath("/org/bluez/hci0/dev_C0_00_00_00_00_01")])
            stranger.call(call, deadline: .seconds(10)) { result in
                if case .failure(let error) = result, error.name == "org.bluez.Error.Rejected" { refusals += 1 }
            }
        }
        try stage.wait { _ in stranger.callCount == 0 }
        #expect(refusals == 1)
    }

    @Test("a sensor with a passkey pairs with the configured one, and not with another", arguments: [true, false])
    func passkey(_ isRight: Bool) throws {
        var sensor = VirtualSensor.bonding(3)
        sensor.passkey = 123_456
        var settings = BlueZSettings()
        settings.passkeys = [sensor.address: isRight ? 123_456 : 654_321]
        let stage = try Stage(sensors: [sensor], settings: settings)
        try stage.link(sensor.address)
        let handle = try stage.handle(.heartRateMeasurement)
        #expect(try stage.ask(.subscribe(sensor.address, handle: handle, .startNotify))?.kind == .notPaired)
        #expect(try stage.ask(.pair(sensor.address))?.kind == (isRight ? nil : .authentication))
        guard isRight else { return }
        #expect(try stage.ask(.pair(sensor.address)) == nil, "paired already is paired")
        #expect(try stage.ask(.subscribe(sensor.address, handle: handle, .startNotify)) == nil)
        #expect(try stage.ask(.forget(sensor.address))?.kind == .notPermitted, "a bond is not removed unasked")
    }

    @Test("a descriptor that ends under a link ends the subscription; signals work then (lesson 6)")
    func acquireEnds() throws {
        let stage = try Stage()
        stage.fake?.order(.fault(stage.strap, .acquireEnds))
        try stage.link()
        let handle = try stage.handle(.heartRateMeasurement)
        #expect(try stage.ask(.subscribe(stage.strap, handle: handle, .acquireNotify)) == nil)
        try stage.wait { $0.events.contains(.subscriptionEnded($0.strap, handle: handle)) }
        #expect(try stage.ask(.subscribe(stage.strap, handle: handle, .startNotify)) == nil)
        try stage.wait { $0.values(handle).count >= 3 }
        #expect(stage.events.count { $0 == .subscriptionEnded(stage.strap, handle: handle) } == 1)
    }

    @Test("a descriptor that ends with its link ends no subscription besides")
    func acquireEndsWithLink() throws {
        let stage = try Stage()
        try stage.link()
        let handle = try stage.handle(.heartRateMeasurement)
        #expect(try stage.ask(.subscribe(stage.strap, handle: handle, .acquireNotify)) == nil)
        try stage.wait { $0.values(handle).count >= 3 }
        stage.fake?.order(.drop(stage.strap))
        try stage.wait { $0.events.contains(.disconnected($0.strap, reason: nil)) }
        _ = try stage.loop.pass(BlueZLimits.endGrace) { false }
        #expect(!stage.events.contains(.subscriptionEnded(stage.strap, handle: handle)))
        let sent = stage.fake?.sent(stage.strap, .heartRateMeasurement) ?? []
        #expect(stage.values(handle) == sent, "also what came last")
    }

    @Test("from signals to a descriptor and back, nothing comes twice, and one session is left at the most")
    func switching() throws {
        let stage = try Stage()
        try stage.link()
        let handle = try stage.handle(.heartRateMeasurement)
        for method in [SubscriptionMethod.startNotify, .acquireNotify, .startNotify, .startNotify, .acquireNotify] {
            // bluetoothd learns of the descriptor's end a moment later, and refuses until then.
            while let failure = try stage.ask(.subscribe(stage.strap, handle: handle, method)) {
                try #require(failure.kind == .notPermitted)
            }
            let count = stage.events.count
            try stage.wait { $0.values(handle, after: count).count >= 3 }
        }
        let values = stage.values(handle)
        #expect(Set(values).count == values.count)
        #expect(stage.fake?.snapshot.sessions == 1)
    }

    @Test("another program listens too, before us: every value still counts once (lesson 5)")
    func secondListener() throws {
        let stage = try Stage()
        try stage.link()
        let handle = try stage.handle(.heartRateMeasurement)
        let other = try BusConnection(address: stage.bus.address, loop: stage.loop)
        let path = try stage.path(handle, other)
        let start = BusCall("org.bluez", path, "org.bluez.GattCharacteristic1", "StartNotify")
        _ = try other.callAndWait(start, deadline: .seconds(10))
        #expect(try stage.ask(.subscribe(stage.strap, handle: handle, .startNotify)) == nil)
        let count = stage.events.count
        try stage.wait { $0.values(handle, after: count).count >= 20 }
        let values = stage.values(handle, after: count)
        #expect(Set(values).count == values.count)
        let numbers = values.compactMap { VirtualSensor.number(.heartRateMeasurement, $0)?.number }
        #expect(zip(numbers, numbers.dropFirst()).allSatisfy { $0 + 1 == $1 }, "and none is missing")
    }

    @Test("a controller is reset by who can, and by nobody else")
    func reset() throws {
        let plain = try Stage()
        try plain.link()
        #expect(try plain.ask(.reset(plain.hci0))?.kind == .notSupported)
        var settings = BlueZSettings()
        var resets: [AdapterIndex] = []
        settings.resetController = { adapter, done in
            resets.append(adapter)
            done(resets.count == 1 ? nil : LinkFailure(.accessDenied, "no capability"))
        }
        let able = try Stage(settings: settings)
        try able.link()
        #expect(try able.ask(.reset(able.hci0)) == nil)
        #expect(try able.ask(.reset(able.hci0))?.kind == .accessDenied)
        #expect(resets == [able.hci0, able.hci0])
    }

    @Test("connecting to what was never heard, and commands to what is not there, fail with a reason")
    func unknown() throws {
        let stage = try Stage()
        try stage.link()
        let nobody = SensorAddress(rawValue: 0xC0FF_EEC0_FFEE)
        #expect(try stage.ask(.connect(nobody, stage.hci0))?.kind == .doesNotExist)
        #expect(try stage.ask(.connect(stage.strap, AdapterIndex(7)))?.kind == .doesNotExist)
        #expect(try stage.ask(.pair(nobody))?.kind == .notConnected)
        #expect(try stage.ask(.read(nobody, handle: 3))?.kind == .notConnected)
        #expect(try stage.ask(.powerOn(AdapterIndex(7)))?.kind == .doesNotExist)
        #expect(try stage.ask(.forget(nobody)) == nil)
    }

    @Test("matches, calls and sessions stay as they are over many connections (lessons 5 and 16)")
    func flat() throws {
        let bus = try PrivateBus()
        let loop = try EventLoop()
        let fake = try FakeBlueZ(address: bus.address, sensors: [.strap(1)])
        let connection = try BusConnection(address: bus.address, loop: loop)
        let links = try BlueZLinks(connection: connection, loop: loop)
        let strap = VirtualSensor.address(1)
        let hci0 = AdapterIndex(0)
        var connections = 0
        var handle: UInt16?
        var isDone = false
        links.onEvent = { event in
            switch event {
            case .serviceUp: links.perform(.startDiscovery(hci0, services: []))
            case .advertised(let it) where it.rssi != nil && connections == 0: links.perform(.stopDiscovery(hci0))
            case .done(.stopDiscovery), .disconnected: links.perform(.connect(strap, hci0))
            case .resolved(_, let table):
                connections += 1
                handle = table.first { $0.uuid == .heartRateMeasurement }?.handle
                let method: SubscriptionMethod = connections % 2 == 0 ? .acquireNotify : .startNotify
                if let handle { links.perform(.subscribe(strap, handle: handle, method)) }
            case .done(.subscribe), .failed(.subscribe, _):
                isDone = connections >= 100
                if !isDone { links.perform(.disconnect(strap)) }
            default: break
            }
        }
        try links.start()
        try loop.run { isDone }
        #expect(connection.matchCount == 3 && connection.callCount == 0)
        #expect(fake.snapshot.sessions <= 1)
        links.stop()
        #expect(connection.matchCount == 0)
    }
}
