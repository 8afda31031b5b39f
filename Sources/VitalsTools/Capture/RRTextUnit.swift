import VitalsCapture

/// The unit of RR intervals in a text, as `--unit` says it.
public enum RRTextUnit: String, CaseIterable, Sendable {
    /// Milliseconds.
    case milliseconds = "ms"
    /// Seconds.
    case seconds = "s"
    /// 1/1024 s, as Heart Rate Measurement has it.
    case ticks = "1024"

    var unit: RRUnit {
        switch self {
        case .milliseconds: .milliseconds
        case .seconds: .seconds
        case .ticks: .ticks
        }
    }
}
