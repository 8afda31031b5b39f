import VitalsDetection
import VitalsKernels
import VitalsModel

/// Shape discords of a rate, once a second: the last reading of each second of data time, and nothing where it had none.
///
/// They make findings and no alarm: a course that was never seen before is a reason to look.
struct DiscordWatch {
    private var detector: Discord
    private let quantity: MonitoredQuantity
    /// The second that is filling.
    private var second: Int64?
    private var value: Int32?

    init(_ quantity: MonitoredQuantity, _ configuration: Discord.Configuration, kernels: SeriesKernelTable) {
        detector = Discord(configuration: configuration, kernels: kernels)
        self.quantity = quantity
    }

    /// Takes a reading; the first one of a second judges the window that ended with the second before.
    mutating func take<Sample>(
        _ reading: Reading, at stamp: Stamp, in block: inout BlockBuilder<Sample>, _ desk: AlarmDesk,
        _ output: inout EngineOutput
    ) {
        let now = Int64(stamp.monotonic.microseconds / 1_000_000)
        if let second, now != second {
            judge(value, at: stamp, in: &block, desk, &output)
            // As many missing samples as a window has part what came before from what comes after; more say no more.
            let window = Int64(detector.configuration.windowSamples)
            let passed = now > second ? min(now - second - 1, window) : window
            for _ in 0..<passed { judge(nil, at: stamp, in: &block, desk, &output) }
            value = nil
        }
        second = now
        if case .value(let number) = reading { value = number }
    }

    private mutating func judge<Sample>(
        _ value: Int32?, at stamp: Stamp, in block: inout BlockBuilder<Sample>, _ desk: AlarmDesk,
        _ output: inout EngineOutput
    ) {
        let result = detector.judge(value)
        output.trace(Discord.identity, result, of: quantity.name, sensor: desk.sensor, at: stamp.monotonic)
        guard result.decision == .discord else { return }
        let span = Int64(detector.configuration.windowSamples + 1) * 1_000_000
        let from = MonotonicTime(microseconds: stamp.monotonic.microseconds.subtractingSaturating(span))
        desk.find(
            "\(quantity.name)-discord", by: Discord.identity, result, since: from, at: stamp, in: &block, &output)
    }
}
