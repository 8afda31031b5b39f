import VitalsDetection
import VitalsModel

/// Cleaning of intervals, and the variability of what is left. It makes one finding a window and no alarm: the figures
/// are read over hours and days.
struct VariabilityWatch {
    private var cleaning = RRCleaning()
    private var variability: HeartRateVariability

    init(_ configuration: HeartRateVariability.Configuration) {
        variability = HeartRateVariability(configuration: configuration)
    }

    /// Takes every interval of a notification.
    mutating func judge(
        _ notification: SignalNotification, _ state: SignalState.Output, at stamp: Stamp,
        in block: inout BlockBuilder<HeartRateSample>, _ desk: AlarmDesk, _ output: inout EngineOutput
    ) {
        if state.gap != nil || state.refusal != nil { passGap(at: stamp, in: &block, desk, &output) }
        guard state.refusal == nil else { return }
        for beat in notification.beats {
            guard let cleaned = cleaning.judge(rr: beat.interval, at: beat.time) else { continue }
            take(cleaned, at: stamp, in: &block, desk, &output)
        }
    }

    /// What waits is judged before what is missing.
    private mutating func passGap(
        at stamp: Stamp, in block: inout BlockBuilder<HeartRateSample>, _ desk: AlarmDesk, _ output: inout EngineOutput
    ) {
        for cleaned in cleaning.gap(until: stamp.monotonic) { take(cleaned, at: stamp, in: &block, desk, &output) }
        report(variability.gap(until: stamp.monotonic), at: stamp, in: &block, desk, &output)
    }

    private mutating func take(
        _ cleaned: RRCleaning.Output, at stamp: Stamp, in block: inout BlockBuilder<HeartRateSample>,
        _ desk: AlarmDesk, _ output: inout EngineOutput
    ) {
        output.trace(RRCleaning.identity, cleaned, of: "interval", sensor: desk.sensor, at: cleaned.time)
        report(variability.judge(cleaned), at: stamp, in: &block, desk, &output)
    }

    private func report(
        _ window: HeartRateVariability.Output?, at stamp: Stamp, in block: inout BlockBuilder<HeartRateSample>,
        _ desk: AlarmDesk, _ output: inout EngineOutput
    ) {
        guard let window else { return }
        let identity = HeartRateVariability.identity
        output.trace(identity, window, of: "intervals", sensor: desk.sensor, at: window.end)
        guard window.refusal == nil else { return }
        desk.find(
            "heart-rate-variability", by: identity, window, since: window.start, at: stamp, in: &block, &output)
    }
}
