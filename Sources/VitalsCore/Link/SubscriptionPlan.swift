import VitalsModel

/// What of a sensor's GATT table is subscribed to and read, in which order.
///
/// Measurements come first, so that none is missed while descriptions are read; of each characteristic the first is used.
struct SubscriptionPlan: Hashable, Sendable {
    /// The measurements that are subscribed to: 2A37, 2A5F, 2A5E.
    let measurements: [RemoteCharacteristic]
    /// The Record Access Control Point, when stored records are fetched.
    let controlPoint: RemoteCharacteristic?
    /// What is read once: device information, body sensor location, PLX features, the zone and the clock.
    let reads: [RemoteCharacteristic]
    /// The battery level, for when the service does not report it.
    let battery: RemoteCharacteristic?
    /// The sensor's clock: 2A2B, else 2A08.
    let clock: RemoteCharacteristic?

    init(_ table: [RemoteCharacteristic], fetchesStoredRecords: Bool) {
        let first = { (uuid: BluetoothUUID) in table.first { $0.uuid == uuid } }
        measurements = Self.measured.compactMap { uuid in
            table.first { $0.uuid == uuid && $0.canBeSubscribed }
        }
        let spotCheck = measurements.contains { $0.uuid == .plxSpotCheckMeasurement }
        controlPoint =
            fetchesStoredRecords && spotCheck
            ? first(.recordAccessControlPoint).flatMap {
                $0.canBeSubscribed && $0.properties.contains(.write) ? $0 : nil
            } : nil
        clock = first(.currentTime) ?? first(.dateTime)
        var reads = Self.described.compactMap(first)
        if let clock { reads += [first(.localTimeInformation), clock].compactMap(\.self) }
        self.reads = reads.filter { $0.properties.contains(.read) }
        battery = first(.batteryLevel)
    }

    /// What a sensor should offer and does not; nil when the table can be used (lesson 10).
    static func missing(in table: [RemoteCharacteristic], advertised services: [BluetoothUUID]) -> String? {
        if table.isEmpty { return "the GATT table is empty" }
        let offered = measured.filter { uuid in table.contains { $0.uuid == uuid && $0.canBeSubscribed } }
        if services.contains(.heartRateService), !offered.contains(.heartRateMeasurement) {
            return "the advertised service 180D is without 2A37"
        }
        if services.contains(.pulseOximeterService), !offered.contains(.plxContinuousMeasurement),
            !offered.contains(.plxSpotCheckMeasurement)
        {
            return "the advertised service 1822 is without 2A5E and 2A5F"
        }
        return offered.isEmpty ? "there is none of 2A37, 2A5E and 2A5F" : nil
    }

    private static let measured: [BluetoothUUID] = [
        .heartRateMeasurement, .plxContinuousMeasurement, .plxSpotCheckMeasurement,
    ]

    private static let described: [BluetoothUUID] = [
        .manufacturerName, .modelNumber, .serialNumber, .firmwareRevision, .hardwareRevision, .softwareRevision,
        .systemID, .pnpID, .bodySensorLocation, .plxFeatures,
    ]
}

extension RemoteCharacteristic {
    /// Whether values can be sent by themselves.
    var canBeSubscribed: Bool { !properties.isDisjoint(with: [.notify, .indicate]) }
}

extension BluetoothUUID {
    /// Heart Rate Service.
    static let heartRateService = BluetoothUUID(0x180D)
    /// Pulse Oximeter Service.
    static let pulseOximeterService = BluetoothUUID(0x1822)
    /// Date Time.
    static let dateTime = BluetoothUUID(0x2A08)
    /// Local Time Information.
    static let localTimeInformation = BluetoothUUID(0x2A0F)
}
