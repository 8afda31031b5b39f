import Testing
import VitalsModel

@testable import VitalsCore

@Suite("The Bluetooth service and its adapters")
struct SupervisorServiceTests {
    private let strap = LinkScript.strap
    private let hci0 = LinkScript.hci0

    @Test("a service that is not there is a trouble after five seconds, and none when it comes")
    func absentService() {
        var script = LinkScript(isReady: false)
        script.pass(4.9)
        #expect(script.take() == [])
        script.pass(0.1)
        #expect(
            script.reports() == [
                .condition(.serviceDown, isPresent: true, detail: "the Bluetooth service does not run")
            ])
        script.send(.serviceUp)
        #expect(script.reports() == [.condition(.serviceDown, isPresent: false, detail: nil)])
    }

    @Test("why the service cannot be used is said in its own words, also when it never could (lesson 20)")
    func words() {
        var script = LinkScript(isReady: false)
        script.send(.serviceDown(reason: "org.freedesktop.DBus.Error.AccessDenied"))
        script.pass(5)
        let detail = "org.freedesktop.DBus.Error.AccessDenied"
        #expect(script.reports() == [.condition(.serviceDown, isPresent: true, detail: detail)])
    }

    @Test("every link is lost at once when the service goes, whether the backend says so or not (lesson 4)")
    func serviceGone() {
        var script = LinkScript()
        script.stream()
        script.send(.serviceDown(reason: "name lost its owner"))
        #expect(script.events() == [.linkDown(sensor: strap, reason: "bluetooth-service-gone")])
        // What the backend says late is not said twice.
        script.send(.disconnected(strap, reason: nil))
        #expect(script.take() == [])
        script.pass(5)
        #expect(script.supervisor.conditions == [.serviceDown])
    }

    @Test("a sensor that streamed when the service went is connected to without being heard first (lesson 4)")
    func presumed() {
        for (seconds, isPresumed) in [(1.0, true), (59, true), (61, false)] {
            var script = LinkScript()
            script.stream()
            script.send(.serviceDown(reason: "gone"))
            script.pass(seconds)
            script.send(.serviceUp, .adapter(hci0, LinkScript.adapter))
            script.hear(rssi: nil)
            script.refuse(.startDiscovery(hci0, services: []), .inProgress)
            script.refuse(.stopDiscovery(hci0), .other, "No discovery started")
            #expect(script.commands().contains(.connect(strap, hci0)) == isPresumed)
            guard isPresumed else { continue }
            // Once: if it is not there after all, it has to be heard.
            script.refuse(.connect(strap, hci0), .other)
            script.hear(rssi: nil)
            script.pass(60)
            #expect(!script.commands().contains(.connect(strap, hci0)))
        }
    }

    @Test("a link that the backend ended before the service went is lost once")
    func disconnectedBefore() {
        var script = LinkScript()
        script.stream()
        script.send(.disconnected(strap, reason: "bluetooth-service-gone"), .serviceDown(reason: "gone"))
        #expect(script.events() == [.linkDown(sensor: strap, reason: "bluetooth-service-gone")])
    }

    @Test("nothing is given to a service or an adapter that is gone")
    func nothingToNobody() {
        var script = LinkScript()
        script.stream()
        script.send(.serviceDown(reason: "gone"))
        script.hear()
        script.pass(600)
        #expect(script.commands() == [])
        script.send(.serviceUp, .adapter(hci0, LinkScript.adapter))
        #expect(script.commands() == [.startDiscovery(hci0, services: [])])
        script.send(.adapterGone(hci0))
        script.hear()
        script.pass(600)
        #expect(script.commands() == [])
    }

    @Test("an adapter that is gone takes its links with it, and is missing after ten seconds")
    func adapterGone() {
        var script = LinkScript()
        script.stream()
        script.send(.adapterGone(hci0))
        #expect(script.events() == [.linkDown(sensor: strap, reason: "adapter-gone")])
        script.pass(10)
        #expect(script.supervisor.conditions == [.adapterMissing])
        script.send(.adapter(hci0, LinkScript.adapter))
        #expect(script.supervisor.conditions == [])
    }

    @Test("a sensor moves to another adapter when its own is gone, to the one that hears it best")
    func moving() {
        var script = LinkScript()
        script.stream()
        let second = AdapterState(address: LinkScript.other, isPowered: true, isDiscovering: false)
        script.send(.adapter(LinkScript.hci1, second), .adapterGone(hci0))
        #expect(script.commands() == [.startDiscovery(LinkScript.hci1, services: [])])
        script.answer(.startDiscovery(LinkScript.hci1, services: []))
        script.hear(on: LinkScript.hci1)
        script.answer(.stopDiscovery(LinkScript.hci1))
        #expect(script.commands().last == .connect(strap, LinkScript.hci1))
    }

    @Test("of two adapters that hear it, the stronger one connects")
    func strongest() {
        var script = LinkScript()
        let second = AdapterState(address: LinkScript.other, isPowered: true, isDiscovering: false)
        script.send(.adapter(LinkScript.hci1, second))
        script.answer(.startDiscovery(LinkScript.hci1, services: []))
        script.hear(on: hci0, rssi: -80)
        script.hear(on: LinkScript.hci1, rssi: -40)
        script.answer(.stopDiscovery(hci0))
        script.answer(.stopDiscovery(LinkScript.hci1))
        #expect(script.commands().filter(\.isConnect) == [.connect(strap, LinkScript.hci1)])
    }

    @Test("an adapter that is off is switched on, again and again, and is a trouble after ten seconds")
    func switchedOff() {
        var script = LinkScript(isReady: false)
        var off = LinkScript.adapter
        off.isPowered = false
        script.send(.serviceUp, .adapter(hci0, off))
        #expect(script.commands() == [.powerOn(hci0)])
        script.refuse(.powerOn(hci0), .other, "org.bluez.Error.Failed: blocked by rfkill")
        script.pass(1)
        #expect(script.commands() == [.powerOn(hci0)])
        script.refuse(.powerOn(hci0), .other, "org.bluez.Error.Failed: blocked by rfkill")
        script.pass(9)
        let detail = "hci0 is off: org.bluez.Error.Failed: blocked by rfkill"
        #expect(script.reports() == [.condition(.adapterMissing, isPresent: true, detail: detail)])
        script.send(.adapter(hci0, LinkScript.adapter), .done(.powerOn(hci0)))
        #expect(script.supervisor.conditions == [])
        #expect(script.commands().last == .startDiscovery(hci0, services: []))
    }

    @Test("switching on that is said to be done and is not, is not asked for without a pause")
    func stubbornPower() {
        var script = LinkScript(isReady: false)
        var off = LinkScript.adapter
        off.isPowered = false
        script.send(.serviceUp, .adapter(hci0, off))
        for _ in 0..<100 { script.answer(.powerOn(hci0)) }
        #expect(script.commands() == [.powerOn(hci0)])
    }

    @Test("adapters that are not configured are left alone, and a configured one that is absent is named")
    func configuredAdapters() {
        var configuration = LinkConfiguration.listing(strap)
        configuration.adapters = [.index(LinkScript.hci1)]
        var script = LinkScript(configuration, isReady: false)
        script.send(.serviceUp, .adapter(hci0, LinkScript.adapter))
        script.hear()
        script.send(.connected(strap, hci0))
        #expect(script.commands() == [])
        script.pass(10)
        #expect(script.reports() == [.condition(.adapterMissing, isPresent: true, detail: "hci1 is not there")])
        #expect(script.status()?.wait == .adapter)
    }

    @Test("a service that comes twice without going has lost everything in between")
    func serviceTwice() {
        var script = LinkScript()
        script.stream()
        script.send(.serviceUp)
        #expect(script.events() == [.linkDown(sensor: strap, reason: "bluetooth-service-gone")])
    }

    @Test("another adapter under the same index is another adapter")
    func sameIndex() {
        var script = LinkScript()
        script.stream()
        let other = AdapterState(address: LinkScript.other, isPowered: true, isDiscovering: false)
        script.send(.adapter(hci0, other))
        #expect(script.events() == [.linkDown(sensor: strap, reason: "adapter-gone")])
        #expect(script.supervisor.adapters.map(\.state.address) == [LinkScript.other])
    }

    @Test("ends with discovery stopped and links ended, and nothing is handled later (lesson 3)")
    func stop() {
        var script = LinkScript(.listing(LinkScript.strap, LinkScript.other))
        script.stream()
        #expect(script.supervisor.adapters.map(\.isListening) == [false])
        script.answer(.startDiscovery(hci0, services: []))
        script.stop()
        let outputs = script.take()
        #expect(outputs.contains(.command(.stopDiscovery(hci0))) && outputs.contains(.command(.disconnect(strap))))
        script.send(.value(strap, handle: 0x12, bytes: [0, 60]), .serviceUp, .adapter(hci0, LinkScript.adapter))
        script.pass(1_000)
        #expect(script.take() == [] && script.supervisor.deadline == nil)
    }

    @Test("discovery that is being started is stopped as well (lesson 3)")
    func stopWhileStarting() {
        var script = LinkScript(isReady: false)
        script.send(.serviceUp, .adapter(hci0, LinkScript.adapter))
        script.stop()
        #expect(script.commands() == [.startDiscovery(hci0, services: []), .stopDiscovery(hci0)])
    }
}

extension LinkCommand {
    var isConnect: Bool { if case .connect = self { true } else { false } }
}
