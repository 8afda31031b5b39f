public import VitalsModel

/// An adapter as its backend reports it.
public struct AdapterState: Hashable, Sendable {
    /// Its public address.
    public var address: SensorAddress
    /// Whether it is switched on.
    public var isPowered: Bool
    /// Whether discovery runs, whoever asked for it.
    public var isDiscovering: Bool

    /// A state.
    public init(address: SensorAddress, isPowered: Bool, isDiscovering: Bool) {
        self.address = address
        self.isPowered = isPowered
        self.isDiscovering = isDiscovering
    }
}
