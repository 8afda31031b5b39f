extension VitalsDetectionLimits {
    /// Beats whose looks are kept for the windows of the rhythm detector: a power of two above the longest window, so
    /// that a beat's place follows from its age by a mask.
    static let rhythmBeats = 256
}
