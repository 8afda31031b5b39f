import VitalsDetection
import VitalsModel

/// The saturation integral with the alarm condition that it decides.
struct SaturationWatch {
    private var detector: SaturationSeconds
    private var onset: MonotonicTime?

    init(_ configuration: SaturationSeconds.Configuration) {
        detector = SaturationSeconds(configuration: configuration)
    }

    mutating func judge(
        _ reading: Reading, at stamp: Stamp, in block: inout BlockBuilder<OximetrySample>, _ desk: inout AlarmDesk,
        _ output: inout EngineOutput
    ) {
        let result = detector.judge(reading, at: stamp.monotonic)
        output.trace(
            SaturationSeconds.identity, result, of: AlarmCondition.saturationSeconds.rawValue, sensor: desk.sensor,
            at: stamp.monotonic)
        // The integral began to grow with the reading after the one that found it at zero.
        if result.integral == 0 { onset = stamp.monotonic }
        switch result.transition {
        case nil: break
        case .raised:
            let from = onset ?? stamp.monotonic
            let evidence = AlarmDesk.Evidence(
                detector: SaturationSeconds.identity, stream: .oximetry, from: from,
                records: block.records(since: from, &output))
            let condition = AlarmCondition.saturationSeconds
            let finding = desk.find(condition.rawValue, evidence, result, at: stamp, &output)
            desk.raise(condition, for: .oximetry, since: from, cause: finding, at: stamp, &output)
        case .cleared: desk.clear(.saturationSeconds, for: .oximetry, at: stamp, &output)
        case .abandoned: desk.clear(.saturationSeconds, for: .oximetry, outcome: "abandoned", at: stamp, &output)
        }
    }

    /// Gives the condition up: the signal is gone.
    mutating func abandon(
        _ refusal: Refusal, at stamp: Stamp, _ desk: inout AlarmDesk, _ output: inout EngineOutput
    ) {
        guard detector.abandon(refusal, at: stamp.monotonic).transition != nil else { return }
        desk.clear(.saturationSeconds, for: .oximetry, outcome: "abandoned", at: stamp, &output)
    }
}
