/// What a pulse oximeter says of its measurement.
///
/// Source: Pulse Oximeter Service 1.0.1, Measurement Status field.
public struct MeasurementStatus: OptionSet, Hashable, Sendable {
    /// The bits as sent; those without a name are reserved and mean nothing.
    public let rawValue: UInt16

    /// A status from its bits.
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// Measurement Ongoing.
    public static let measurementOngoing = MeasurementStatus(rawValue: 1 << 5)
    /// Early Estimated Data.
    public static let earlyEstimatedData = MeasurementStatus(rawValue: 1 << 6)
    /// Validated Data.
    public static let validatedData = MeasurementStatus(rawValue: 1 << 7)
    /// Fully Qualified Data.
    public static let fullyQualifiedData = MeasurementStatus(rawValue: 1 << 8)
    /// Data from Measurement Storage: a stored record, not a live value.
    public static let dataFromMeasurementStorage = MeasurementStatus(rawValue: 1 << 9)
    /// Data for Demonstration: never a patient's.
    public static let dataForDemonstration = MeasurementStatus(rawValue: 1 << 10)
    /// Data for Testing: never a patient's.
    public static let dataForTesting = MeasurementStatus(rawValue: 1 << 11)
    /// Calibration Ongoing.
    public static let calibrationOngoing = MeasurementStatus(rawValue: 1 << 12)
    /// Measurement Unavailable.
    public static let measurementUnavailable = MeasurementStatus(rawValue: 1 << 13)
    /// Questionable Measurement Detected.
    public static let questionableMeasurementDetected = MeasurementStatus(rawValue: 1 << 14)
    /// Invalid Measurement Detected.
    public static let invalidMeasurementDetected = MeasurementStatus(rawValue: 1 << 15)

    /// The names of the set bits, for JSON and text.
    public var names: [String] { BitNames.names(of: UInt32(rawValue), in: Self.bitNames) }

    private static let bitNames: [String?] = [
        nil, nil, nil, nil, nil, "measurement-ongoing", "early-estimated-data", "validated-data",
        "fully-qualified-data", "data-from-measurement-storage", "data-for-demonstration", "data-for-testing",
        "calibration-ongoing", "measurement-unavailable", "questionable-measurement-detected",
        "invalid-measurement-detected",
    ]
}
