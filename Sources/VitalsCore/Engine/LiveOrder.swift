import VitalsModel

/// Makes the times of live inputs never run back, and those of measurements strictly increasing: values that came in
/// the same microsecond are set one apart, so that a time names one of them.
public struct LiveOrder: Sendable {
    private var last = MonotonicTime(microseconds: .min)

    /// An order before the first input.
    public init() {}

    /// The input with its time moved to behind the last one, if it is not there already.
    public mutating func ordered(_ input: EngineInput) -> EngineInput {
        var stamp = input.stamp
        stamp.monotonic = max(stamp.monotonic, input.isMeasurement ? last + Self.step : last)
        last = stamp.monotonic
        return input.stamped(stamp)
    }

    private static let step = MonotonicTime.Span(microseconds: 1)
}

extension EngineInput {
    fileprivate var isMeasurement: Bool {
        guard case .sensor(let event) = self, case .value(_, let characteristic, _) = event.kind else { return false }
        return SampleStream(characteristic) != nil
    }

    fileprivate func stamped(_ stamp: Stamp) -> EngineInput {
        switch self {
        case .start: .start(stamp)
        case .sensor(let event): .sensor(SensorEvent(stamp: stamp, kind: event.kind))
        case .link(_, let sensor, let report): .link(stamp, sensor: sensor, report)
        case .journal(_, let trouble, let isPresent): .journal(stamp, trouble, isPresent: isPresent)
        case .tick: .tick(stamp)
        case .stop: .stop(stamp)
        }
    }
}
