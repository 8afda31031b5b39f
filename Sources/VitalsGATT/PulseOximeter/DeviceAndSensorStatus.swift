/// What a pulse oximeter says of itself and of its sensor: 24 bits on the air.
///
/// Source: Pulse Oximeter Service 1.0.1, Device and Sensor Status field.
public struct DeviceAndSensorStatus: OptionSet, Hashable, Sendable {
    /// The 24 bits as sent; those without a name are reserved and mean nothing.
    public let rawValue: UInt32

    /// A status from its bits; those above the 24th are dropped.
    public init(rawValue: UInt32) { self.rawValue = rawValue & 0x00FF_FFFF }

    /// Extended Display Update Ongoing.
    public static let extendedDisplayUpdateOngoing = DeviceAndSensorStatus(rawValue: 1 << 0)
    /// Equipment Malfunction Detected.
    public static let equipmentMalfunctionDetected = DeviceAndSensorStatus(rawValue: 1 << 1)
    /// Signal Processing Irregularity Detected.
    public static let signalProcessingIrregularityDetected = DeviceAndSensorStatus(rawValue: 1 << 2)
    /// Inadequate Signal Detected.
    public static let inadequateSignalDetected = DeviceAndSensorStatus(rawValue: 1 << 3)
    /// Poor Signal Detected.
    public static let poorSignalDetected = DeviceAndSensorStatus(rawValue: 1 << 4)
    /// Low Perfusion Detected.
    public static let lowPerfusionDetected = DeviceAndSensorStatus(rawValue: 1 << 5)
    /// Erratic Signal Detected.
    public static let erraticSignalDetected = DeviceAndSensorStatus(rawValue: 1 << 6)
    /// Non-Pulsatile Signal Detected.
    public static let nonPulsatileSignalDetected = DeviceAndSensorStatus(rawValue: 1 << 7)
    /// Questionable Pulse Detected.
    public static let questionablePulseDetected = DeviceAndSensorStatus(rawValue: 1 << 8)
    /// Signal Analysis Ongoing.
    public static let signalAnalysisOngoing = DeviceAndSensorStatus(rawValue: 1 << 9)
    /// Sensor Interference Detected.
    public static let sensorInterferenceDetected = DeviceAndSensorStatus(rawValue: 1 << 10)
    /// Sensor Unconnected to User.
    public static let sensorUnconnectedToUser = DeviceAndSensorStatus(rawValue: 1 << 11)
    /// Unknown Sensor Connected.
    public static let unknownSensorConnected = DeviceAndSensorStatus(rawValue: 1 << 12)
    /// Sensor Displaced.
    public static let sensorDisplaced = DeviceAndSensorStatus(rawValue: 1 << 13)
    /// Sensor Malfunctioning.
    public static let sensorMalfunctioning = DeviceAndSensorStatus(rawValue: 1 << 14)
    /// Sensor Disconnected.
    public static let sensorDisconnected = DeviceAndSensorStatus(rawValue: 1 << 15)

    /// The names of the set bits, for JSON and text.
    public var names: [String] { BitNames.names(of: rawValue, in: Self.bitNames) }

    private static let bitNames: [String?] = [
        "extended-display-update-ongoing", "equipment-malfunction-detected",
        "signal-processing-irregularity-detected", "inadequate-signal-detected", "poor-signal-detected",
        "low-perfusion-detected", "erratic-signal-detected", "non-pulsatile-signal-detected",
        "questionable-pulse-detected", "signal-analysis-ongoing", "sensor-interference-detected",
        "sensor-unconnected-to-user", "unknown-sensor-connected", "sensor-displaced", "sensor-malfunctioning",
        "sensor-disconnected",
    ]
}
