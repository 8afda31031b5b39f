import Testing
import VitalsBlueZ
import VitalsCore
import VitalsModel
import VitalsSystemd
import VitalsTestKit

/// `BlueZLinks` on a private bus with a fake of org.bluez, and everything that it reports.
final class Stage {
    let bus: PrivateBus
    let loop: EventLoop
    let links: BlueZLinks
    private(set) var fake: FakeBlueZ?
    private(set) var events: [LinkEvent] = []
    let hci0 = AdapterIndex(0)
    let strap = VirtualSensor.address(1)

    init(
        sensors: [VirtualSensor]? = [.strap(1)], settings: BlueZSettings = BlueZSettings(),
        startable: [String: String] = [:]
    ) throws {
        bus = try PrivateBus(startable: startable)
        loop = try EventLoop()
        fake = try sensors.map { [bus] in try FakeBlueZ(address: bus.address, sensors: $0) }
        links = try BlueZLinks(loop: loop, settings: settings) { [bus, loop] in
            try BusConnection(address: bus.address, loop: loop)
        }
        links.onEvent = { [unowned self] in events.append($0) }
    }

    deinit { links.stop() }

    /// Another bluetoothd, after the bus was gone.
    func startFake(_ sensors: [VirtualSensor]) throws { fake = try FakeBlueZ(address: bus.address, sensors: sensors) }

    func endFake() { fake = nil }

    func wait(_ condition: (Stage) -> Bool) throws {
        let holds = try loop.pass(.seconds(30)) { condition(self) }
        try #require(holds, "it never came; the last events: \(events.suffix(5))")
    }

    /// The answer to a command; nil: done.
    @discardableResult
    func ask(_ command: LinkCommand) throws -> LinkFailure? {
        let count = events.count
        links.perform(command)
        var answer: LinkFailure??
        try wait { stage in
            for event in stage.events[count...] {
                if event == .done(command) { answer = .some(nil) }
                if case .failed(command, let failure) = event { answer = .some(failure) }
            }
            return answer != nil
        }
        return answer ?? nil
    }

    /// Starts, listens, and links the strap.
    func link(_ sensor: SensorAddress? = nil) throws {
        let sensor = sensor ?? strap
        if events.isEmpty { try links.start() }
        try wait { $0.events.contains(.serviceUp) }
        let heardFrom = events.count
        #expect(try ask(.startDiscovery(hci0, services: [])) == nil)
        try wait { $0.isHeard(sensor, after: heardFrom) }
        #expect(try ask(.stopDiscovery(hci0)) == nil)
        let count = events.count
        #expect(try ask(.connect(sensor, hci0)) == nil)
        try wait { $0.events[count...].contains { if case .resolved(sensor, _) = $0 { true } else { false } } }
    }

    func isHeard(_ sensor: SensorAddress, after count: Int) -> Bool {
        events[count...].contains {
            if case .advertised(let it) = $0 { it.sensor == sensor && it.rssi != nil } else { false }
        }
    }

    func handle(_ uuid: BluetoothUUID) throws -> UInt16 {
        for case .resolved(_, let table) in events.reversed() {
            if let found = table.first(where: { $0.uuid == uuid }) { return found.handle }
        }
        throw Missing()
    }

    func values(_ handle: UInt16, after count: Int = 0) -> [[UInt8]] {
        events[count...].compactMap { if case .value(_, handle, let bytes) = $0 { bytes } else { nil } }
    }

    /// Where bluetoothd has a characteristic of the strap.
    func path(_ handle: UInt16, _ client: BusConnection) throws -> String {
        let call = BusCall("org.bluez", "/", "org.freedesktop.DBus.ObjectManager", "GetManagedObjects")
        let objects = try client.callAndWait(call, deadline: .seconds(10)).first?.dictionary ?? [:]
        let declaration = String(handle - 1, radix: 16)
        return try #require(
            objects.keys.first { $0.contains("_00_01/") && $0.hasSuffix(declaration) && $0.contains("/char") })
    }

    struct Missing: Error {}
}

extension VirtualSensor {
    /// A strap that is read over a bond only.
    static func bonding(_ number: UInt8) -> VirtualSensor {
        var sensor = strap(number)
        sensor.requiresBond = true
        return sensor
    }
}
