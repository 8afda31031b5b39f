import VitalsCore
import VitalsGATT
import VitalsModel

/// One packet of a sensor as SenML entries, without the entry for its quality.
struct SenMLSample {
    /// A name and what stands under it. What never changes is kept as the text that it is in the pack.
    struct Entry {
        enum Value {
            /// The digits of a JSON number, and a unit.
            case number(String, unit: Unit)
            case text(String)
        }

        /// A unit of SenML's registry.
        enum Unit {
            case beatsPerMinute, count, joule, ratio, second

            /// The unit, and the name of the value that follows.
            var fragment: StaticString {
                switch self {
                case .beatsPerMinute: #","u":"beat/min","v":"#
                case .count: #","u":"count","v":"#
                case .joule: #","u":"J","v":"#
                case .ratio: #","u":"/","v":"#
                case .second: #","u":"s","v":"#
                }
            }
        }

        /// The comma before the entry, its brace, and its name.
        var opening: StaticString
        var value: Value
        /// How long before the sample's own time the value was complete, in microseconds.
        var before: Int64 = 0
    }

    var stamp: Stamp
    var quality: Quality
    private(set) var entries: [Entry] = []

    /// The samples of a block, in its order.
    static func samples(of block: SampleBlock) -> [SenMLSample] {
        switch block.samples {
        case .heartRate(let samples): samples.map(SenMLSample.init)
        case .oximetry(let samples): samples.map(SenMLSample.init)
        case .spotCheck(let samples): samples.map(SenMLSample.init)
        case .ppg(let samples): samples.map(SenMLSample.init)
        }
    }

    private init(_ sample: HeartRateSample) {
        stamp = sample.stamp
        quality = sample.quality
        add(#",{"n":"contact""#, text: sample.contact.name)
        add(#",{"n":"heart-rate""#, .number(String(sample.heartRate), unit: .beatsPerMinute))
        // Kilojoules with an exponent: three zeros would claim a precision that was not sent.
        if let energy = sample.energyExpended {
            add(#",{"n":"energy-expended""#, .number("\(energy)e3", unit: .joule))
        }
        // Each interval ended with its own beat, before those that follow it in the packet: several under one time
        // would be one value to a reader that keeps values by name and time (lesson 26).
        var following = sample.rrIntervals.reduce(Int64(0)) { $0 + Int64($1) }
        for interval in sample.rrIntervals {
            following -= Int64(interval)
            let value = Entry.Value.number(Self.seconds(interval), unit: .second)
            entries.append(Entry(opening: #",{"n":"rr""#, value: value, before: following * 15_625 / 16))
        }
    }

    private init(_ sample: OximetrySample) {
        stamp = sample.stamp
        quality = sample.quality
        add(sample.normal, #",{"n":"spo2""#, #",{"n":"pulse-rate""#)
        if let fast = sample.fast { add(fast, #",{"n":"spo2-fast""#, #",{"n":"pulse-rate-fast""#) }
        if let slow = sample.slow { add(slow, #",{"n":"spo2-slow""#, #",{"n":"pulse-rate-slow""#) }
        addStatus(sample.measurementStatus, sample.deviceStatus, sample.pulseAmplitudeIndex)
    }

    private init(_ sample: SpotCheckSample) {
        stamp = sample.stamp
        quality = sample.quality
        add(sample.value, #",{"n":"spo2""#, #",{"n":"pulse-rate""#)
        if let seconds = sample.deviceTime { add(#",{"n":"device-time""#, text: Self.civil(seconds)) }
        addStatus(sample.measurementStatus, sample.deviceStatus, sample.pulseAmplitudeIndex)
    }

    /// A frame of a waveform: how many samples it holds. The waveform itself stays in the journal, since a few channels at
    /// 55 Hz and more would take a hundred times the room of all else that a sensor sends.
    private init(_ sample: PPGSample) {
        stamp = sample.stamp
        quality = sample.quality
        add(#",{"n":"ppg-samples""#, .number(String(sample.channels.count), unit: .count))
    }

    private mutating func add(_ opening: StaticString, _ value: Entry.Value) {
        entries.append(Entry(opening: opening, value: value))
    }

    private mutating func add(_ opening: StaticString, text: String) { add(opening, .text(text)) }

    private mutating func add(_ pair: SpO2PulseRate, _ spO2: StaticString, _ pulseRate: StaticString) {
        addRatio(spO2, pair.spO2)
        switch SFLOAT(rawValue: pair.pulseRate).value {
        case .number(let number): add(pulseRate, .number(number.description, unit: .beatsPerMinute))
        case let special: add(pulseRate, text: special.description)
        }
    }

    /// A percentage as a ratio: two places further right, not a digit more or less.
    private mutating func addRatio(_ opening: StaticString, _ word: UInt16) {
        switch SFLOAT(rawValue: word).value {
        case .number(let percent):
            let ratio = ExactDecimal(mantissa: percent.mantissa, exponent: percent.exponent - 2)
            add(opening, .number(ratio.description, unit: .ratio))
        case let special: add(opening, text: special.description)
        }
    }

    private mutating func addStatus(_ measurement: UInt16?, _ device: UInt32?, _ amplitude: UInt16?) {
        if let amplitude { addRatio(#",{"n":"pulse-amplitude-index""#, amplitude) }
        if let measurement { add(#",{"n":"measurement-status""#, text: Self.digits(UInt32(measurement), 4)) }
        if let device { add(#",{"n":"device-status""#, text: Self.digits(device, 6)) }
    }

    /// Units of 1/1024 s as seconds, exactly: 832 is `0.8125`, for 1/1024 has ten decimal places.
    static func seconds(_ interval: UInt16) -> String {
        FixedPoint.text(UInt64(interval) * 9_765_625, places: 10)
    }

    private static func digits(_ bits: UInt32, _ width: Int) -> String {
        let text = String(bits, radix: 16)
        return "0x" + String(repeating: "0", count: max(0, width - text.count)) + text
    }

    /// The sensor's own civil time, without a zone, since it has none.
    private static func civil(_ seconds: Int64) -> String {
        let time = CivilTime(secondsSinceEpoch: seconds)
        let padded = { (number: Int, width: Int) in
            String(repeating: "0", count: max(0, width - String(number).count)) + String(number)
        }
        return "\(padded(time.year, 4))-\(padded(time.month, 2))-\(padded(time.day, 2))"
            + "T\(padded(time.hour, 2)):\(padded(time.minute, 2)):\(padded(time.second, 2))"
    }
}
