public import VitalsCore
public import VitalsModel

/// An org.bluez with virtual sensors and faults at will, on a bus of the test's own. It lives on a thread of its own, as
/// bluetoothd lives in a process of its own: a test drives it by values, and waits for nothing but the order to be taken.
///
/// Behaviour, names and words are those measured on BlueZ 5.66: two clients double every signal, a deferred `StartNotify`
/// resumes after a reconnection, `ReadValue` signals what it reads, GATT objects outlive the link, sensors that nobody
/// knows vanish after discovery.
public final class FakeBlueZ: Sendable {
    /// What can be seen of it at one moment.
    public struct Snapshot: Sendable {
        /// Whether it owns its name.
        public var isRunning = false
        /// Adapters on which a client's discovery runs.
        public var discovering: [AdapterIndex] = []
        /// Sensors that have a link.
        public var linked: [SensorAddress] = []
        /// Sensors that it remembers.
        public var known: [SensorAddress] = []
        /// Sensors that it holds a bond with.
        public var bonded: [SensorAddress] = []
        /// Notify sessions of all clients, descriptors included.
        public var sessions = 0
        /// Objects on the bus.
        public var objects = 0
        /// Agents that are registered.
        public var agents = 0
        /// Calls so far, by `Interface.Method` without `org.bluez.`.
        public var calls: [String: Int] = [:]
        /// Values that the sensors sent while somebody was subscribed, each with its payload, since the last `forgetSent`.
        public var sent: [Sent] = []
    }

    /// A value that a sensor sent.
    public struct Sent: Hashable, Sendable {
        /// By whom.
        public var sensor: SensorAddress
        /// What.
        public var uuid: BluetoothUUID
        /// The payload.
        public var bytes: [UInt8]
    }

    private let thread: FakeBlueZThread

    /// Runs on the bus at `address` with one powered adapter, `hci0`, and these sensors; returns when it owns its name.
    public init(address: String, sensors: [VirtualSensor] = [], timing: FakeTiming = FakeTiming()) throws {
        thread = try FakeBlueZThread { loop in
            try FakeBlueZServer(address: address, loop: loop, sensors: sensors, timing: timing)
        }
    }

    deinit { thread.end() }

    /// Does something to the world; it is done when this returns.
    public func order(_ order: LinkOrder) { ask { $0.carryOut(order) } }

    /// Does something to the world later.
    public func order(_ order: LinkOrder, after span: MonotonicTime.Span) {
        ask { $0.plan(.order(order), after: span) }
    }

    /// Keeps an adapter's discovery, links and sessions from being cleaned up when their client goes (lesson 3).
    public func keepsSessionsOfTheDead(_ keeps: Bool) { ask { $0.keepsSessionsOfTheDead = keeps } }

    /// What can be seen of it now.
    public var snapshot: Snapshot { ask { $0.snapshot } ?? Snapshot() }

    /// How many values a sensor sent of a characteristic while somebody was subscribed.
    public func sent(_ sensor: SensorAddress, _ uuid: BluetoothUUID) -> [[UInt8]] {
        ask { server in server.sent.filter { $0.sensor == sensor && $0.uuid == uuid }.map(\.bytes) } ?? []
    }

    /// Forgets what was sent and called so far.
    public func forgetSent() {
        ask { server in
            server.sent = []
            server.calls = [:]
        }
    }

    @discardableResult
    private func ask<Value: Sendable>(_ body: @escaping @Sendable (FakeBlueZServer) -> Value) -> Value? {
        thread.ask(body)
    }
}
