import VitalsDetection
import VitalsKernels
import VitalsModel

/// The windows of all streams that wait for a kernel call, and until when they may wait
/// (docs/decisions/0005-windows-in-data-time.md).
struct WindowDesk {
    private var batch: WindowBatch
    private var judged: [JudgedWindow] = []

    /// When the waiting windows have to be judged; nil while none waits.
    private(set) var deadline: MonotonicTime?

    /// The kernels on long series, of the same level: these judge alone and at once.
    let seriesKernels: SeriesKernelTable

    init(kernels: KernelTable) {
        batch = WindowBatch(kernels: kernels)
        seriesKernels = SeriesKernelTable(kernels)
    }

    /// Whether the batch has to be judged before a further reading.
    var isFull: Bool { batch.isFull }

    /// Hands a reading to a stream's detector, which may put a window here.
    mutating func observe(_ reading: Reading, at time: MonotonicTime, stream: Int, _ detector: inout ChangeDetector) {
        detector.observe(reading, at: time, stream: stream, into: &batch)
        if deadline == nil && !batch.isEmpty { deadline = time + CoreLimits.windowBatchDelay }
    }

    /// Judges what waits, in the order in which it came.
    mutating func judge() -> [JudgedWindow] {
        deadline = nil
        judged.removeAll(keepingCapacity: true)
        batch.judge(into: &judged)
        return judged
    }
}
