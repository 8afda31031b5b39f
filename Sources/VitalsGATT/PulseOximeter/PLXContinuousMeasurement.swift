public import VitalsModel

/// PLX Continuous Measurement, 2A5F: one notification of a running oximeter.
///
/// Source: Pulse Oximeter Service 1.0.1, 3.2. Its flags are not those of the spot-check measurement.
public struct PLXContinuousMeasurement: Hashable, Sendable {
    /// SpO2PR-Normal: the pair with the usual averaging.
    public let normal: SpO2PR
    /// SpO2PR-Fast: the pair with short averaging, when sent.
    public let fast: SpO2PR?
    /// SpO2PR-Slow: the pair with long averaging, when sent.
    public let slow: SpO2PR?
    /// Measurement Status, when sent.
    public let measurementStatus: MeasurementStatus?
    /// Device and Sensor Status, when sent.
    public let deviceAndSensorStatus: DeviceAndSensorStatus?
    /// Pulse Amplitude Index in per cent, when sent.
    public let pulseAmplitudeIndex: SFLOAT?

    /// A measurement.
    public init(
        normal: SpO2PR, fast: SpO2PR? = nil, slow: SpO2PR? = nil, measurementStatus: MeasurementStatus? = nil,
        deviceAndSensorStatus: DeviceAndSensorStatus? = nil, pulseAmplitudeIndex: SFLOAT? = nil
    ) {
        self.normal = normal
        self.fast = fast
        self.slow = slow
        self.measurementStatus = measurementStatus
        self.deviceAndSensorStatus = deviceAndSensorStatus
        self.pulseAmplitudeIndex = pulseAmplitudeIndex
    }

    /// How far the normal pair may be trusted.
    public var validity: PLXValidity { validity(of: normal) }

    /// How far a pair of this measurement may be trusted: the statuses hold for all three.
    public func validity(of pair: SpO2PR) -> PLXValidity {
        .classify(pair, measurementStatus: measurementStatus, deviceAndSensorStatus: deviceAndSensorStatus)
    }
}

extension PLXContinuousMeasurement: CharacteristicEncodable {
    /// PLX Continuous Measurement.
    public static var characteristic: BluetoothUUID { .plxContinuousMeasurement }

    /// Flags and the normal pair, then each flagged field; a packet that is too short for them is malformed as a whole.
    /// Allocates nothing.
    public static func decode(_ bytes: Span<UInt8>) throws(MalformedValue) -> Decoded<PLXContinuousMeasurement> {
        var cursor = try ByteCursor(characteristic, bytes)
        let flags = Flags(rawValue: try cursor.uint8(.flags, in: bytes))
        let normal = try cursor.spO2PR(.spO2, .pulseRate, in: bytes)
        let fast = try flags.contains(.fast) ? cursor.spO2PR(.fastSpO2, .fastPulseRate, in: bytes) : nil
        let slow = try flags.contains(.slow) ? cursor.spO2PR(.slowSpO2, .slowPulseRate, in: bytes) : nil
        let measurement = PLXContinuousMeasurement(
            normal: normal, fast: fast, slow: slow,
            measurementStatus: try cursor.measurementStatus(if: flags.contains(.measurementStatus), in: bytes),
            deviceAndSensorStatus: try cursor.deviceAndSensorStatus(if: flags.contains(.deviceStatus), in: bytes),
            pulseAmplitudeIndex: try cursor.pulseAmplitudeIndex(if: flags.contains(.pulseAmplitude), in: bytes))
        return Decoded(measurement, warnings: cursor.trailing(in: bytes))
    }

    /// Appends 5 to 20 bytes.
    public func encode(into bytes: inout [UInt8]) {
        var flags: Flags = []
        if fast != nil { flags.insert(.fast) }
        if slow != nil { flags.insert(.slow) }
        if measurementStatus != nil { flags.insert(.measurementStatus) }
        if deviceAndSensorStatus != nil { flags.insert(.deviceStatus) }
        if pulseAmplitudeIndex != nil { flags.insert(.pulseAmplitude) }
        bytes.append(flags.rawValue)
        normal.encode(into: &bytes)
        fast?.encode(into: &bytes)
        slow?.encode(into: &bytes)
        if let measurementStatus { bytes.append(littleEndian: measurementStatus.rawValue) }
        if let deviceAndSensorStatus { bytes.append(littleEndian24: deviceAndSensorStatus.rawValue) }
        if let pulseAmplitudeIndex { bytes.append(littleEndian: pulseAmplitudeIndex.rawValue) }
    }

    /// The first byte; bits 5 to 7 are reserved and ignored.
    private struct Flags: OptionSet {
        let rawValue: UInt8

        static let fast = Flags(rawValue: 1 << 0)
        static let slow = Flags(rawValue: 1 << 1)
        static let measurementStatus = Flags(rawValue: 1 << 2)
        static let deviceStatus = Flags(rawValue: 1 << 3)
        static let pulseAmplitude = Flags(rawValue: 1 << 4)
    }
}
