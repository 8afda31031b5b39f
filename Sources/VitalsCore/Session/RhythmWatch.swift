import VitalsDetection
import VitalsModel

/// Atrial fibrillation with the alarm condition that its episodes decide.
struct RhythmWatch {
    private var detector: AtrialFibrillation

    init(_ configuration: AtrialFibrillation.Configuration) {
        detector = AtrialFibrillation(configuration: configuration)
    }

    /// Judges every interval of a notification, each at the time of the beat that ended it.
    mutating func judge(
        _ notification: SignalNotification, _ state: SignalState.Output, at stamp: Stamp,
        in block: inout BlockBuilder<HeartRateSample>, _ desk: inout AlarmDesk, _ output: inout EngineOutput
    ) {
        if state.gap != nil || state.refusal != nil {
            apply(detector.gap(until: stamp.monotonic), nil, at: stamp, in: &block, &desk, &output)
        }
        guard state.refusal == nil else { return }
        for beat in notification.beats {
            let result = detector.judge(rr: beat.interval, at: beat.time)
            output.trace(AtrialFibrillation.identity, result, of: "rhythm", sensor: desk.sensor, at: beat.time)
            apply(result.transition, result, at: stamp, in: &block, &desk, &output)
        }
    }

    /// Gives the episode up: the signal is gone.
    mutating func abandon(
        _ refusal: Refusal, at stamp: Stamp, _ desk: inout AlarmDesk, _ output: inout EngineOutput
    ) {
        guard detector.abandon(at: stamp.monotonic) != nil else { return }
        desk.clear(.atrialFibrillation, for: .heartRate, outcome: "abandoned", at: stamp, &output)
    }

    private func apply(
        _ transition: RhythmEpisode.Transition?, _ result: AtrialFibrillation.Output?, at stamp: Stamp,
        in block: inout BlockBuilder<HeartRateSample>, _ desk: inout AlarmDesk, _ output: inout EngineOutput
    ) {
        let condition = AlarmCondition.atrialFibrillation
        switch transition {
        case nil: break
        case .began(let onset, _):
            guard let result else { return }
            let evidence = AlarmDesk.Evidence(
                detector: AtrialFibrillation.identity, stream: .heartRate, from: onset,
                records: block.records(since: onset, &output))
            let finding = desk.find(condition.rawValue, evidence, result, at: stamp, &output)
            desk.raise(condition, for: .heartRate, since: onset, cause: finding, at: stamp, &output)
        case .ended: desk.clear(condition, for: .heartRate, at: stamp, &output)
        case .abandoned: desk.clear(condition, for: .heartRate, outcome: "abandoned", at: stamp, &output)
        }
    }
}
