import VitalsModel

/// The samples of one stream, column by column: made from samples when encoding, empty and then filled when decoding.
protocol SampleColumns {
    associatedtype Sample

    init(_ samples: [Sample])

    /// Passes the columns through the coder, in the order in which they stand in the block.
    mutating func code<Coder: SampleBlockCoder>(_ count: Int, with coder: inout Coder) throws(Coder.Failure)

    /// The sample at an index below the count.
    subscript(index: Int) -> Sample { get }
}

/// When each sample was received.
struct StampColumns: SampleColumns {
    private var monotonic: [Int64]
    /// Wall minus monotonic: one number, unless the wall clock stepped within the block.
    private var offset: [Int64]
    private var isSynchronised: [Bool]

    init(_ stamps: [Stamp]) {
        monotonic = stamps.map(\.monotonic.microseconds)
        offset = stamps.map { $0.wall.microseconds &- $0.monotonic.microseconds }
        isSynchronised = stamps.map(\.isSynchronised)
    }

    mutating func code<Coder: SampleBlockCoder>(_ count: Int, with coder: inout Coder) throws(Coder.Failure) {
        try coder.times(&monotonic, count: count, "monotonic time")
        try coder.times(&offset, count: count, "wall clock offset")
        try coder.flags(&isSynchronised, count: count, "synchronisation")
    }

    subscript(index: Int) -> Stamp {
        Stamp(
            monotonic: MonotonicTime(microseconds: monotonic[index]),
            wall: WallTime(microseconds: monotonic[index] &+ offset[index]),
            isSynchronised: isSynchronised[index])
    }
}

/// Heart Rate Measurement, 2A37.
struct HeartRateColumns: SampleColumns {
    private var stamps: StampColumns
    private var heartRate: [UInt16]
    private var contact: [SensorContact]
    private var quality: [Quality]
    private var energyExpended: [UInt16?]
    private var rrIntervals: [[UInt16]]

    init(_ samples: [HeartRateSample]) {
        stamps = StampColumns(samples.map(\.stamp))
        heartRate = samples.map(\.heartRate)
        contact = samples.map(\.contact)
        quality = samples.map(\.quality)
        energyExpended = samples.map(\.energyExpended)
        rrIntervals = samples.map(\.rrIntervals)
    }

    mutating func code<Coder: SampleBlockCoder>(_ count: Int, with coder: inout Coder) throws(Coder.Failure) {
        try stamps.code(count, with: &coder)
        try coder.column(&heartRate, count: count, "heart rate")
        try coder.cases(&contact, count: count, "contact")
        try coder.cases(&quality, count: count, "quality")
        try coder.optionals(&energyExpended, count: count, "energy expended")
        try coder.lists(
            &rrIntervals, count: count, totalMax: SampleBlockCodecLimits.rrIntervalCountMax, "RR intervals")
    }

    subscript(index: Int) -> HeartRateSample {
        HeartRateSample(
            stamp: stamps[index], heartRate: heartRate[index], contact: contact[index],
            energyExpended: energyExpended[index], rrIntervals: rrIntervals[index], quality: quality[index])
    }
}

/// PLX Continuous Measurement, 2A5F.
struct OximetryColumns: SampleColumns {
    private var stamps: StampColumns
    private var normal: [SpO2PulseRate]
    private var fast: [SpO2PulseRate?]
    private var slow: [SpO2PulseRate?]
    private var status: PLXStatusColumns

    init(_ samples: [OximetrySample]) {
        stamps = StampColumns(samples.map(\.stamp))
        normal = samples.map(\.normal)
        fast = samples.map(\.fast)
        slow = samples.map(\.slow)
        status = PLXStatusColumns(
            measurementStatus: samples.map(\.measurementStatus), deviceStatus: samples.map(\.deviceStatus),
            pulseAmplitudeIndex: samples.map(\.pulseAmplitudeIndex), quality: samples.map(\.quality))
    }

    mutating func code<Coder: SampleBlockCoder>(_ count: Int, with coder: inout Coder) throws(Coder.Failure) {
        try stamps.code(count, with: &coder)
        try coder.pairs(&normal, count: count, "normal")
        try coder.optionalPairs(&fast, count: count, "fast")
        try coder.optionalPairs(&slow, count: count, "slow")
        try status.code(count, with: &coder)
    }

    subscript(index: Int) -> OximetrySample {
        OximetrySample(
            stamp: stamps[index], normal: normal[index], fast: fast[index], slow: slow[index],
            measurementStatus: status.measurementStatus[index], deviceStatus: status.deviceStatus[index],
            pulseAmplitudeIndex: status.pulseAmplitudeIndex[index], quality: status.quality[index])
    }
}

/// PLX Spot-Check Measurement, 2A5E.
struct SpotCheckColumns: SampleColumns {
    private var stamps: StampColumns
    private var value: [SpO2PulseRate]
    private var deviceTime: [Int64?]
    private var status: PLXStatusColumns

    init(_ samples: [SpotCheckSample]) {
        stamps = StampColumns(samples.map(\.stamp))
        value = samples.map(\.value)
        deviceTime = samples.map(\.deviceTime)
        status = PLXStatusColumns(
            measurementStatus: samples.map(\.measurementStatus), deviceStatus: samples.map(\.deviceStatus),
            pulseAmplitudeIndex: samples.map(\.pulseAmplitudeIndex), quality: samples.map(\.quality))
    }

    mutating func code<Coder: SampleBlockCoder>(_ count: Int, with coder: inout Coder) throws(Coder.Failure) {
        try stamps.code(count, with: &coder)
        try coder.pairs(&value, count: count, "value")
        try coder.optionals(&deviceTime, count: count, "device time")
        try status.code(count, with: &coder)
    }

    subscript(index: Int) -> SpotCheckSample {
        SpotCheckSample(
            stamp: stamps[index], value: value[index], deviceTime: deviceTime[index],
            measurementStatus: status.measurementStatus[index], deviceStatus: status.deviceStatus[index],
            pulseAmplitudeIndex: status.pulseAmplitudeIndex[index], quality: status.quality[index])
    }
}

/// What both PLX measurements say of the measurement and of the device, and what the decoder made of it.
private struct PLXStatusColumns {
    var measurementStatus: [UInt16?]
    var deviceStatus: [UInt32?]
    var pulseAmplitudeIndex: [UInt16?]
    var quality: [Quality]

    mutating func code<Coder: SampleBlockCoder>(_ count: Int, with coder: inout Coder) throws(Coder.Failure) {
        try coder.optionals(&measurementStatus, count: count, "measurement status")
        try coder.optionals(&deviceStatus, count: count, "device status")
        try coder.optionals(&pulseAmplitudeIndex, count: count, "pulse amplitude index")
        try coder.cases(&quality, count: count, "quality")
    }
}
