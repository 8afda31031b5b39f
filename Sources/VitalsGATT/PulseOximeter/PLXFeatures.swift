public import VitalsModel

/// PLX Features, 2A60: what an oximeter can send. Source: Pulse Oximeter Service 1.0.1, 3.3.
public struct PLXFeatures: Hashable, Sendable {
    /// Supported Features.
    public let supported: Supported
    /// The bits of Measurement Status that the sensor uses; nil when the field is unsupported or missing.
    public let measurementStatusSupport: MeasurementStatus?
    /// The bits of Device and Sensor Status that the sensor uses; nil when the field is unsupported or missing.
    public let deviceAndSensorStatusSupport: DeviceAndSensorStatus?

    /// Features.
    public init(
        supported: Supported, measurementStatusSupport: MeasurementStatus? = nil,
        deviceAndSensorStatusSupport: DeviceAndSensorStatus? = nil
    ) {
        self.supported = supported
        self.measurementStatusSupport = measurementStatusSupport
        self.deviceAndSensorStatusSupport = deviceAndSensorStatusSupport
    }

    /// The features that have a bit of their own.
    public struct Supported: OptionSet, Hashable, Sendable {
        /// The bits as sent; those without a name are reserved and mean nothing.
        public let rawValue: UInt16

        /// Features from their bits.
        public init(rawValue: UInt16) { self.rawValue = rawValue }

        /// The Measurement Status support field is present.
        public static let measurementStatusSupport = Supported(rawValue: 1 << 0)
        /// The Device and Sensor Status support field is present.
        public static let deviceAndSensorStatusSupport = Supported(rawValue: 1 << 1)
        /// Measurement storage for spot-check measurements.
        public static let spotCheckStorage = Supported(rawValue: 1 << 2)
        /// Timestamps for spot-check measurements.
        public static let timestamp = Supported(rawValue: 1 << 3)
        /// SpO2PR-Fast.
        public static let spO2PRFast = Supported(rawValue: 1 << 4)
        /// SpO2PR-Slow.
        public static let spO2PRSlow = Supported(rawValue: 1 << 5)
        /// Pulse Amplitude Index.
        public static let pulseAmplitudeIndex = Supported(rawValue: 1 << 6)
        /// Multiple bonds.
        public static let multipleBonds = Supported(rawValue: 1 << 7)

        /// The names of the features, for JSON and text.
        public var names: [String] { BitNames.names(of: UInt32(rawValue), in: Self.bitNames) }

        private static let bitNames: [String?] = [
            "measurement-status-support", "device-and-sensor-status-support", "spot-check-storage", "timestamp",
            "spo2pr-fast", "spo2pr-slow", "pulse-amplitude-index", "multiple-bonds",
        ]
    }
}

extension PLXFeatures: CharacteristicDecodable {
    /// PLX Features.
    public static var characteristic: BluetoothUUID { .plxFeatures }

    /// Two bytes, then the support fields that they declare. One that is missing or cut short counts as unsupported: it
    /// only describes the sensor, and the measurements can be read without it.
    public static func decode(_ bytes: Span<UInt8>) throws(MalformedValue) -> Decoded<PLXFeatures> {
        var cursor = try ByteCursor(characteristic, bytes)
        let supported = Supported(rawValue: try cursor.uint16(.supportedFeatures, in: bytes))
        var measurementStatus: MeasurementStatus?
        var deviceStatus: DeviceAndSensorStatus?
        do {
            measurementStatus = try cursor.measurementStatus(
                if: supported.contains(.measurementStatusSupport), in: bytes)
            deviceStatus = try cursor.deviceAndSensorStatus(
                if: supported.contains(.deviceAndSensorStatusSupport), in: bytes)
        } catch {
            return Decoded(
                PLXFeatures(supported: supported, measurementStatusSupport: measurementStatus),
                warnings: .supportFieldMissing)
        }
        let features = PLXFeatures(
            supported: supported, measurementStatusSupport: measurementStatus,
            deviceAndSensorStatusSupport: deviceStatus)
        return Decoded(features, warnings: cursor.trailing(in: bytes))
    }
}
