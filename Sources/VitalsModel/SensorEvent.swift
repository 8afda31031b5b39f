/// One thing that a sensor, its link or the gateway's clock did, with the stamp of its reception.
///
/// This is the only input of the engine that comes from outside: the radio, a recording and the simulator all speak it.
public struct SensorEvent: Hashable, Sendable {
    /// When it was received.
    public var stamp: Stamp
    /// What happened.
    public var kind: Kind

    /// An event.
    public init(stamp: Stamp, kind: Kind) {
        self.stamp = stamp
        self.kind = kind
    }

    /// What happened.
    public enum Kind: Hashable, Sendable {
        /// A characteristic's value arrived, by notification, indication or read.
        case value(sensor: SensorAddress, characteristic: BluetoothUUID, bytes: [UInt8])
        /// The link to the sensor came up.
        case linkUp(sensor: SensorAddress)
        /// The link to the sensor ended. The reason is the link's own word, such as `supervision-timeout`, if it gave one.
        case linkDown(sensor: SensorAddress, reason: String?)
        /// The wall clock stepped by so many microseconds, or its synchronisation changed. The event's own stamp is
        /// already on the new clock.
        case clock(stepMicroseconds: Int64, isSynchronised: Bool)
    }
}
