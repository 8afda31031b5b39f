/// How far a notification's numbers may be trusted, as the sensor itself says (Measurement Status and Device and Sensor
/// Status of the Pulse Oximeter Service, special SFLOAT values).
public enum SignalValidity: UInt8, CaseIterable, Hashable, Sendable {
    /// Usable.
    case valid
    /// Early estimate, calibration or measurement under way: usable, may change.
    case provisional
    /// The sensor doubts its own value.
    case questionable
    /// Not a measurement.
    case invalid
}
