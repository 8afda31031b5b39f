import Testing
import VitalsCore
import VitalsModel
import VitalsSystemd
import VitalsTestKit

/// The fake behaves as BlueZ 5.66 was measured to, seen by a client that knows nothing of links.
@Suite("The fake of org.bluez", .serialized)
struct FakeBlueZTests {
    private let bus: PrivateBus
    private let fake: FakeBlueZ
    private let client: BusClient
    private let strap = VirtualSensor.strap(1)
    private let path = "/org/bluez/hci0/dev_C0_00_00_00_00_01"

    init() throws {
        bus = try PrivateBus()
        fake = try FakeBlueZ(address: bus.address, sensors: [.strap(1), .oximeter(2)])
        client = try BusClient(bus.address)
    }

    @Test("a sensor appears with discovery, resolves after its connection, and each value is signalled once")
    func mainLine() throws {
        try connect()
        let characteristic = try #require(client.characteristic("2a37", of: path))
        #expect(try client.call(characteristic, "GattCharacteristic1", "StartNotify").isSuccess)
        try client.wait { client.values[characteristic, default: []].count >= 10 }
        let sent = fake.sent(strap.address, .heartRateMeasurement)
        let received = client.values[characteristic, default: []]
        #expect(Array(sent.prefix(received.count)) == received)
        #expect(client.has("\(path)", "org.bluez.Battery1"))
    }

    @Test("a second client doubles every signal, and the first one's session resumes after a reconnection")
    func sessions() throws {
        try connect()
        let characteristic = try #require(client.characteristic("2a37", of: path))
        let other = try BusClient(bus.address)
        #expect(try client.call(characteristic, "GattCharacteristic1", "StartNotify").isSuccess)
        #expect(try other.call(characteristic, "GattCharacteristic1", "StartNotify").isSuccess)
        client.forgetValues()
        fake.forgetSent()
        try client.wait { client.values[characteristic, default: []].count >= 20 }
        let received = client.values[characteristic, default: []]
        // The first signal seen may be the second of its pair.
        let pairs = Dictionary(grouping: received) { $0 }.values.map(\.count)
        #expect(pairs.count { $0 == 2 } >= pairs.count - 2)
        other.close()
        try client.wait { fake.snapshot.sessions == 1 }
        fake.order(.drop(strap.address))
        #expect(try client.call(path, "Device1", "Connect").isSuccess)
        client.forgetValues()
        try client.wait { client.values[characteristic, default: []].count >= 5 }
        #expect(Set(client.values[characteristic, default: []]).count == client.values[characteristic]?.count)
    }

    @Test("errors have BlueZ's names and words")
    func errors() throws {
        #expect(try client.call("/org/bluez/hci0", "Adapter1", "StopDiscovery") == "Failed: No discovery started")
        try connect()
        let measurement = try #require(client.characteristic("2a37", of: path))
        let location = try #require(client.characteristic("2a38", of: path))
        let options = BusValue.properties([:])
        #expect(
            try client.call(measurement, "GattCharacteristic1", "ReadValue", [options])
                == "NotSupported: Operation is not supported")
        #expect(
            try client.call(location, "GattCharacteristic1", "WriteValue", [.bytes([1]), options])
                == "NotSupported: Operation is not supported")
        let control = try #require(client.characteristic("2a39", of: path))
        #expect(
            try client.call(control, "GattCharacteristic1", "WriteValue", [.bytes([9]), options])
                == "Failed: Operation failed with ATT error: 0x80")
        fake.order(.drop(strap.address))
        #expect(try client.call(location, "GattCharacteristic1", "ReadValue", [options]) == "Failed: Not connected")
        #expect(try client.call(measurement, "GattCharacteristic1", "StartNotify").isSuccess)
        #expect(
            try client.call(measurement, "GattCharacteristic1", "StartNotify")
                == "InProgress: Operation already in progress")
    }

    @Test("killed, it says nothing but that its name has no owner; started again, it has its sensors but no tables")
    func killed() throws {
        try connect()
        let count = client.signals.count
        fake.order(.killService)
        try client.wait { client.owner.isEmpty }
        #expect(client.signals.count == count)
        client.forgetObjects()
        fake.order(.startService)
        try client.wait { client.has(path, "org.bluez.Device1") }
        #expect(!client.owner.isEmpty)
        #expect(client.characteristic("2a37", of: path) == nil)
    }

    private func connect() throws {
        #expect(try client.call("/org/bluez/hci0", "Adapter1", "StartDiscovery").isSuccess)
        try client.wait { client.has(path, "org.bluez.Device1") }
        #expect(
            try client.call("/org/bluez/hci0", "Adapter1", "StartDiscovery")
                == "InProgress: Operation already in progress")
        #expect(try client.call("/org/bluez/hci0", "Adapter1", "StopDiscovery").isSuccess)
        #expect(try client.call(path, "Device1", "Connect").isSuccess)
        try client.wait { client.objects[path]?["org.bluez.Device1"]?["ServicesResolved"]?.boolean == true }
    }
}

extension String {
    fileprivate var isSuccess: Bool { isEmpty }
}

/// A client of org.bluez that notes what it hears.
private final class BusClient {
    let loop: EventLoop
    let bus: BusConnection
    private(set) var objects: [String: [String: [String: BusValue]]] = [:]
    private(set) var values: [String: [[UInt8]]] = [:]
    private(set) var signals: [BusSignal] = []
    private(set) var owner = "?"

    init(_ address: String) throws {
        loop = try EventLoop()
        bus = try BusConnection(address: address, loop: loop)
        try bus.subscribe(BusMatch(sender: "org.bluez")) { [unowned self] in note($0) }
        try bus.subscribe(.ownerChange(of: "org.bluez")) { [unowned self] in
            owner = $0.arguments.last?.string ?? "?"
        }
    }

    func close() { bus.close() }

    func forgetValues() { values = [:] }

    func forgetObjects() { objects = [:] }

    func wait(_ condition: () -> Bool) throws { try loop.run(until: condition) }

    func has(_ path: String, _ interface: String) -> Bool { objects[path]?[interface] != nil }

    func characteristic(_ short: String, of device: String) -> String? {
        objects.first { path, interfaces in
            path.hasPrefix(device)
                && interfaces["org.bluez.GattCharacteristic1"]?["UUID"]?.string?.hasPrefix("0000\(short)") == true
        }?.key
    }

    /// Empty, or the error without `org.bluez.Error.`.
    func call(_ path: String, _ interface: String, _ member: String, _ arguments: [BusValue] = []) throws -> String {
        var answer: String?
        let call = BusCall("org.bluez", path, "org.bluez.\(interface)", member, arguments)
        bus.call(call, deadline: .seconds(10)) { result in
            switch result {
            case .success: answer = ""
            case .failure(let error):
                answer = "\(error.name.replacing("org.bluez.Error.", with: "")): \(error.message)"
            }
        }
        try wait { answer != nil }
        return answer ?? "?"
    }

    private func note(_ signal: BusSignal) {
        signals.append(signal)
        let arguments = signal.arguments
        switch signal.member {
        case "InterfacesAdded":
            guard let path = arguments.first?.string, let interfaces = arguments.last?.dictionary else { return }
            for (name, properties) in interfaces { objects[path, default: [:]][name] = properties.dictionary ?? [:] }
        case "InterfacesRemoved":
            guard let path = arguments.first?.string else { return }
            for name in arguments.last?.strings ?? [] { objects[path]?[name] = nil }
        case "PropertiesChanged":
            guard let name = arguments.first?.string, let changes = arguments.dropFirst().first?.dictionary else {
                return
            }
            objects[signal.path]?[name]?.merge(changes) { $1 }
            if let bytes = changes["Value"]?.bytes { values[signal.path, default: []].append(bytes) }
        default: break
        }
    }
}
