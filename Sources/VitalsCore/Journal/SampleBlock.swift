public import VitalsModel

/// Consecutive samples of one stream of one sensor, as they were sent: nothing is scaled, rounded, filtered or filled
/// in.
public struct SampleBlock: Hashable, Sendable {
    /// The samples, oldest first.
    public var samples: Samples

    /// A block.
    public init(samples: Samples) { self.samples = samples }

    /// The samples of one kind of stream.
    public enum Samples: Hashable, Sendable {
        /// Heart Rate Measurement, 2A37.
        case heartRate([HeartRateSample])
        /// PLX Continuous Measurement, 2A5F.
        case oximetry([OximetrySample])
        /// PLX Spot-Check Measurement, 2A5E.
        case spotCheck([SpotCheckSample])
        /// Polar Measurement Data, FB005C82.
        case ppg([PPGSample])
    }

    /// The stream that the samples are of.
    public var stream: SampleStream {
        switch samples {
        case .heartRate: .heartRate
        case .oximetry: .oximetry
        case .spotCheck: .spotCheck
        case .ppg: .ppg
        }
    }

    /// The count of samples, one for each packet of the sensor.
    public var count: Int {
        switch samples {
        case .heartRate(let samples): samples.count
        case .oximetry(let samples): samples.count
        case .spotCheck(let samples): samples.count
        case .ppg(let samples): samples.count
        }
    }

    /// When each sample was received.
    public var stamps: [Stamp] {
        switch samples {
        case .heartRate(let samples): samples.map(\.stamp)
        case .oximetry(let samples): samples.map(\.stamp)
        case .spotCheck(let samples): samples.map(\.stamp)
        case .ppg(let samples): samples.map(\.stamp)
        }
    }
}

/// The streams of a sensor that carry samples.
public enum SampleStream: UInt8, CaseIterable, Sendable {
    /// Heart Rate Measurement, 2A37.
    case heartRate = 1
    /// PLX Continuous Measurement, 2A5F.
    case oximetry = 2
    /// PLX Spot-Check Measurement, 2A5E.
    case spotCheck = 3
    /// Polar Measurement Data, FB005C82-02E7-F387-1CAD-8ACD2D8DF0C8: photoplethysmogram.
    case ppg = 4

    /// The name in records, JSON and text.
    public var name: String {
        switch self {
        case .heartRate: "heart-rate"
        case .oximetry: "oximetry"
        case .spotCheck: "spot-check"
        case .ppg: "ppg"
        }
    }
}

/// How far a sample may be trusted. Only `valid` values and, where a detector says so, `provisional` ones are judged.
public enum Quality: UInt8, CaseIterable, Sendable {
    /// Usable.
    case valid = 0
    /// Early estimate, calibration or measurement under way: usable, may change.
    case provisional = 1
    /// The sensor doubts its own value (poor signal, low perfusion, motion).
    case questionable = 2
    /// Not a measurement: NaN, NRes, infinity, malfunction, demonstration, out of range.
    case invalid = 3
    /// The sensor does not touch the body.
    case noContact = 4

    /// The name in JSON and in text.
    public var name: String {
        switch self {
        case .valid: "valid"
        case .provisional: "provisional"
        case .questionable: "questionable"
        case .invalid: "invalid"
        case .noContact: "no-contact"
        }
    }
}

/// One Heart Rate Measurement packet.
public struct HeartRateSample: Hashable, Sendable {
    /// When it was received.
    public var stamp: Stamp
    /// Beats per minute, 0 to 65535; 0 is how many straps say "no reading".
    public var heartRate: UInt16
    /// Skin contact.
    public var contact: SensorContact
    /// Energy expended in kilojoule, when sent.
    public var energyExpended: UInt16?
    /// RR intervals in 1/1024 s, oldest first; up to 255.
    public var rrIntervals: [UInt16]
    /// How far to trust it.
    public var quality: Quality

    /// A sample.
    public init(
        stamp: Stamp, heartRate: UInt16, contact: SensorContact, energyExpended: UInt16? = nil,
        rrIntervals: [UInt16] = [],
        quality: Quality
    ) {
        self.stamp = stamp
        self.heartRate = heartRate
        self.contact = contact
        self.energyExpended = energyExpended
        self.rrIntervals = rrIntervals
        self.quality = quality
    }
}

/// A SpO2 (%) and a pulse rate (bpm) as the two SFLOAT words that the sensor sent, exponent and special values
/// included.
public struct SpO2PulseRate: Hashable, Sendable {
    /// SpO2 as an SFLOAT word.
    public var spO2: UInt16
    /// Pulse rate as an SFLOAT word.
    public var pulseRate: UInt16

    /// A pair.
    public init(spO2: UInt16, pulseRate: UInt16) {
        self.spO2 = spO2
        self.pulseRate = pulseRate
    }
}

/// One PLX Continuous Measurement packet.
public struct OximetrySample: Hashable, Sendable {
    /// When it was received.
    public var stamp: Stamp
    /// The normal SpO2 and pulse rate.
    public var normal: SpO2PulseRate
    /// The fast-responding pair, when sent.
    public var fast: SpO2PulseRate?
    /// The slow-responding pair, when sent.
    public var slow: SpO2PulseRate?
    /// Measurement Status, when sent.
    public var measurementStatus: UInt16?
    /// Device and Sensor Status, 24 bits, when sent.
    public var deviceStatus: UInt32?
    /// Pulse Amplitude Index (%) as an SFLOAT word, when sent.
    public var pulseAmplitudeIndex: UInt16?
    /// How far to trust it.
    public var quality: Quality

    /// A sample.
    public init(
        stamp: Stamp, normal: SpO2PulseRate, fast: SpO2PulseRate? = nil, slow: SpO2PulseRate? = nil,
        measurementStatus: UInt16? = nil, deviceStatus: UInt32? = nil, pulseAmplitudeIndex: UInt16? = nil,
        quality: Quality
    ) {
        self.stamp = stamp
        self.normal = normal
        self.fast = fast
        self.slow = slow
        self.measurementStatus = measurementStatus
        self.deviceStatus = deviceStatus
        self.pulseAmplitudeIndex = pulseAmplitudeIndex
        self.quality = quality
    }
}

/// One PLX Spot-Check Measurement packet.
public struct SpotCheckSample: Hashable, Sendable {
    /// When it was received.
    public var stamp: Stamp
    /// SpO2 and pulse rate.
    public var value: SpO2PulseRate
    /// The sensor's own clock: seconds from 1970-01-01 to that civil time, without a zone; nil when none was sent, when
    /// it is unknown or impossible, or when the sensor says that its clock is not set.
    public var deviceTime: Int64?
    /// Measurement Status, when sent.
    public var measurementStatus: UInt16?
    /// Device and Sensor Status, 24 bits, when sent.
    public var deviceStatus: UInt32?
    /// Pulse Amplitude Index (%) as an SFLOAT word, when sent.
    public var pulseAmplitudeIndex: UInt16?
    /// How far to trust it.
    public var quality: Quality

    /// A sample.
    public init(
        stamp: Stamp, value: SpO2PulseRate, deviceTime: Int64? = nil, measurementStatus: UInt16? = nil,
        deviceStatus: UInt32? = nil, pulseAmplitudeIndex: UInt16? = nil, quality: Quality
    ) {
        self.stamp = stamp
        self.value = value
        self.deviceTime = deviceTime
        self.measurementStatus = measurementStatus
        self.deviceStatus = deviceStatus
        self.pulseAmplitudeIndex = pulseAmplitudeIndex
        self.quality = quality
    }
}
