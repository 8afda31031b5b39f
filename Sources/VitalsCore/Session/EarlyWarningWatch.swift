import VitalsDetection
import VitalsModel

/// The early-warning points of an oximeter. A finding tells each change of them.
struct EarlyWarningWatch {
    private var detector: EarlyWarning
    private var last: EarlyWarning.Decision?

    init(_ configuration: EarlyWarning.Configuration) { detector = EarlyWarning(configuration: configuration) }

    mutating func judge(
        spO2: Reading, pulse: Reading, at stamp: Stamp, in block: inout BlockBuilder<OximetrySample>,
        _ desk: AlarmDesk, _ output: inout EngineOutput
    ) {
        guard let result = detector.judge(spO2: spO2, pulse: pulse, at: stamp.monotonic) else { return }
        output.trace(EarlyWarning.identity, result, of: "spo2-and-pulse", sensor: desk.sensor, at: stamp.monotonic)
        // A minute without a judgement changes no points.
        guard result.refusal == nil, result.decision != last else { return }
        last = result.decision
        desk.find(
            "early-warning-points", by: EarlyWarning.identity, result, since: result.start, at: stamp, in: &block,
            &output)
    }
}
