import VitalsModel

extension VitalsDetectionLimits {
    /// Seconds that one median of the early-warning score is taken over, as the published score's users observe for a
    /// minute.
    static let earlyWarningSeconds: Int64 = 60
}
