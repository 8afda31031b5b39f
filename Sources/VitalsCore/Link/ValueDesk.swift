import VitalsModel

/// The values of one link and the table that names their characteristics.
struct ValueDesk: Sendable {
    /// The table; nil while it is not known.
    private(set) var table: [RemoteCharacteristic]?
    private var uuids: [UInt16: BluetoothUUID] = [:]
    private var early = EarlyValues()
    /// Whether a value of an unknown handle was logged for this link: one line is enough.
    var hasLoggedUnknown = false
    /// When the last value came, over any link.
    var last: MonotonicTime?

    /// The characteristic with that value handle.
    func uuid(of handle: UInt16) -> BluetoothUUID? { uuids[handle] }

    /// The table is known, or changed. Returns the values that waited for it.
    mutating func resolve(_ characteristics: [RemoteCharacteristic]) -> [EarlyValues.Value] {
        table = characteristics
        uuids = [:]
        for characteristic in characteristics { uuids[characteristic.handle] = characteristic.uuid }
        return early.take()
    }

    /// Keeps a value until the table is known; false when there is no room.
    mutating func keep(_ value: EarlyValues.Value) -> Bool { early.add(value) }

    /// The link ended. Returns how many values waited for a table that never came.
    mutating func end() -> Int {
        table = nil
        uuids = [:]
        hasLoggedUnknown = false
        return early.take().count
    }

    /// Elements that are kept.
    var count: Int { uuids.count + early.values.count + (table?.count ?? 0) }
}
