public import VitalsCore
public import VitalsModel
public import VitalsSystemd

/// The world of the fake of org.bluez: a bus and a bluetoothd of its own, every ability. The backend is the caller's to
/// make, on the bus and the loop given.
public final class FakeBlueZWorld: LinkWorld {
    /// `hci0`.
    public let adapter = AdapterIndex(0)
    /// Number 1.
    public let strap = VirtualSensor.address(1)
    /// Number 2.
    public let oximeter = VirtualSensor.address(2)
    /// Number 3.
    public let bonding: SensorAddress? = VirtualSensor.address(3)
    /// All.
    public let abilities: Set<LinkAbility> = [.drop, .service, .adapter, .forget, .pair]
    /// As in lesson 5, several times over.
    public let reconnections = 50
    /// Five periods of a sensor.
    public let silence = MonotonicTime.Span.milliseconds(100)
    /// The fake.
    public let fake: FakeBlueZ
    /// The loop that the backend lives on.
    public let loop: EventLoop
    /// The bus.
    public let bus: PrivateBus
    private let make: (_ address: String, EventLoop) throws -> any LinkPort

    /// Starts a bus and a fake.
    public init(
        sensors: [VirtualSensor] = ConformanceCast.sensors, timing: FakeTiming = FakeTiming(),
        make: @escaping (_ address: String, EventLoop) throws -> any LinkPort
    ) throws {
        bus = try PrivateBus()
        fake = try FakeBlueZ(address: bus.address, sensors: sensors, timing: timing)
        loop = try EventLoop()
        self.make = make
    }

    /// A backend on a connection of its own.
    public func makeLinks() throws -> any LinkPort { try make(bus.address, loop) }

    /// Turns the loop.
    public func pass(_ atMost: MonotonicTime.Span, until condition: () -> Bool) throws -> Bool {
        try loop.pass(atMost, until: condition)
    }

    /// Does it.
    public func order(_ order: LinkOrder) { fake.order(order) }

    /// What the fake noted.
    public func sent(_ sensor: SensorAddress, _ uuid: BluetoothUUID) -> [[UInt8]]? { fake.sent(sensor, uuid) }
}

extension EventLoop {
    /// Turns the loop, at most for so long; returns whether the condition came to hold.
    public func pass(_ atMost: MonotonicTime.Span, until condition: () -> Bool) throws -> Bool {
        try drain()
        let start = MonotonicTime.boot
        while !condition() {
            let left = atMost.microseconds - (MonotonicTime.boot - start).microseconds
            guard left > 0 else { return false }
            // Conditions may also depend on another thread, so it looks again after a moment in any case.
            try turn(waiting: MonotonicTime.Span(microseconds: min(left, 10_000)))
        }
        return true
    }
}
