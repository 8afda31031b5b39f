public import VitalsModel

/// The points that oxygen saturation and pulse contribute to an aggregate early-warning score: two of its seven
/// parameters, so that the sum is not that score and is never named as one.
///
/// **Table** (Royal College of Physicians 2017, scale 1, of the two parameters):
///
/// | Points | SpO2, % | Pulse, bpm |
/// |---|---|---|
/// | 3 | up to 91 | up to 40 |
/// | 2 | 92, 93 | |
/// | 1 | 94, 95 | 41 to 50 |
/// | 0 | from 96 | 51 to 90 |
/// | 1 | | 91 to 110 |
/// | 2 | | 111 to 130 |
/// | 3 | | from 131 |
///
/// **Inputs.** Each is the median of one minute of data time, minute k being the seconds 60k to 60k + 59 of the
/// monotonic clock, one value a second (the last one of it). The median, exact to half a hundredth, is rounded to the
/// nearest whole unit, halves upwards, as a display shows it. A median needs `minimumSeconds` seconds with a value;
/// with fewer, its points and the sum are refused, with the reason of the last reading that had none, else `gap`.
///
/// - Unit and range: hundredths of a percent and of a bpm, any `Int32`. D0: integers only.
/// - Cost: one slot a reading, one sort of 60 a minute: 0.1 µs a reading; 1 KiB.
/// - Delay: the end of the minute, with the first reading after it; the first minute is judged too.
/// - Source: National Early Warning Score 2, Royal College of Physicians (2017), chart 1.
/// - Cannot see: anything that is over within half a minute (the limits do); a scale for patients whose saturation is
///   kept low on purpose.
public struct EarlyWarning: Sendable {
    /// The detector's name and version.
    public static let identity = DetectorIdentity(name: "early-warning", version: 1)

    /// How much of a minute has to be there.
    public let configuration: Configuration

    private var spO2 = MinuteMedian()
    private var pulse = MinuteMedian()
    /// The minute that is being filled; nil before the first reading.
    private var minute: Int64?

    /// A detector without history.
    public init(configuration: Configuration = Configuration()) { self.configuration = configuration }

    /// Takes the readings of one packet.
    ///
    /// - Returns: the judgement of the last minute that had readings, when this one belongs to another; otherwise nil.
    public mutating func judge(spO2 saturation: Reading, pulse rate: Reading, at time: MonotonicTime) -> Output? {
        let (second, start) = Self.place(of: time)
        var output: Output?
        if let minute, minute != start { output = close(minute) }
        minute = start
        spO2.take(saturation, second: second)
        pulse.take(rate, second: second)
        return output
    }

    /// The recording is over or the signal is gone: judges the minute that is being filled, if any.
    public mutating func finish() -> Output? {
        defer { minute = nil }
        return minute.map { close($0) }
    }

    /// The points of a saturation in whole percent.
    public static func points(spO2 percent: Int64) -> Int {
        switch percent {
        case ...91: 3
        case ...93: 2
        case ...95: 1
        default: 0
        }
    }

    /// The points of a pulse in whole beats a minute.
    public static func points(pulse bpm: Int64) -> Int {
        switch bpm {
        case ...40: 3
        case ...50: 1
        case ...90: 0
        case ...110: 1
        case ...130: 2
        default: 3
        }
    }

    private mutating func close(_ start: Int64) -> Output {
        defer {
            spO2.reset()
            pulse.reset()
        }
        return Output(start: start, spO2: part(spO2), pulse: part(pulse))
    }

    private func part(_ median: MinuteMedian) -> Output.Part {
        let count = median.count
        guard count >= configuration.minimumSeconds, let doubled = median.doubledMedian else {
            return Output.Part(count: count, refusal: median.lastRefusal ?? .gap)
        }
        return Output.Part(count: count, doubledMedian: doubled)
    }

    /// The second within its minute, and that minute's first second; also before the clock's origin.
    private static func place(of time: MonotonicTime) -> (second: Int, minute: Int64) {
        let second = time.microseconds.floored(by: 1_000_000)
        let minute = second.floored(by: VitalsDetectionLimits.earlyWarningSeconds)
        return (Int(second - minute * VitalsDetectionLimits.earlyWarningSeconds), minute)
    }
}

extension Int64 {
    /// The quotient by a divisor above 0, rounded down also below zero.
    fileprivate func floored(by divisor: Int64) -> Int64 {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? quotient - 1 : quotient
    }
}
