import VitalsDetection
import VitalsModel

/// Desaturation events. They make findings: one when an event is certain, and one with its depth and length when it is
/// over. The alarm of a low SpO2 is the limits' matter.
struct DesaturationWatch {
    private var detector: Desaturation

    init(_ configuration: Desaturation.Configuration) { detector = Desaturation(configuration: configuration) }

    mutating func judge(
        _ reading: Reading, at stamp: Stamp, in block: inout BlockBuilder<OximetrySample>, _ desk: AlarmDesk,
        _ output: inout EngineOutput
    ) {
        let result = detector.judge(reading, at: stamp.monotonic)
        output.trace(Desaturation.identity, result, of: "spo2", sensor: desk.sensor, at: stamp.monotonic)
        report(result, at: stamp, in: &block, desk, &output)
    }

    /// Gives an event up: the signal is gone.
    mutating func abandon(
        _ refusal: Refusal, at stamp: Stamp, in block: inout BlockBuilder<OximetrySample>, _ desk: AlarmDesk,
        _ output: inout EngineOutput
    ) {
        report(detector.abandon(refusal, at: stamp.monotonic), at: stamp, in: &block, desk, &output)
    }

    private func report(
        _ result: Desaturation.Output, at stamp: Stamp, in block: inout BlockBuilder<OximetrySample>,
        _ desk: AlarmDesk, _ output: inout EngineOutput
    ) {
        let (condition, event): (String, Desaturation.Event)
        switch result.transition {
        case nil: return
        case .confirmed(let confirmed): (condition, event) = ("desaturation-ongoing", confirmed)
        case .ended(let ended), .abandoned(let ended): (condition, event) = ("desaturation-event", ended)
        }
        desk.find(condition, by: Desaturation.identity, result, since: event.begin, at: stamp, in: &block, &output)
    }
}
