import VitalsCore
import VitalsModel

/// A sensor as the simulated radio and the simulated service have it.
struct SimulatedSensor {
    var device: VirtualSensor
    var isInReach = true
    var faults: [SensorFault] = []
    /// Whether the service remembers it.
    var isKnown = false
    /// Whether the service believes in a bond.
    var isBonded: Bool
    var link: Link?
    /// The open connect command.
    var attempt: UInt64?
    /// Counts links, so that what was planned for an old one is not done to a new one.
    var epoch = 0
    /// Notified, indicated and read values so far, by handle.
    var sent: [UInt16: UInt64] = [:]

    struct Link {
        var adapter: AdapterIndex
        var epoch: Int
        var isResolved = false
        /// What is subscribed to, each with the count by which a later subscription differs.
        var subscriptions: [UInt16: Int] = [:]
        var subscriptionCount = 0
    }

    init(_ device: VirtualSensor) {
        self.device = device
        isBonded = device.isBonded
        isKnown = device.isBonded
    }

    /// The table as the service shows it.
    var table: [RemoteCharacteristic] {
        for case .tableLacks(let uuids, _) in faults {
            return uuids.isEmpty ? [] : device.table.filter { !uuids.contains($0.uuid) }
        }
        return device.table
    }

    var isSilent: Bool { faults.contains { if case .silent = $0 { true } else { false } } }

    func has(_ fault: SensorFault) -> Bool { faults.contains(fault) }

    mutating func cure(_ step: FaultCure) { SensorFault.cure(&faults, step) }

    /// What `match` makes of the first fault that it picks; a fault that counts is used up by one.
    mutating func take<Value>(_ match: (SensorFault) -> Value?) -> Value? { SensorFault.take(&faults, match) }
}

/// An adapter as the simulated service has it.
struct SimulatedAdapter {
    var state: AdapterState
    var faults: [AdapterFault] = []
    /// Whether the gateway's discovery runs, and for which services.
    var filter: [BluetoothUUID]?
    /// Counts, so that an old plan to forget sensors is not carried out.
    var discoveries = 0

    var isSilent: Bool { faults.contains { if case .silent = $0 { true } else { false } } }
    var isStuck: Bool { faults.contains(.discoveryStuck) }
    var hears: Bool { state.isPowered && !isSilent && (filter != nil || isStuck) }

    mutating func cure(_ step: FaultCure) { AdapterFault.cure(&faults, step) }
}
