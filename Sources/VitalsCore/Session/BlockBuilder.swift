import VitalsModel

/// A sample that blocks are made of.
protocol StreamSample {
    /// The stream that it belongs to.
    static var stream: SampleStream { get }
    /// When it was received.
    var stamp: Stamp { get }
    /// How many RR intervals it carries.
    var intervalCount: Int { get }
    /// A block of such samples.
    static func block(_ samples: [Self]) -> SampleBlock
}

extension StreamSample {
    var intervalCount: Int { 0 }
}

extension HeartRateSample: StreamSample {
    static var stream: SampleStream { .heartRate }
    var intervalCount: Int { rrIntervals.count }
    static func block(_ samples: [Self]) -> SampleBlock { SampleBlock(samples: .heartRate(samples)) }
}

extension OximetrySample: StreamSample {
    static var stream: SampleStream { .oximetry }
    static func block(_ samples: [Self]) -> SampleBlock { SampleBlock(samples: .oximetry(samples)) }
}

extension SpotCheckSample: StreamSample {
    static var stream: SampleStream { .spotCheck }
    static func block(_ samples: [Self]) -> SampleBlock { SampleBlock(samples: .spotCheck(samples)) }
}

/// Gathers the samples of one stream until their block closes: after a span of data time, when it is full, or early,
/// before a record that refers to them (docs/decisions/0004-records-and-blocks.md).
struct BlockBuilder<Sample: StreamSample> {
    private let sensor: SensorAddress
    private let span: MonotonicTime.Span
    private var samples: [Sample] = []
    private var intervals = 0
    private var closed = ClosedBlocks()

    init(sensor: SensorAddress, span: MonotonicTime.Span) {
        self.sensor = sensor
        self.span = span
    }

    /// When the open block has to close at the latest; nil when none is open.
    var deadline: MonotonicTime? { samples.first.map { $0.stamp.monotonic + span } }

    /// Adds a sample, after closing the block that has no room for it.
    mutating func add(_ sample: Sample, _ output: inout EngineOutput) {
        let isFull =
            samples.count >= CoreLimits.blockSamplesMax
            || intervals + sample.intervalCount > SampleBlockCodecLimits.rrIntervalCountMax
        if isFull || deadline.map({ $0 <= sample.stamp.monotonic }) == true { close(&output) }
        samples.append(sample)
        intervals += sample.intervalCount
    }

    /// Makes a record of the open block, if there is one. Its stamp is that of its last sample.
    mutating func close(_ output: inout EngineOutput) {
        guard let last = samples.last else { return }
        let sequence = output.append(
            .samples, sensor: sensor, stamp: last.stamp, subject: Sample.stream.name,
            bytes: Sample.block(samples).encoded())
        closed.note(sequence, until: last.stamp.monotonic)
        samples.removeAll(keepingCapacity: true)
        intervals = 0
    }

    /// Closes the open block, and names the records that hold the samples from `time` on; nil when there are none.
    mutating func records(since time: MonotonicTime, _ output: inout EngineOutput) -> ClosedRange<UInt64>? {
        close(&output)
        return closed.records(since: time)
    }
}
