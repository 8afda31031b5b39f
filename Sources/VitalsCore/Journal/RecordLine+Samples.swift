import VitalsGATT
import VitalsJSON
import VitalsModel

/// The body of a sample block as JSON. Numbers have the digits that the sensor sent; what is not a number is a string.
extension JSONWriter {
    /// `{"samples":[…]}`, one object a sample.
    mutating func samples(of block: SampleBlock) {
        object { json in
            json.name("samples")
            json.array { json in
                switch block.samples {
                case .heartRate(let samples): for sample in samples { json.value(sample) }
                case .oximetry(let samples): for sample in samples { json.value(sample) }
                case .spotCheck(let samples): for sample in samples { json.value(sample) }
                case .ppg(let samples): for sample in samples { json.value(sample) }
                }
            }
        }
    }

    private mutating func value(_ sample: HeartRateSample) {
        object { json in
            json.member("contact", sample.contact.name)
            json.optional("energy-expended", sample.energyExpended)
            json.member("heart-rate", sample.heartRate)
            json.member("monotonic", sample.stamp.monotonic.microseconds)
            json.member("quality", sample.quality.name)
            json.name("rr")
            json.array { json in for interval in sample.rrIntervals { json.value(interval) } }
            json.synchronisedAndTime(sample.stamp)
        }
    }

    private mutating func value(_ sample: OximetrySample) {
        object { json in
            json.optional("device-status", sample.deviceStatus)
            json.optional("fast", sample.fast)
            json.optional("measurement-status", sample.measurementStatus)
            json.member("monotonic", sample.stamp.monotonic.microseconds)
            json.member("pulse-amplitude-index", sfloat: sample.pulseAmplitudeIndex)
            json.member("pulse-rate", sfloat: sample.normal.pulseRate)
            json.member("quality", sample.quality.name)
            json.optional("slow", sample.slow)
            json.member("spo2", sfloat: sample.normal.spO2)
            json.synchronisedAndTime(sample.stamp)
        }
    }

    private mutating func value(_ sample: SpotCheckSample) {
        object { json in
            json.optional("device-status", sample.deviceStatus)
            json.deviceTime(sample.deviceTime)
            json.optional("measurement-status", sample.measurementStatus)
            json.member("monotonic", sample.stamp.monotonic.microseconds)
            json.member("pulse-amplitude-index", sfloat: sample.pulseAmplitudeIndex)
            json.member("pulse-rate", sfloat: sample.value.pulseRate)
            json.member("quality", sample.quality.name)
            json.member("spo2", sfloat: sample.value.spO2)
            json.synchronisedAndTime(sample.stamp)
        }
    }

    /// Channels are left out where there is none, and so are bytes.
    private mutating func value(_ sample: PPGSample) {
        object { json in
            json.channel("ambient", sample.channels.ambient)
            json.member("device-time", sample.deviceTime)
            json.channel("first", sample.channels.first)
            json.member("frame-type", sample.frameType)
            json.member("measurement", sample.measurement)
            json.member("monotonic", sample.stamp.monotonic.microseconds)
            json.member("quality", sample.quality.name)
            if !sample.raw.isEmpty { json.member("raw", Hex.string(sample.raw)) }
            json.channel("second", sample.channels.second)
            json.member("synchronised", sample.stamp.isSynchronised)
            json.channel("third", sample.channels.third)
            json.time(sample.stamp.wall)
        }
    }

    private mutating func channel(_ name: String, _ counts: [Int32]) {
        guard !counts.isEmpty else { return }
        self.name(name)
        array { json in for count in counts { json.value(count) } }
    }

    private mutating func optional(_ name: String, _ number: (some BinaryInteger)?) {
        if let number { member(name, number) }
    }

    private mutating func optional(_ name: String, _ pair: SpO2PulseRate?) {
        guard let pair else { return }
        self.name(name)
        object { json in
            json.member("pulse-rate", sfloat: pair.pulseRate)
            json.member("spo2", sfloat: pair.spO2)
        }
    }

    /// Nothing when the word was not sent.
    private mutating func member(_ name: String, sfloat word: UInt16?) {
        guard let word else { return }
        let value = SFLOAT(rawValue: word).value
        if let special = value.specialName {
            member(name, special)
        } else {
            self.name(name)
            number(value.description)
        }
    }

    private mutating func synchronisedAndTime(_ stamp: Stamp) {
        member("synchronised", stamp.isSynchronised)
        time(stamp.wall)
    }

    /// `time` as RFC 3339 text. A wall clock that is beyond the years of that text is its microseconds.
    mutating func time(_ wall: WallTime) {
        if CivilTime.fourDigitYears.contains(wall.microseconds / 1_000_000) {
            member("time", wall.rfc3339)
        } else {
            member("time", wall.microseconds)
        }
    }

    /// `device-time`, likewise.
    private mutating func deviceTime(_ seconds: Int64?) {
        guard let seconds else { return }
        if CivilTime.fourDigitYears.contains(seconds) {
            member("device-time", CivilTime(secondsSinceEpoch: seconds).text)
        } else {
            member("device-time", seconds)
        }
    }
}

extension CivilTime {
    /// 0000-01-01T00:00:01 to 9999-12-31T23:59:59 in seconds since 1970: RFC 3339 has four digits for a year.
    fileprivate static let fourDigitYears: ClosedRange<Int64> = -62_167_219_199...253_402_300_799
}
