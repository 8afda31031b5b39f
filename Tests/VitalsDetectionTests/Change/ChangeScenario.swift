import VitalsDetection
import VitalsKernels
import VitalsModel

/// Drives one detector through readings, judging each window as soon as it is due.
struct ChangeScenario {
    private(set) var outputs: [ChangeDetector.Output] = []
    private(set) var detector: ChangeDetector
    private var batch = WindowBatch(kernels: .best)
    private var windows: [JudgedWindow] = []

    init(_ configuration: ChangeDetector.Configuration = .rate) {
        detector = ChangeDetector(configuration: configuration)
    }

    /// One reading, `milliseconds` after the clock's origin.
    mutating func read(_ reading: Reading, atMilliseconds milliseconds: Int64) {
        let time = MonotonicTime(microseconds: milliseconds * 1_000)
        detector.observe(reading, at: time, stream: 0, into: &batch)
        windows.removeAll(keepingCapacity: true)
        batch.judge(into: &windows)
        for window in windows { outputs.append(detector.conclude(window)) }
    }

    /// One reading a second over some seconds; nil where none arrives.
    mutating func read(_ seconds: Range<Int>, _ value: (Int) -> Int32?) {
        for second in seconds {
            guard let value = value(second) else { continue }
            read(.value(value), atMilliseconds: Int64(second) * 1_000 + 300)
        }
    }

    /// The changes reported so far.
    var changes: [ChangeDetector.Change] {
        outputs.compactMap { if case .changed(let change) = $0.decision { change } else { nil } }
    }

    /// The decisions so far, one word each.
    var words: [String] { outputs.map { $0.refusalName ?? $0.decisionName } }

    /// A resting rate: a level with a respiratory swing of ±2 bpm over five seconds, in whole bpm.
    static func resting(_ level: Int32, _ second: Int) -> Int32 { level + [0, 2_00, 1_00, -1_00, -2_00][second % 5] }
}
