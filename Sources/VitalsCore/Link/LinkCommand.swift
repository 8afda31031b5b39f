public import VitalsModel

/// What a link backend is told to do. Each command is answered by exactly one `LinkEvent.done` or `.failed` that carries
/// it, within the command's own deadline (`LinkLimits`), whatever the other side does; a backend that goes down answers
/// all that is open with `.serviceGone`.
public enum LinkCommand: Hashable, Sendable {
    /// Listen for advertisements of these services (empty: of all). Asking again while it runs changes the filter.
    case startDiscovery(AdapterIndex, services: [BluetoothUUID])
    /// Stop listening. Done also when it did not run.
    case stopDiscovery(AdapterIndex)
    /// Make a link. `LinkEvent.connected` and, when the table is known, `.resolved` follow by themselves.
    case connect(SensorAddress, AdapterIndex)
    /// End the link, or an attempt to make it. Done also when there is none.
    case disconnect(SensorAddress)
    /// Make a bond, with the passkey that the configuration gives if the sensor asks for one.
    case pair(SensorAddress)
    /// Read a value; it comes as `LinkEvent.value` before the answer.
    case read(SensorAddress, handle: UInt16)
    /// Write a value with response.
    case write(SensorAddress, handle: UInt16, bytes: [UInt8])
    /// Have values of a characteristic sent: indications where it has them and no notifications, else notifications.
    case subscribe(SensorAddress, handle: UInt16, SubscriptionMethod)
    /// Have them sent no longer.
    case unsubscribe(SensorAddress, handle: UInt16)
    /// Forget the sensor: its table is read anew, and a bond is lost. Never sent for a bonded sensor.
    case forget(SensorAddress)
    /// Switch the adapter on.
    case powerOn(AdapterIndex)
    /// Switch the adapter off and on.
    case powerCycle(AdapterIndex)
    /// Reset the controller, where the gateway is allowed to.
    case reset(AdapterIndex)
}

/// How a backend gets the values of a characteristic, where it has the choice (BlueZ has).
public enum SubscriptionMethod: String, Hashable, Sendable {
    /// `StartNotify`: values come as signals on the bus.
    case startNotify = "start-notify"
    /// `AcquireNotify`: values come on a descriptor of our own. Notifications only.
    case acquireNotify = "acquire-notify"
}
