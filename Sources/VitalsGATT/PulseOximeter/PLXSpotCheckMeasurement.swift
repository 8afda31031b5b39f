public import VitalsModel

/// PLX Spot-Check Measurement, 2A5E: one finished measurement, live or from the sensor's storage.
///
/// Source: Pulse Oximeter Service 1.0.1, 3.1. Its flags are not those of the continuous measurement.
public struct PLXSpotCheckMeasurement: Hashable, Sendable {
    /// SpO2PR-Spot-Check.
    public let spotCheck: SpO2PR
    /// When it was measured, when sent and possible. Use `deviceTime`: this one is there also when the clock is not set.
    public let timestamp: DateTime?
    /// Measurement Status, when sent.
    public let measurementStatus: MeasurementStatus?
    /// Device and Sensor Status, when sent.
    public let deviceAndSensorStatus: DeviceAndSensorStatus?
    /// Pulse Amplitude Index in per cent, when sent.
    public let pulseAmplitudeIndex: SFLOAT?
    /// False when the sensor says that its clock is not set, so that the time stamp is no wall time.
    public let isDeviceClockSet: Bool

    /// A measurement.
    public init(
        spotCheck: SpO2PR, timestamp: DateTime? = nil, measurementStatus: MeasurementStatus? = nil,
        deviceAndSensorStatus: DeviceAndSensorStatus? = nil, pulseAmplitudeIndex: SFLOAT? = nil,
        isDeviceClockSet: Bool = true
    ) {
        self.spotCheck = spotCheck
        self.timestamp = timestamp
        self.measurementStatus = measurementStatus
        self.deviceAndSensorStatus = deviceAndSensorStatus
        self.pulseAmplitudeIndex = pulseAmplitudeIndex
        self.isDeviceClockSet = isDeviceClockSet
    }

    /// When it was measured, by the sensor's own clock and in its own zone; nil when that is not known.
    public var deviceTime: CivilTime? { isDeviceClockSet ? timestamp?.civilTime : nil }

    /// How far the measurement may be trusted.
    public var validity: PLXValidity {
        .classify(spotCheck, measurementStatus: measurementStatus, deviceAndSensorStatus: deviceAndSensorStatus)
    }
}

extension PLXSpotCheckMeasurement: CharacteristicEncodable {
    /// PLX Spot-Check Measurement.
    public static var characteristic: BluetoothUUID { .plxSpotCheckMeasurement }

    /// Flags and the pair, then each flagged field; a packet that is too short for them is malformed as a whole, and an
    /// impossible time stamp costs only itself. Allocates nothing.
    public static func decode(_ bytes: Span<UInt8>) throws(MalformedValue) -> Decoded<PLXSpotCheckMeasurement> {
        var cursor = try ByteCursor(characteristic, bytes)
        let flags = Flags(rawValue: try cursor.uint8(.flags, in: bytes))
        let spotCheck = try cursor.spO2PR(.spO2, .pulseRate, in: bytes)
        let timestamp = try flags.contains(.timestamp) ? cursor.dateTime(.timestamp, in: bytes) : nil
        let measurement = PLXSpotCheckMeasurement(
            spotCheck: spotCheck, timestamp: timestamp,
            measurementStatus: try cursor.measurementStatus(if: flags.contains(.measurementStatus), in: bytes),
            deviceAndSensorStatus: try cursor.deviceAndSensorStatus(if: flags.contains(.deviceStatus), in: bytes),
            pulseAmplitudeIndex: try cursor.pulseAmplitudeIndex(if: flags.contains(.pulseAmplitude), in: bytes),
            isDeviceClockSet: !flags.contains(.clockNotSet))
        var warnings = cursor.trailing(in: bytes)
        if flags.contains(.timestamp), timestamp == nil { warnings.insert(.timestampImpossible) }
        return Decoded(measurement, warnings: warnings)
    }

    /// Appends 5 to 19 bytes.
    public func encode(into bytes: inout [UInt8]) {
        var flags: Flags = isDeviceClockSet ? [] : .clockNotSet
        if timestamp != nil { flags.insert(.timestamp) }
        if measurementStatus != nil { flags.insert(.measurementStatus) }
        if deviceAndSensorStatus != nil { flags.insert(.deviceStatus) }
        if pulseAmplitudeIndex != nil { flags.insert(.pulseAmplitude) }
        bytes.append(flags.rawValue)
        spotCheck.encode(into: &bytes)
        timestamp?.encode(into: &bytes)
        if let measurementStatus { bytes.append(littleEndian: measurementStatus.rawValue) }
        if let deviceAndSensorStatus { bytes.append(littleEndian24: deviceAndSensorStatus.rawValue) }
        if let pulseAmplitudeIndex { bytes.append(littleEndian: pulseAmplitudeIndex.rawValue) }
    }

    /// The first byte; bits 5 to 7 are reserved and ignored.
    private struct Flags: OptionSet {
        let rawValue: UInt8

        static let timestamp = Flags(rawValue: 1 << 0)
        static let measurementStatus = Flags(rawValue: 1 << 1)
        static let deviceStatus = Flags(rawValue: 1 << 2)
        static let pulseAmplitude = Flags(rawValue: 1 << 3)
        static let clockNotSet = Flags(rawValue: 1 << 4)
    }
}
