/// The unit of the intervals in an RR text file.
public enum RRUnit: String, Hashable, Sendable, CaseIterable {
    /// Milliseconds.
    case milliseconds = "ms"
    /// Seconds.
    case seconds = "s"
    /// 1/1024 s, as Heart Rate Measurement has it.
    case ticks = "1/1024 s"
}
