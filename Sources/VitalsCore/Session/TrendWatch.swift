import VitalsDetection
import VitalsModel

/// The slow companion of change detection: what a quantity has not done in the last hours. It makes findings and no
/// alarms.
struct TrendWatch {
    private var detector: TrendDetector
    private let quantity: MonitoredQuantity

    init(_ quantity: MonitoredQuantity) {
        detector = TrendDetector(configuration: .standard(for: quantity))
        self.quantity = quantity
    }

    mutating func judge(
        _ reading: Reading, at stamp: Stamp, in block: inout BlockBuilder<some StreamSample>, _ desk: AlarmDesk,
        _ output: inout EngineOutput
    ) {
        guard let result = detector.observe(reading, at: stamp.monotonic) else { return }
        output.trace(TrendDetector.identity, result, of: quantity.name, sensor: desk.sensor, at: stamp.monotonic)
        guard case .changed = result.decision else { return }
        desk.find(
            "\(quantity.name)-trend", by: TrendDetector.identity, result, since: result.start, at: stamp, in: &block,
            &output)
    }
}
