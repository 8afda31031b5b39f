import VitalsCore
import VitalsGATT
import VitalsModel

/// One packet of a sensor, as SenML has it.
protocol SenMLSample {
    var stamp: Stamp { get }
    var quality: Quality { get }

    /// Writes an entry for each value that was sent.
    func write(to entries: inout SenMLEntries)
}

extension HeartRateSample: SenMLSample {
    func write(to entries: inout SenMLEntries) {
        entries.text(#",{"n":"contact""#, contact.name)
        entries.decimal(#",{"n":"heart-rate""#, UInt64(heartRate), .beatsPerMinute)
        // Kilojoules with an exponent: three zeros would claim a precision that was not sent.
        if let energyExpended { entries.number(#",{"n":"energy-expended""#, "\(energyExpended)e3", .joule) }
        // Each interval ended with its own beat, before those that follow it in the packet: several under one time
        // would be one value to a reader that keeps values by name and time (lesson 26).
        var following = rrIntervals.reduce(Int64(0)) { $0 + Int64($1) }
        for interval in rrIntervals {
            following -= Int64(interval)
            // 1/1024 s is 9765625 units of the tenth decimal place: 832 is `0.8125`, exactly.
            entries.decimal(
                #",{"n":"rr""#, UInt64(interval) * 9_765_625, places: 10, .second, before: following * 15_625 / 16)
        }
    }
}

extension OximetrySample: SenMLSample {
    func write(to entries: inout SenMLEntries) {
        entries.pair(normal, #",{"n":"spo2""#, #",{"n":"pulse-rate""#)
        if let fast { entries.pair(fast, #",{"n":"spo2-fast""#, #",{"n":"pulse-rate-fast""#) }
        if let slow { entries.pair(slow, #",{"n":"spo2-slow""#, #",{"n":"pulse-rate-slow""#) }
        entries.status(measurementStatus, deviceStatus, pulseAmplitudeIndex)
    }
}

extension SpotCheckSample: SenMLSample {
    func write(to entries: inout SenMLEntries) {
        entries.pair(value, #",{"n":"spo2""#, #",{"n":"pulse-rate""#)
        // The sensor's own civil time has no zone.
        if let deviceTime {
            entries.text(#",{"n":"device-time""#, CivilTime(secondsSinceEpoch: deviceTime).text)
        }
        entries.status(measurementStatus, deviceStatus, pulseAmplitudeIndex)
    }
}

/// A frame of a waveform: how many samples it holds. The waveform itself stays in the journal, since a few channels at
/// 55 Hz and more would take a hundred times the room of all else that a sensor sends.
extension PPGSample: SenMLSample {
    func write(to entries: inout SenMLEntries) {
        entries.decimal(#",{"n":"ppg-samples""#, UInt64(channels.count), .count)
    }
}

extension SenMLEntries {
    fileprivate mutating func pair(_ pair: SpO2PulseRate, _ spO2: StaticString, _ pulseRate: StaticString) {
        ratio(spO2, pair.spO2)
        switch SFLOAT(rawValue: pair.pulseRate).value {
        case .number(let rate): number(pulseRate, rate.description, .beatsPerMinute)
        case let special: text(pulseRate, special.description)
        }
    }

    /// A percentage as a ratio: two places further right, not a digit more or less.
    private mutating func ratio(_ opening: StaticString, _ word: UInt16) {
        switch SFLOAT(rawValue: word).value {
        case .number(let percent):
            let ratio = ExactDecimal(mantissa: percent.mantissa, exponent: percent.exponent - 2)
            number(opening, ratio.description, .ratio)
        case let special: text(opening, special.description)
        }
    }

    fileprivate mutating func status(_ measurement: UInt16?, _ device: UInt32?, _ amplitude: UInt16?) {
        if let amplitude { ratio(#",{"n":"pulse-amplitude-index""#, amplitude) }
        if let measurement { text(#",{"n":"measurement-status""#, Self.digits(UInt32(measurement), 4)) }
        if let device { text(#",{"n":"device-status""#, Self.digits(device, 6)) }
    }

    private static func digits(_ bits: UInt32, _ width: Int) -> String {
        let text = String(bits, radix: 16)
        return "0x" + String(repeating: "0", count: max(0, width - text.count)) + text
    }
}
