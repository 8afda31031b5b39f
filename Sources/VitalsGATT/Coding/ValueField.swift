/// A field of a characteristic, by the name that the SIG gives it.
public enum ValueField: String, Hashable, Sendable {
    /// The value as a whole.
    case value = "Value"
    /// Flags.
    case flags = "Flags"
    /// Heart Rate Measurement Value.
    case heartRate = "Heart Rate Measurement Value"
    /// Energy Expended.
    case energyExpended = "Energy Expended"
    /// RR-Interval.
    case rrInterval = "RR-Interval"
    /// Heart Rate Control Point.
    case heartRateControlPoint = "Heart Rate Control Point"
    /// Body Sensor Location.
    case bodySensorLocation = "Body Sensor Location"
    /// The SpO2 of SpO2PR-Spot-Check or SpO2PR-Normal.
    case spO2 = "SpO2"
    /// The pulse rate of SpO2PR-Spot-Check or SpO2PR-Normal.
    case pulseRate = "PR"
    /// The SpO2 of SpO2PR-Fast.
    case fastSpO2 = "SpO2-Fast"
    /// The pulse rate of SpO2PR-Fast.
    case fastPulseRate = "PR-Fast"
    /// The SpO2 of SpO2PR-Slow.
    case slowSpO2 = "SpO2-Slow"
    /// The pulse rate of SpO2PR-Slow.
    case slowPulseRate = "PR-Slow"
    /// Timestamp.
    case timestamp = "Timestamp"
    /// Measurement Status.
    case measurementStatus = "Measurement Status"
    /// Device and Sensor Status.
    case deviceAndSensorStatus = "Device and Sensor Status"
    /// Pulse Amplitude Index.
    case pulseAmplitudeIndex = "Pulse Amplitude Index"
    /// Supported Features.
    case supportedFeatures = "Supported Features"
    /// Op Code of a control point.
    case opCode = "Op Code"
    /// Operator of a control point.
    case filterOperator = "Operator"
    /// Number of Records, the operand of a Number of Stored Records Response.
    case numberOfRecords = "Number of Records"
    /// Request Op Code, the first operand of a Response Code.
    case requestOpCode = "Request Op Code"
    /// Response Code Value, the second operand of a Response Code.
    case responseCode = "Response Code Value"
    /// Battery Level.
    case batteryLevel = "Battery Level"
    /// The text of a Device Information string.
    case text = "Text"
    /// System ID.
    case systemID = "System ID"
    /// Vendor ID Source.
    case vendorIDSource = "Vendor ID Source"
    /// Vendor ID.
    case vendorID = "Vendor ID"
    /// Product ID.
    case productID = "Product ID"
    /// Product Version.
    case productVersion = "Product Version"
    /// Date Time.
    case dateTime = "Date Time"
    /// Day of Week.
    case dayOfWeek = "Day of Week"
    /// Fractions256.
    case fractions256 = "Fractions256"
    /// Measurement type of a Polar measurement frame.
    case measurementType = "Measurement Type"
    /// Timestamp of a Polar measurement frame.
    case frameTimestamp = "Frame Timestamp"
    /// Frame type of a Polar measurement frame.
    case frameType = "Frame Type"
    /// A sample of a photoplethysmogram.
    case ppgSample = "PPG Sample"
    /// Width of a block of differences, bits.
    case deltaWidth = "Delta Width"
    /// Samples of a block of differences.
    case deltaCount = "Delta Count"
    /// A block of differences.
    case deltas = "Deltas"
    /// Adjust Reason.
    case adjustReason = "Adjust Reason"
}
