public import VitalsCore
public import VitalsModel

/// What the configuration says about the BlueZ backend itself.
public struct BlueZSettings {
    /// Passkeys for sensors that ask for one, 0 to 999999. All others are paired by Just Works.
    public var passkeys: [SensorAddress: UInt32] = [:]
    /// Whether bluetoothd is started again through the bus after it died. One that was stopped properly stays stopped.
    public var restartsService = true
    /// Resets the controller of an adapter, which BlueZ itself cannot: it calls the handler once, with nil for success.
    public var resetController: ((AdapterIndex, @escaping (LinkFailure?) -> Void) -> Void)?

    /// The defaults.
    public init() {}
}
