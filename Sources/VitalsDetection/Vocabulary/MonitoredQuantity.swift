/// The quantities that a limit can watch, in hundredths of their unit.
public enum MonitoredQuantity: UInt8, CaseIterable, Hashable, Sendable {
    /// Heart rate from electrodes, bpm.
    case heartRate
    /// Pulse rate from an oximeter, bpm.
    case pulseRate
    /// Oxygen saturation from an oximeter, %.
    case spO2

    /// The name in records and in text.
    public var name: String {
        switch self {
        case .heartRate: "heart-rate"
        case .pulseRate: "pulse-rate"
        case .spO2: "spo2"
        }
    }
}
