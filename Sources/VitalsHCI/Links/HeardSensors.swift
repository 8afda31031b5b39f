import VitalsCore
import VitalsModel

/// The sensors that were heard: what it takes to connect to them, and to say what they are.
struct HeardSensors: Sendable {
    struct Entry: Hashable, Sendable {
        /// The address with its type, without which nothing can be connected to.
        var peer: PeerAddress
        /// What it said of itself, over all reports.
        var data = AdvertisingData()
        /// The adapter that heard it last.
        var adapter: AdapterIndex
        /// How loud, dBm.
        var rssi: Int8?
        /// Which report of all it was last heard in.
        fileprivate var order: UInt64
    }

    private var entries: [SensorAddress: Entry] = [:]
    private var reports: UInt64 = 0

    /// What is known of a sensor.
    subscript(sensor: SensorAddress) -> Entry? { entries[sensor] }

    /// How many are known.
    var count: Int { entries.count }

    /// Takes a report. When there is no room for another sensor, the one that was heard longest ago is forgotten,
    /// unless it is to be kept.
    mutating func hear(
        _ device: ManagementEvent.FoundDevice, on adapter: AdapterIndex, keeping isKept: (SensorAddress) -> Bool
    ) {
        reports += 1
        let sensor = device.peer.sensor
        if entries[sensor] == nil, entries.count >= LinkLimits.heardMax {
            let oldest = entries.filter { !isKept($0.key) }.min { $0.value.order < $1.value.order }
            if let oldest { entries[oldest.key] = nil }
        }
        var entry = entries[sensor] ?? Entry(peer: device.peer, adapter: adapter, order: reports)
        entry.peer = device.peer
        entry.adapter = adapter
        entry.rssi = device.rssi
        entry.order = reports
        entry.data.merge(device.data)
        entries[sensor] = entry
    }

    /// Forgets a sensor; true when it was known.
    mutating func forget(_ sensor: SensorAddress) -> Bool { entries.removeValue(forKey: sensor) != nil }

    /// Forgets all.
    mutating func removeAll() { entries = [:] }
}
