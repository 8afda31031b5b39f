import VitalsDetection
import VitalsModel

/// Change detection on one stream. It makes findings and no alarms: a change is a reason to look, not to run.
struct ChangeWatch {
    private var detector: ChangeDetector
    private let quantity: MonitoredQuantity
    private let stream: SampleStream
    private let number: Int
    /// The stream's first reading: no window holds anything of before.
    private var first: MonotonicTime?

    /// `number` names the stream among all streams of the engine.
    init(_ quantity: MonitoredQuantity, stream: SampleStream, number: Int) {
        detector = ChangeDetector(configuration: .standard(for: quantity))
        self.quantity = quantity
        self.stream = stream
        self.number = number
    }

    /// Takes a reading; a window that it completes waits at the desk.
    mutating func take(_ reading: Reading, at stamp: Stamp, _ windows: inout WindowDesk) {
        if first == nil { first = stamp.monotonic }
        windows.observe(reading, at: stamp.monotonic, stream: number, &detector)
    }

    /// Decides on a window of this stream.
    mutating func judged(
        _ window: JudgedWindow, at stamp: Stamp, in block: inout BlockBuilder<some StreamSample>, _ desk: AlarmDesk,
        _ output: inout EngineOutput
    ) {
        let result = detector.conclude(window)
        output.trace(ChangeDetector.identity, result, of: quantity.name, sensor: desk.sensor, at: stamp.monotonic)
        guard case .changed(let change) = result.decision else { return }
        let from = max(window.start, first ?? window.start)
        let evidence = AlarmDesk.Evidence(
            detector: ChangeDetector.identity, stream: stream, from: from,
            records: block.records(since: from, &output))
        desk.find("\(quantity.name)-change-\(change.direction.name)", evidence, result, at: stamp, &output)
    }
}
