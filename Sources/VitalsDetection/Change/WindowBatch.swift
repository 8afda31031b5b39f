public import VitalsKernels
public import VitalsModel

/// A window of one stream and what the kernels found in it.
public struct JudgedWindow: Hashable, Sendable {
    /// The stream's number, as the caller gave it.
    public let stream: Int
    /// The beginning of the window's first second.
    public let start: MonotonicTime
    /// The end of its last second, 96 s later.
    public let end: MonotonicTime
    /// What was found.
    public let figures: WindowFigures
}

/// Collects due windows of many streams and judges up to sixteen of them in one kernel call.
///
/// ```swift
/// detectors[stream].observe(reading, at: time, stream: stream, into: &batch)
/// if batch.isFull { batch.judge(into: &windows) }
/// ```
///
/// What is found in a window does not depend on its company, and windows come back in the order in which they were
/// enqueued, so when the caller judges shows in the work and nowhere else. Nothing is allocated after the first call,
/// as long as the caller keeps the capacity of its array.
public struct WindowBatch: Sendable {
    /// The kernels that judge.
    public let kernels: KernelTable

    private var block = WindowBlock()
    /// One window for each taken lane, and so never more than there are lanes.
    private var waiting: [(stream: Int, end: Int64)] = []

    /// An empty batch.
    public init(kernels: KernelTable) {
        self.kernels = kernels
        waiting.reserveCapacity(WindowBlock.lanes)
    }

    /// How many windows wait to be judged, 0 to 16.
    public var count: Int { waiting.count }
    /// Whether no window waits.
    public var isEmpty: Bool { waiting.isEmpty }
    /// Whether every lane is taken: the batch must be judged before the next reading.
    public var isFull: Bool { waiting.count == WindowBlock.lanes }

    /// Judges all waiting windows, appends them in the order in which they were enqueued, and empties the batch.
    public mutating func judge(into windows: inout [JudgedWindow]) {
        guard !isEmpty else { return }
        kernels.judge(&block)
        for (lane, window) in waiting.enumerated() {
            let slots = Int64(WindowBlock.slots)
            windows.append(
                JudgedWindow(
                    stream: window.stream, start: MonotonicTime(second: window.end - slots),
                    end: MonotonicTime(second: window.end), figures: block.figures(lane: lane)))
        }
        waiting.removeAll(keepingCapacity: true)
    }

    /// Takes a copy of a ring whose window ends with a second.
    mutating func enqueue(_ ring: [Int32?], oldest: Int, scale: ChartScale, stream: Int, end: Int64) {
        precondition(!isFull, "the batch is full: judge it before the next reading")
        block.load(ring, oldest: oldest, scale: scale, lane: waiting.count)
        waiting.append((stream, end))
    }
}

extension MonotonicTime {
    /// The beginning of a whole second of the clock, or the nearer end of its range.
    fileprivate init(second: Int64) {
        let (microseconds, overflow) = second.multipliedReportingOverflow(by: 1_000_000)
        self.init(microseconds: overflow ? (second < 0 ? .min : .max) : microseconds)
    }
}
