public import VitalsModel

/// A sensor that was heard, or that the backend remembers.
public struct Advertisement: Hashable, Sendable {
    /// The identity address if the backend could resolve it, else the address that it was heard with.
    public var sensor: SensorAddress
    /// The adapter that heard it.
    public var adapter: AdapterIndex
    /// The name it gives itself. Anybody can take any name: it is shown, and never decides.
    public var name: String?
    /// The services that it advertised, or is remembered to have.
    public var services: [BluetoothUUID]
    /// The received signal strength, dBm; nil when it is only remembered and was not heard.
    public var rssi: Int8?
    /// Whether the gateway holds a bond with it.
    public var isBonded: Bool
    /// Whether a link to it is up, whoever made it.
    public var isConnected: Bool

    /// An advertisement.
    public init(
        sensor: SensorAddress, adapter: AdapterIndex, name: String?, services: [BluetoothUUID], rssi: Int8?,
        isBonded: Bool, isConnected: Bool
    ) {
        self.sensor = sensor
        self.adapter = adapter
        self.name = name
        self.services = services
        self.rssi = rssi
        self.isBonded = isBonded
        self.isConnected = isConnected
    }
}
