extension VitalsDetectionLimits {
    /// Seconds of data time from one window of the change detector to the next: a quarter of the test part, so that a
    /// change is seen at most this much later than the charts could, at a fraction of the work of judging every second.
    static let changeStepSeconds: Int64 = 8
}
