/// Polar Measurement Data, FB005C82.
struct PPGColumns: SampleColumns {
    private var stamps: StampColumns
    private var deviceTime: [Int64]
    private var measurement: [UInt8]
    private var frameType: [UInt8]
    private var lengths: [Int]
    private var channels: PPGSample.Channels
    private var raw: [[UInt8]]
    private var quality: [Quality]
    /// Where the samples of each frame begin.
    private var starts: [Int] = []

    init(_ samples: [PPGSample]) {
        stamps = StampColumns(samples.map(\.stamp))
        deviceTime = samples.map { Int64(bitPattern: $0.deviceTime) }
        measurement = samples.map(\.measurement)
        frameType = samples.map(\.frameType)
        lengths = samples.map(\.channels.count)
        channels = PPGSample.Channels(
            first: samples.flatMap(\.channels.first), second: samples.flatMap(\.channels.second),
            third: samples.flatMap(\.channels.third), ambient: samples.flatMap(\.channels.ambient))
        raw = samples.map(\.raw)
        quality = samples.map(\.quality)
    }

    mutating func code<Coder: SampleBlockCoder>(_ count: Int, with coder: inout Coder) throws(Coder.Failure) {
        try stamps.code(count, with: &coder)
        try coder.column(&deviceTime, count: count, "device time")
        try coder.column(&measurement, count: count, "measurement type")
        try coder.column(&frameType, count: count, "frame type")
        try coder.lengths(&lengths, count: count, totalMax: SampleBlockCodecLimits.ppgCountMax, "PPG samples")
        starts = []
        var total = 0
        for length in lengths {
            starts.append(total)
            total += length
        }
        try coder.column(&channels.first, count: total, "first channel")
        try coder.column(&channels.second, count: total, "second channel")
        try coder.column(&channels.third, count: total, "third channel")
        try coder.column(&channels.ambient, count: total, "ambient light")
        try coder.lists(&raw, count: count, totalMax: SampleBlockCodecLimits.rawByteCountMax, "raw bytes")
        try coder.cases(&quality, count: count, "quality")
    }

    subscript(index: Int) -> PPGSample {
        let range = starts[index]..<starts[index] + lengths[index]
        return PPGSample(
            stamp: stamps[index], deviceTime: UInt64(bitPattern: deviceTime[index]), measurement: measurement[index],
            frameType: frameType[index],
            channels: PPGSample.Channels(
                first: Array(channels.first[range]), second: Array(channels.second[range]),
                third: Array(channels.third[range]), ambient: Array(channels.ambient[range])),
            raw: raw[index], quality: quality[index])
    }
}
