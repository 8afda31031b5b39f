import VitalsDaemon
import VitalsHCI
import VitalsModel
import VitalsSystemd

/// What `vitalsctl record` does: writes what controllers and kernel say to each other, into one file or a ring.
public final class Recording {
    private let loop: EventLoop
    private let progress: ProgressLine
    private var tick: EventLoop.Timer?
    private let ends: MonotonicTime?

    /// A recording that ends after so many seconds, or when it is interrupted.
    public init(seconds: Int?) throws {
        loop = try EventLoop()
        progress = ProgressLine(isBesideOutput: false)
        ends = seconds.map { [loop] in loop.now + .seconds(Int64($0)) }
    }

    /// Records into a file, in segments of at most so many MiB, of which the last `keeping` stay.
    public func record(file: String, segmentMebibytes: Int?, keeping count: Int?) throws {
        let recorder = MonitorRecorder(
            file: file, segmentBytes: segmentMebibytes.map { $0 << 20 }, keeping: count, loop: loop)
        try recorder.start()
        try run { recorder.statistics }
        try recorder.stop()
        try report(recorder.statistics, file)
    }

    /// Keeps the last minutes, and freezes them when a file appears in the folder of triggers.
    public func keep(ring: String, minutes: Int, triggers: String?) throws {
        var settings = FlightRecorder.Settings(ring: ring)
        settings.minutes = minutes
        settings.triggers = triggers
        let recorder = FlightRecorder(settings, loop: loop)
        recorder.onFreeze = { result in
            let line =
                switch result {
                case .success(let folder): "frozen: \(folder)"
                case .failure(let error): "not frozen: \(error)"
                }
            try? DescriptorOutput.standardError().write("vitalsctl: \(line)\n")
        }
        try recorder.start()
        ServiceManager.ready("Recording into \(ring)")
        try run { recorder.statistics }
        try recorder.stop()
        try report(recorder.statistics, ring)
    }

    private func run(_ statistics: @escaping () -> MonitorRecorder.Statistics) throws {
        tick = try loop.timer { [unowned self] in
            if Interruption.isPending || ends.map({ $0 <= loop.now }) == true { return loop.exit() }
            progress.update { "recording: \(statistics().packets.counted("packet")), ^C ends" }
            try tick?.arm(at: loop.now + VitalsToolsLimits.watchInterval)
        }
        try tick?.arm(at: loop.now)
        _ = try loop.run()
        progress.clear()
    }

    private func report(_ statistics: MonitorRecorder.Statistics, _ place: String) throws {
        let files = statistics.segments.counted("file")
        let drops = statistics.drops == 0 ? "none dropped" : "\(statistics.drops) dropped"
        try DescriptorOutput.standardError().write(
            "\(place): \(statistics.packets.counted("packet")) in \(files), \(drops)\n")
    }
}
