import VitalsDetection
import VitalsModel

extension AlarmDesk {
    /// Appends a finding about a stream, behind the block with the last sample that was judged; returns its sequence.
    @discardableResult
    func find<Sample>(
        _ condition: String, by detector: DetectorIdentity, _ evaluation: some DetectorOutput, since: MonotonicTime,
        at stamp: Stamp, in block: inout BlockBuilder<Sample>, _ output: inout EngineOutput
    ) -> UInt64 {
        let evidence = Evidence(
            detector: detector, stream: Sample.stream, from: since, records: block.records(since: since, &output))
        return find(condition, evidence, evaluation, at: stamp, &output)
    }
}
