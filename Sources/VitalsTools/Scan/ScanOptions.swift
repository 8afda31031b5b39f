public import VitalsCore
public import VitalsDaemon

/// What to listen for, and for how long.
public struct ScanOptions: Sendable {
    /// How long, s.
    public var seconds: Int
    /// One adapter; nil for all.
    public var adapter: AdapterIndex?
    /// Whether devices that are no sensors are shown too.
    public var showsAll: Bool
    /// Whether lines of JSON are wanted instead of a table.
    public var isJSON: Bool
    /// What carries the links.
    public var backend: BluetoothSource.Backend

    /// Options.
    public init(
        seconds: Int, adapter: AdapterIndex?, showsAll: Bool, isJSON: Bool, backend: BluetoothSource.Backend
    ) {
        self.seconds = seconds
        self.adapter = adapter
        self.showsAll = showsAll
        self.isJSON = isJSON
        self.backend = backend
    }
}
