/// The unit of whole RR intervals.
public enum IntervalUnit: UInt8, CaseIterable, Hashable, Sendable {
    /// 1/1024 s, as sensors send them.
    case ticks
    /// Milliseconds, as many recordings keep them.
    case milliseconds

    /// The largest difference that is not above 20 ms: 20 ms is 20.48 ticks.
    var within20: Int64 { 20 }

    /// The largest difference that is not above 50 ms: 50 ms is 51.2 ticks.
    var within50: Int64 { self == .ticks ? 51 : 50 }

    /// Milliseconds in one unit, exact in binary: 1000/1024 is 125/128.
    var milliseconds: Double { self == .ticks ? 0.9765625 : 1 }
}
