public import VitalsDetection

/// Which evaluations of detectors an engine gives out beside its records. The choice changes no record.
public enum Tracing: Hashable, Sendable {
    /// None.
    case off
    /// Every evaluation.
    case all
    /// Those of the detectors with these names.
    case detectors(Set<String>)

    /// Whether a detector's evaluations are wanted.
    public func includes(_ detector: DetectorIdentity) -> Bool {
        switch self {
        case .off: false
        case .all: true
        case .detectors(let names): names.contains(detector.name)
        }
    }
}
