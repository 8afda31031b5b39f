import VitalsGATT
public import VitalsModel

/// A value of a live sensor as it was received, noted until the block that holds it is durable.
///
/// A recording can be read again, the air cannot: what a killed run had noted, the next one makes blocks of. Within a
/// boot, the times of the arrivals of one stream are strictly increasing.
public struct Arrival: Hashable, Sendable {
    /// When it was received.
    public var stamp: Stamp
    /// The machine's boot that the stamp's monotonic clock belongs to.
    public var boot: String
    /// The sensor that sent it.
    public var sensor: SensorAddress
    /// The stream that it belongs to, and so its characteristic.
    public var stream: SampleStream
    /// The characteristic's value.
    public var value: [UInt8]

    /// A value.
    public init(stamp: Stamp, boot: String, sensor: SensorAddress, stream: SampleStream, value: [UInt8]) {
        self.stamp = stamp
        self.boot = boot
        self.sensor = sensor
        self.stream = stream
        self.value = value
    }
}

extension SampleStream {
    /// The characteristic that carries the stream.
    public var characteristic: BluetoothUUID {
        switch self {
        case .heartRate: .heartRateMeasurement
        case .oximetry: .plxContinuousMeasurement
        case .spotCheck: .plxSpotCheckMeasurement
        case .ppg: .polarMeasurementData
        }
    }

    /// The stream that a characteristic carries; nil when it carries none.
    public init?(_ characteristic: BluetoothUUID) {
        guard let stream = Self.allCases.first(where: { $0.characteristic == characteristic }) else { return nil }
        self = stream
    }
}
