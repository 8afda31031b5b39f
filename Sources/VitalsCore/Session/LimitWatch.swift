import VitalsDetection
import VitalsModel

/// One limit with the alarm condition that it decides.
struct LimitWatch {
    private var detector: LimitDetector
    private let condition: AlarmCondition
    private let stream: SampleStream

    init(_ configuration: LimitDetector.Configuration, _ condition: AlarmCondition, stream: SampleStream) {
        detector = LimitDetector(configuration: configuration)
        self.condition = condition
        self.stream = stream
    }

    /// Judges a reading. A finding closes the stream's open block first, so that it follows what it judged.
    mutating func judge(
        _ reading: Reading, beats: Int = 0, at stamp: Stamp, in block: inout BlockBuilder<some StreamSample>,
        _ desk: inout AlarmDesk, _ output: inout EngineOutput
    ) {
        let result = detector.judge(reading, at: stamp.monotonic, beats: beats)
        output.trace(
            LimitDetector.identity, result, of: condition.rawValue, sensor: desk.sensor, at: stamp.monotonic)
        switch result.transition {
        case nil: break
        case .raised:
            var since = stamp.monotonic
            if case .active(let start) = result.state { since = start }
            let evidence = AlarmDesk.Evidence(
                detector: LimitDetector.identity, stream: stream, from: since,
                records: block.records(since: since, &output))
            let finding = desk.find(condition.rawValue, evidence, result, at: stamp, &output)
            desk.raise(condition, for: stream, since: since, cause: finding, at: stamp, &output)
        case .cleared: desk.clear(condition, for: stream, at: stamp, &output)
        case .abandoned: desk.clear(condition, for: stream, outcome: "abandoned", at: stamp, &output)
        }
    }

    /// Gives the condition up: the signal is gone.
    mutating func abandon(
        _ refusal: Refusal, at stamp: Stamp, _ desk: inout AlarmDesk, _ output: inout EngineOutput
    ) {
        let result = detector.abandon(refusal, at: stamp.monotonic)
        guard result.transition != nil else { return }
        desk.clear(condition, for: stream, outcome: "abandoned", at: stamp, &output)
    }
}
