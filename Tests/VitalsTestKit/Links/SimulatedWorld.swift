public import VitalsCore
public import VitalsModel

/// The world of the twin: virtual time, every ability.
public final class SimulatedWorld: LinkWorld {
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
    /// Time costs nothing here.
    public let reconnections = 50
    /// Longer than every period.
    public let silence = MonotonicTime.Span.seconds(5)
    private var links: SimulatedLinks

    /// A world with its three sensors.
    public init(seed: UInt64 = 1) { links = SimulatedLinks(seed: seed, sensors: ConformanceCast.sensors) }

    /// The same world with a backend that did not begin yet.
    public func makeLinks() throws -> any LinkPort {
        links = SimulatedLinks(continuing: links)
        return links
    }

    /// Has virtual time pass, step by step.
    public func pass(_ atMost: MonotonicTime.Span, until condition: () -> Bool) throws -> Bool {
        let end = links.now + atMost
        while !condition() {
            guard let next = links.nextDue, next <= end else {
                links.advance(to: end)
                return condition()
            }
            links.advance(to: next)
        }
        return true
    }

    /// Does it.
    public func order(_ order: LinkOrder) { links.order(order) }

    /// The twin counts and keeps no payloads.
    public func sent(_ sensor: SensorAddress, _ uuid: BluetoothUUID) -> [[UInt8]]? { nil }
}

/// The sensors of the suite.
public enum ConformanceCast {
    /// A strap, an oximeter with three stored spot checks, and a strap that needs a bond.
    public static var sensors: [VirtualSensor] {
        var bonding = VirtualSensor.strap(3)
        bonding.requiresBond = true
        return [.strap(1), .oximeter(2), bonding]
    }
}
