import VitalsDetection
import VitalsModel

/// Premature beats. A finding tells the burden of each five minutes in which they are frequent; no alarm: a premature
/// beat is no danger by itself, and its pause is the rate rules' matter.
struct EctopyWatch {
    private var detector: Ectopy
    private let frequentBeats: Int

    /// `frequentBeats` is how many premature beats of five minutes are frequent.
    init(_ configuration: Ectopy.Configuration, frequentBeats: Int) {
        detector = Ectopy(configuration: configuration)
        self.frequentBeats = frequentBeats
    }

    /// Takes every interval of a notification.
    mutating func judge(
        _ notification: SignalNotification, _ state: SignalState.Output, at stamp: Stamp,
        in block: inout BlockBuilder<HeartRateSample>, _ desk: AlarmDesk, _ output: inout EngineOutput
    ) {
        if state.gap != nil || state.refusal != nil {
            report(detector.gap(until: stamp.monotonic), at: stamp, in: &block, desk, &output)
        }
        guard state.refusal == nil else { return }
        for beat in notification.beats {
            report(detector.judge(rr: beat.interval, at: beat.time), at: stamp, in: &block, desk, &output)
        }
    }

    private func report(
        _ result: Ectopy.Output?, at stamp: Stamp, in block: inout BlockBuilder<HeartRateSample>, _ desk: AlarmDesk,
        _ output: inout EngineOutput
    ) {
        guard let result else { return }
        output.trace(Ectopy.identity, result, of: "beat", sensor: desk.sensor, at: result.time)
        guard let burden = result.burden, burden.premature >= frequentBeats else { return }
        desk.find("frequent-ectopy", by: Ectopy.identity, result, since: burden.start, at: stamp, in: &block, &output)
    }
}
