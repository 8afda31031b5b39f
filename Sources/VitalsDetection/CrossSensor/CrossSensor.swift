public import VitalsModel

/// Compares the heart rate of a strap with the pulse rate of an oximeter on the same subject.
///
/// **Rule.** Each reading is paired with the last one of the other sensor, when that is at most `pairingBound` old.
/// They differ when `|heart rate - pulse rate| > max(10 bpm, 10 % of the heart rate)`.
/// - *differing*: from the first pair that differs on. A pair that agrees before the delay is over ends it.
/// - *disagree* (`raised`): a pair that differs, more than `delay` (15 s) after the first. The reason is a signal's
///   quality when a reading of either sensor was refused meanwhile or the pulse is the faster one; else a pulse
///   deficit. The reason stays what it was when it was raised.
/// - `cleared`: pairs that agree, for `recoveryDelay`, without one that differs (lesson 43).
/// - Without a pair for longer than `pairingBound` a difference that is not raised begins anew. One that is raised
///   stays, until the caller abandons it.
///
/// Both are averages over some seconds, and over different ones: 15 s is longer than both.
///
/// - Unit and range: hundredths of a bpm, any `Int32`; the bound is compared in ten-thousandths, without rounding. D0.
/// - Cost: a few comparisons a reading; 150 octets.
/// - First decision: with the first pair. A disagreement is raised 15 s after it began, to the next reading.
/// - Source: pulse deficit as in clinical examination; the bounds are this project's and not validated clinically.
/// - Cannot see: which of the two is right; a disagreement while one of them is refused; two sensors that are wrong
///   alike.
public struct CrossSensor: Sendable {
    /// The detector's name and version.
    public static let identity = DetectorIdentity(name: "cross-sensor", version: 1)

    /// How far the rates may differ, and for how long.
    public let configuration: Configuration

    private var strap = Side()
    private var oximeter = Side()
    private var lastPair: MonotonicTime?
    private var differsSince: MonotonicTime?
    private var agreesSince: MonotonicTime?
    /// Whether a reading was refused since they differ.
    private var wasRefused = false
    /// What a raised disagreement points to; nil while none is raised.
    private var raised: Reason?

    /// The last reading of one sensor.
    private struct Side {
        var reading = Reading.absent(.noDataYet)
        var time: MonotonicTime?
    }

    /// A detector without history.
    public init(configuration: Configuration = Configuration()) { self.configuration = configuration }

    /// Judges one reading of one of the sensors, in hundredths of a bpm.
    ///
    /// - Parameters:
    ///   - source: which sensor.
    ///   - reading: its rate, or why there is none.
    ///   - time: when it was received. Readings come in order of time; one that is older than the last pair breaks the
    ///     difference that is under way.
    public mutating func judge(_ source: Source, _ reading: Reading, at time: MonotonicTime) -> Output {
        switch source {
        case .strap: strap = Side(reading: reading, time: time)
        case .oximeter: oximeter = Side(reading: reading, time: time)
        }
        if case .absent(let refusal) = reading {
            wasRefused = true
            return refused(refusal)
        }
        let other = source == .strap ? oximeter : strap
        guard case .value = other.reading, let otherTime = other.time else {
            if case .absent(let refusal) = other.reading { return refused(refusal) }
            return refused(.noDataYet)
        }
        let age = time - otherTime
        guard age <= configuration.pairingBound, age.microseconds >= 0 else { return refused(.signalLost) }
        guard case .value(let heartRate) = strap.reading, case .value(let pulseRate) = oximeter.reading else {
            return refused(.noDataYet)
        }
        return compare(heartRate, pulseRate, at: time)
    }

    /// Gives a disagreement up: one of the signals is gone.
    public mutating func abandon(_ refusal: Refusal, at time: MonotonicTime) -> Output {
        let wasRaised = raised != nil
        self = CrossSensor(configuration: configuration)
        return refused(refusal, wasRaised ? .abandoned(at: time) : nil)
    }

    private mutating func compare(_ heartRate: Int32, _ pulseRate: Int32, at time: MonotonicTime) -> Output {
        if let lastPair, time - lastPair > configuration.pairingBound || time < lastPair { breakOff() }
        lastPair = time
        // In ten-thousandths of a bpm: percent of hundredths needs no division. Below 2^32 · 2^31 · 2 each.
        let share = Int64(heartRate).magnitude.multipliedReportingOverflow(by: UInt64(configuration.percent))
            .partialValue
        let allowed = max(Int64(configuration.absolute) * 100, Int64(clamping: share))
        let difference = (Int64(heartRate) - Int64(pulseRate)) * 100
        let transition =
            Int64(clamping: difference.magnitude) > allowed
            ? differ(isPulseFaster: difference < 0, at: time) : agree(at: time)
        let decision: Decision =
            if let raised { agreesSince == nil ? .disagree(raised) : .agree } else {
                differsSince == nil ? .agree : .differing
            }
        return Output(
            decision: decision, transition: transition, heartRate: heartRate, pulseRate: pulseRate,
            allowedTenThousandths: allowed, since: differsSince)
    }

    private mutating func differ(isPulseFaster: Bool, at time: MonotonicTime) -> LimitDetector.Transition? {
        agreesSince = nil
        guard let since = differsSince else {
            differsSince = time
            wasRefused = false
            return nil
        }
        guard raised == nil, time - since > configuration.delay else { return nil }
        raised = wasRefused || isPulseFaster ? .signalQuality : .pulseDeficit
        return .raised(at: time)
    }

    private mutating func agree(at time: MonotonicTime) -> LimitDetector.Transition? {
        guard raised != nil else {
            differsSince = nil
            return nil
        }
        let since = agreesSince ?? time
        agreesSince = since
        guard time - since >= configuration.recoveryDelay else { return nil }
        raised = nil
        differsSince = nil
        agreesSince = nil
        return .cleared(at: since + configuration.recoveryDelay)
    }

    private mutating func breakOff() {
        agreesSince = nil
        if raised == nil { differsSince = nil }
    }

    private func refused(_ refusal: Refusal, _ transition: LimitDetector.Transition? = nil) -> Output {
        Output(decision: .notAssessed(refusal), transition: transition, since: differsSince)
    }
}
