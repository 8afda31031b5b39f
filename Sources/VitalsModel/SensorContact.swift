/// Whether the sensor touches the skin: three states, since many sensors cannot tell. Source: HRS 1.0, 3.1.1.1.2.
public enum SensorContact: UInt8, CaseIterable, Sendable {
    /// The sensor does not support contact detection, whatever its contact bit says.
    case unsupported = 0
    /// Contact detection is supported and there is none.
    case notDetected = 1
    /// Contact is detected.
    case detected = 2

    /// The name in JSON and in text.
    public var name: String {
        switch self {
        case .unsupported: "unsupported"
        case .notDetected: "not-detected"
        case .detected: "detected"
        }
    }
}
