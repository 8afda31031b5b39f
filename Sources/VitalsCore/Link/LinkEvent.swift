public import VitalsModel

/// What a link backend reports.
public enum LinkEvent: Hashable, Sendable {
    /// The backend can be used: BlueZ has an owner on the bus, or the management channel is open. Adapters and remembered
    /// sensors follow.
    case serviceUp
    /// The backend is gone, and with it every adapter, link and subscription.
    case serviceDown(reason: String)
    /// An adapter is there, or changed.
    case adapter(AdapterIndex, AdapterState)
    /// An adapter is gone.
    case adapterGone(AdapterIndex)
    /// A sensor was heard, or is remembered, or what is remembered of it changed.
    case advertised(Advertisement)
    /// The backend forgot a sensor.
    case forgotten(SensorAddress)
    /// A link came up, whoever asked for it. Sent once for each link.
    case connected(SensorAddress, AdapterIndex)
    /// The GATT table of a connected sensor is known. Sent again when it changed.
    case resolved(SensorAddress, [RemoteCharacteristic])
    /// A link ended. The reason is the backend's own word, if it has one.
    case disconnected(SensorAddress, reason: String?)
    /// A value was notified, indicated or read. Exactly one for each that the sensor sent.
    case value(SensorAddress, handle: UInt16, bytes: [UInt8])
    /// The battery level that the service keeps to itself, % (BlueZ: Battery1).
    case battery(SensorAddress, percent: UInt8)
    /// The backend ended a subscription that nobody ended, with the link still up.
    case subscriptionEnded(SensorAddress, handle: UInt16)
    /// A command is done.
    case done(LinkCommand)
    /// A command failed.
    case failed(LinkCommand, LinkFailure)
    /// Everything that the engine made of a sensor's stored records is durable.
    case durable(SensorAddress)
}
