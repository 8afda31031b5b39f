import Testing
import VitalsCore
import VitalsModel
import VitalsSystemd
import VitalsTestKit

@testable import VitalsBlueZ

@Suite("The mirror of BlueZ's objects")
struct ObjectMirrorTests {
    private let strap = SensorAddress(rawValue: 0xC000_0000_0001)
    private let hci0 = AdapterIndex(0)
    private let hci1 = AdapterIndex(1)
    private let measurement = RemoteCharacteristic(
        service: BluetoothUUID(0x180D), uuid: .heartRateMeasurement, handle: 0x000C, properties: .notify)

    private func mirror(connected: Bool = false, resolved: Bool = false) -> ObjectMirror {
        var mirror = ObjectMirror()
        _ = mirror.load(Objects.world(connected: connected, resolved: resolved))
        _ = mirror.takeTables()
        return mirror
    }

    private func change(_ mirror: inout ObjectMirror, _ changed: [String: BusValue]) -> [MirrorEvent] {
        mirror.change(Objects.device, "org.bluez.Device1", changed, [])
    }

    @Test("what is there at the start is reported from the adapter down; a leftover link is a link (lessons 1 and 4)")
    func load() {
        var mirror = ObjectMirror()
        let events = mirror.load(Objects.world(connected: true, resolved: true))
        let state = AdapterState(
            address: SensorAddress(rawValue: 0x00AA_0100_0000), isPowered: true, isDiscovering: false)
        let advertisement = Advertisement(
            sensor: strap, adapter: hci0, name: "Strap", services: [BluetoothUUID(0x180D)], rssi: nil, isBonded: false,
            isConnected: true)
        #expect(
            events == [
                .link(.adapter(hci0, state)), .link(.advertised(advertisement)), .link(.connected(strap, hci0)),
            ])
        #expect(mirror.isTableDue)
        #expect(mirror.takeTables() == [.link(.resolved(strap, [measurement]))])
        #expect(mirror.takeTables().isEmpty && !mirror.isTableDue)
    }

    @Test("the same objects again are no news")
    func loadTwice() {
        var mirror = mirror(connected: true, resolved: true)
        #expect(mirror.load(Objects.world(connected: true, resolved: true)).isEmpty && !mirror.isTableDue)
    }

    @Test("what is not in the answer any more is gone, from the bottom up")
    func loadLess() {
        var mirror = mirror(connected: true, resolved: true)
        let events = mirror.load(Objects.managed([:]))
        let path = CharacteristicPath(Objects.characteristic)
        #expect(path.map { events.first == .characteristicGone($0) } == true)
        #expect(
            events.dropFirst() == [
                .link(.disconnected(strap, reason: "device-removed")), .link(.forgotten(strap)),
                .link(.adapterGone(hci0)),
            ])
    }

    @Test("a link is up, then resolved, then down, each told once")
    func link() {
        var mirror = mirror()
        #expect(change(&mirror, ["Connected": .boolean(true)]).contains(.link(.connected(strap, hci0))))
        #expect(!mirror.isTableDue)
        #expect(change(&mirror, ["ServicesResolved": .boolean(true)]).isEmpty && mirror.isTableDue)
        #expect(mirror.takeTables() == [.link(.resolved(strap, [measurement]))])
        let ended = change(&mirror, ["ServicesResolved": .boolean(false), "Connected": .boolean(false)])
        #expect(ended.last == .link(.disconnected(strap, reason: nil)))
        #expect(change(&mirror, ["Connected": .boolean(false)]).isEmpty && mirror.links.isEmpty)
    }

    @Test("connected and resolved in one message are told in that order")
    func atOnce() {
        var mirror = mirror()
        let events = change(&mirror, ["Connected": .boolean(true), "ServicesResolved": .boolean(true)])
        #expect(events.last == .link(.connected(strap, hci0)) && mirror.isTableDue)
    }

    @Test("heard is what an advertisement changed; what is only remembered has no strength")
    func heard() {
        var mirror = mirror()
        func strengths(_ events: [MirrorEvent]) -> [Int8?] {
            events.compactMap { if case .link(.advertised(let it)) = $0 { .some(it.rssi) } else { nil } }
        }
        #expect(strengths(change(&mirror, ["RSSI": .int16(-60)])) == [-60])
        #expect(strengths(change(&mirror, ["Paired": .boolean(true)])) == [nil])
        #expect(strengths(change(&mirror, ["ManufacturerData": .properties([:])])) == [-60])
        #expect(strengths(change(&mirror, ["Icon": .string("x")])) == [])
        #expect(mirror.change(Objects.device, "org.bluez.Device1", [:], ["RSSI"]).isEmpty)
        #expect(strengths(change(&mirror, ["RSSI": .int16(-300)])) == [nil])
    }

    @Test("values come over the link or ahead of its news, with the handle after the declaration's in the path")
    func values() {
        var mirror = mirror()
        func value() -> [MirrorEvent] {
            mirror.change(Objects.characteristic, "org.bluez.GattCharacteristic1", ["Value": .bytes([0, 60])], [])
        }
        #expect(value().count == 1)
        _ = change(&mirror, ["Connected": .boolean(true)])
        let path = CharacteristicPath(Objects.characteristic)
        #expect(path.map { value() == [.value($0, strap, handle: 0x000C, bytes: [0, 60])] } == true)
        #expect(value().count == 1, "an equal value is a value")
    }

    @Test("notifications that end are told once")
    func notNotifying() {
        var mirror = mirror(connected: true, resolved: true)
        func set(_ flag: Bool) -> Int {
            mirror.change(
                Objects.characteristic, "org.bluez.GattCharacteristic1", ["Notifying": .boolean(flag)], []
            ).count
        }
        #expect([set(false), set(true), set(false), set(false)] == [0, 0, 1, 0])
    }

    @Test("a table that changes under a link is due again (lesson 10)")
    func tableChanges() {
        var mirror = mirror(connected: true, resolved: true)
        let gone = mirror.remove(Objects.characteristic, ["org.bluez.GattCharacteristic1"])
        #expect(gone.count == 1 && mirror.isTableDue)
        #expect(mirror.takeTables() == [.link(.resolved(strap, []))])
        let added = mirror.add(
            Objects.characteristic,
            Objects.interfaces([
                "org.bluez.GattCharacteristic1": Objects.characteristicProperties(["indicate", "read"])
            ]))
        #expect(added.isEmpty && mirror.isTableDue)
        let table = [
            RemoteCharacteristic(
                service: BluetoothUUID(0x180D), uuid: .heartRateMeasurement, handle: 0x000C,
                properties: [.indicate, .read])
        ]
        #expect(mirror.takeTables() == [.link(.resolved(strap, table))])
    }

    @Test("the battery is told with the link and when it changes (lesson 15)")
    func battery() {
        var mirror = mirror()
        func percentage(_ percent: BusValue) -> [MirrorEvent] {
            mirror.add(Objects.device, Objects.interfaces(["org.bluez.Battery1": ["Percentage": percent]]))
        }
        #expect(percentage(.byte(80)).isEmpty)
        let up = change(&mirror, ["Connected": .boolean(true)])
        #expect(up.suffix(2) == [.link(.connected(strap, hci0)), .link(.battery(strap, percent: 80))])
        #expect(percentage(.byte(79)) == [.link(.battery(strap, percent: 79))])
        #expect(percentage(.byte(79)).isEmpty && percentage(.int32(300)).isEmpty)
        _ = mirror.remove(Objects.device, ["org.bluez.Battery1"])
        #expect(percentage(.byte(79)) == [.link(.battery(strap, percent: 79))])
    }

    @Test("an address that is resolved to an identity is another sensor, and the link goes over to it")
    func identity() {
        var mirror = mirror(connected: true, resolved: true)
        let identity = SensorAddress(rawValue: 0x1122_3344_5566)
        let events = change(&mirror, ["Address": .string("11:22:33:44:55:66")])
        #expect(
            events.filter { if case .link(.advertised) = $0 { false } else { true } } == [
                .link(.disconnected(strap, reason: "address-resolved")), .link(.forgotten(strap)),
                .link(.connected(identity, hci0)),
            ])
        #expect(mirror.takeTables() == [.link(.resolved(identity, [measurement]))])
    }

    @Test("a sensor under two adapters has one link at a time, and is forgotten with the last of its objects")
    func twoAdapters() {
        var mirror = mirror(connected: true, resolved: false)
        let other = "/org/bluez/hci1/dev_C0_00_00_00_00_01"
        _ = mirror.add("/org/bluez/hci1", Objects.interfaces(["org.bluez.Adapter1": Objects.adapterProperties()]))
        let second = mirror.add(
            other, Objects.interfaces(["org.bluez.Device1": Objects.deviceProperties(connected: true)]))
        #expect(second.count == 1, "advertised, and no second link")
        #expect(mirror.linked(strap)?.path.adapter == hci0)
        let ended = change(&mirror, ["Connected": .boolean(false)])
        #expect(ended.suffix(2) == [.link(.disconnected(strap, reason: nil)), .link(.connected(strap, hci1))])
        #expect(mirror.remove(Objects.device, ["org.bluez.Device1"]).allSatisfy { $0 != .link(.forgotten(strap)) })
        #expect(mirror.remove(other, ["org.bluez.Device1"]).last == .link(.forgotten(strap)))
    }

    @Test("an unplugged adapter takes its sensors along, even if nothing else is said")
    func adapterGone() {
        var mirror = mirror(connected: true, resolved: true)
        let events = mirror.remove(Objects.adapter, ["org.bluez.Adapter1"]).compactMap(\.linkEvent)
        #expect(
            events == [.disconnected(strap, reason: "device-removed"), .forgotten(strap), .adapterGone(hci0)])
        #expect(mirror.devices.isEmpty)
    }

    @Test("when BlueZ is gone every link has ended, and nothing is left")
    func clear() {
        var mirror = mirror(connected: true, resolved: true)
        #expect(mirror.clear() == [.link(.disconnected(strap, reason: "bluetooth-service-gone"))])
        #expect(mirror.devices.isEmpty && mirror.adapters.isEmpty && mirror.links.isEmpty)
    }

    @Test("a crowd, a long name and a long table are cut off at their bounds")
    func bounds() {
        var mirror = mirror(connected: true, resolved: true)
        for number in 0..<(LinkLimits.heardMax + 50) {
            let address = SensorAddress(rawValue: UInt64(number) + 0x1000).description
            let path = "/org/bluez/hci0/dev_" + address.replacing(":", with: "_")
            _ = mirror.add(path, Objects.interfaces(["org.bluez.Device1": Objects.deviceProperties(address)]))
        }
        #expect(mirror.devices.count == LinkLimits.heardMax)
        for handle in 0x100..<(0x100 + 2 * LinkLimits.characteristicsMax) {
            let path = Objects.service + "/char0" + String(handle, radix: 16)
            _ = mirror.add(
                path, Objects.interfaces(["org.bluez.GattCharacteristic1": Objects.characteristicProperties()]))
        }
        #expect(mirror.linked(strap)?.characteristics.count == LinkLimits.characteristicsMax)
        _ = change(&mirror, ["Name": .string(String(repeating: "ä", count: 1_000))])
        #expect(mirror.linked(strap)?.name?.utf8.count ?? .max <= BlueZLimits.nameMax)
    }

    @Test("paths that are none, and properties of another type, change nothing")
    func nonsense() {
        #expect(DevicePath("/org/bluez/hci0") == nil && DevicePath("/org/bluez/x/dev_1") == nil)
        for path in ["/char", Objects.service + "/charffff", Objects.service + "/charXYZW", Objects.service + "/char0"]
        {
            #expect(CharacteristicPath(path) == nil)
        }
        #expect(CharacteristicPath(Objects.service + "/charfffe")?.handle == 0xFFFF)
        var mirror = ObjectMirror()
        #expect(mirror.load(.string("?")).isEmpty)
        #expect(mirror.add(Objects.device, Objects.interfaces(["org.bluez.Device1": ["Address": .byte(1)]])).isEmpty)
        #expect(mirror.devices.isEmpty)
    }

    @Test("whatever comes, links stay balanced and nothing breaks", arguments: [1, 2, 3, 4] as [UInt64])
    func anything(_ seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var mirror = ObjectMirror()
        var linked: Set<SensorAddress> = []
        var adapters: Set<AdapterIndex> = []
        for _ in 0..<5_000 {
            for event in Self.step(&mirror, &random).compactMap(\.linkEvent) {
                switch event {
                case .connected(let sensor, _): #expect(linked.insert(sensor).inserted)
                case .disconnected(let sensor, _): #expect(linked.remove(sensor) != nil)
                case .resolved(let sensor, _), .battery(let sensor, _): #expect(linked.contains(sensor))
                case .adapter(let index, _): adapters.insert(index)
                case .adapterGone(let index): #expect(adapters.remove(index) != nil)
                default: break
                }
            }
            #expect(Set(mirror.links.keys) == linked)
        }
        #expect(mirror.clear().count == linked.count)
    }

    /// One random message about a few objects.
    private static func step(_ mirror: inout ObjectMirror, _ random: inout SplitMix64) -> [MirrorEvent] {
        let adapter = "/org/bluez/hci\(random.int(0...1))"
        let number = random.int(1...2)
        let device = adapter + "/dev_C0_00_00_00_00_0\(number)"
        let flag = { (random: inout SplitMix64) in BusValue.boolean(random.int(0...1) == 1) }
        let address = "C0:00:00:00:00:0\(random.int(0...9) == 0 ? 3 : number)"
        switch random.int(0...9) {
        case 0:
            return mirror.add(adapter, Objects.interfaces(["org.bluez.Adapter1": Objects.adapterProperties()]))
        case 1:
            let properties = Objects.deviceProperties(
                address, connected: random.int(0...1) == 1, resolved: random.int(0...1) == 1)
            return mirror.add(device, Objects.interfaces(["org.bluez.Device1": properties]))
        case 2: return mirror.remove(device, ["org.bluez.Device1"])
        case 3: return random.int(0...9) == 0 ? mirror.remove(adapter, ["org.bluez.Adapter1"]) : []
        case 4:
            return mirror.add(
                device, Objects.interfaces(["org.bluez.Battery1": ["Percentage": .byte(UInt8(random.int(0...9)))]]))
        case 5:
            _ = mirror.add(
                device + "/service000a", Objects.interfaces(["org.bluez.GattService1": Objects.serviceProperties]))
            return mirror.add(
                device + "/service000a/char000b",
                Objects.interfaces(["org.bluez.GattCharacteristic1": Objects.characteristicProperties()]))
        case 6: return mirror.remove(device + "/service000a/char000b", ["org.bluez.GattCharacteristic1"])
        case 7: return mirror.takeTables()
        case 8: return random.int(0...19) == 0 ? mirror.load(Objects.world(connected: true, resolved: true)) : []
        default:
            let properties = ["Connected", "ServicesResolved", "Paired"].filter { _ in random.int(0...1) == 1 }
            var changed: [String: BusValue] = [:]
            for name in properties { changed[name] = flag(&random) }
            if random.int(0...9) == 0 { changed["Address"] = .string(address) }
            return mirror.change(device, "org.bluez.Device1", changed, [])
        }
    }
}
