public import VitalsCore
public import VitalsModel

/// What surrounds a link backend under test: an adapter, sensors in reach, and somebody who can trouble them. There is one
/// of the twin in memory, one of the fake of org.bluez, and one of the bench's virtual machine.
public protocol LinkWorld: AnyObject {
    /// The adapter to use.
    var adapter: AdapterIndex { get }
    /// A strap that sends 2A37 as `VirtualSensor.ramp`s, with 2A38, 2A39, 2A19 and Device Information.
    var strap: SensorAddress { get }
    /// An oximeter that sends 2A5F as ramps and stores some spot checks, with 2A5E, 2A60 and 2A52.
    var oximeter: SensorAddress { get }
    /// A sensor that is read over a bond only, if there is one: a strap or an oximeter.
    var bonding: SensorAddress? { get }
    /// What `order` can do here.
    var abilities: Set<LinkAbility> { get }
    /// How often a link is made anew in a row.
    var reconnections: Int { get }
    /// How long nothing has to happen to be taken for silence.
    var silence: MonotonicTime.Span { get }

    /// A backend that did not begin yet. The one before was stopped.
    func makeLinks() throws -> any LinkPort

    /// Lets time pass, at most for so long; returns whether the condition came to hold.
    func pass(_ atMost: MonotonicTime.Span, until condition: () -> Bool) throws -> Bool

    /// Does something to the sensors, the adapter or the service.
    func order(_ order: LinkOrder)

    /// Everything that a sensor sent of a characteristic while it was subscribed to; nil where nobody can say.
    func sent(_ sensor: SensorAddress, _ uuid: BluetoothUUID) -> [[UInt8]]?
}

/// What a world can do.
public enum LinkAbility: Hashable, Sendable {
    /// `LinkOrder.drop`.
    case drop
    /// `LinkOrder.killService` and `.startService`.
    case service
    /// `LinkOrder.removeAdapter` and `.addAdapter`.
    case adapter
    /// The backend can forget sensors.
    case forget
    /// The backend can pair.
    case pair
}

extension LinkWorld {
    /// An address that nobody has.
    public var nobody: SensorAddress { SensorAddress(rawValue: 0xC0FF_EEC0_FFEE) }
}
