public import VitalsModel

/// Desaturations of SpO2 against the level before them, with the index of them per hour; also long ones, while they
/// last.
///
/// **Rule.** The baseline is the greatest clean reading of the last 120 s of clean signal. A reading is clean when it
/// may be judged; the time between two of them counts as signal when it is at most `absenceBound`.
/// - *pending*: the first reading at `fall` (3 %) or more below the baseline. The baseline stays what it was then.
/// - *ongoing* (`confirmed`): `shortest` (10 s) after that, SpO2 has not recovered. There is no upper length.
/// - *over* (`ended`): SpO2 is two thirds of the way from the nadir back to the baseline, `3 · (SpO2 - nadir) >= 2 ·
///   (baseline - nadir)`, so that a deep desaturation does not end with a rise that is small beside it, and each of a
///   train of partly recovered ones is counted; and stays there for `recoveryDelay`, so that one flicker ends nothing
///   (lesson 43). It ends with the first recovered reading, and the baseline window begins anew after it.
/// - A recovery before `shortest` makes it no desaturation, as does a gap of more than `absenceBound` while pending.
///   One that is on is carried over a gap of up to `gapBound`, then abandoned at its last reading: it was one, and
///   counts. The baseline window stands still while it is on, and does not take its readings.
/// - It is *deep* once `shortest` has passed since its first reading at `deepFall` (4 %) or more below the baseline.
///   ODI3 counts all of them, ODI4 the deep ones, per hour of valid signal.
///
/// - Unit and range: SpO2 in hundredths of a percent, any `Int32`. D0: integers only.
/// - Cost: O(1) amortised a reading, 0.08 µs; 8 KiB at most.
/// - First decision: after 10 s of clean signal. A desaturation is confirmed 10 s after its onset, to the next reading.
/// - Source: AASM Manual for the Scoring of Sleep (falls of 3 and 4 %, 10 s); the 120 s and the open end are this
///   project's. `CompatibleDesaturation` has the published definition with its limit of 90 s.
/// - Cannot see: a fall slower than 3 % in 120 s, which the baseline follows; a fall during a gap; what SpO2 did
///   before the first reading.
public struct Desaturation: Sendable {
    /// The detector's name and version.
    public static let identity = DetectorIdentity(name: "desaturation", version: 1)

    /// What a desaturation is.
    public let configuration: Configuration

    private var window: BaselineWindow
    private var phase = Phase.stable
    private var event: Event?
    /// Since when SpO2 has been recovered; nil while it is not.
    private var recoveredSince: MonotonicTime?
    /// Since when it has been below by the second fall; nil before.
    private var deepSince: MonotonicTime?
    private var lastReading: MonotonicTime?
    /// The clock of valid signal, which stands still without it.
    private var valid = MonotonicTime(microseconds: 0)
    /// The clock of the baseline, which also stands still while a desaturation is on.
    private var clean = MonotonicTime(microseconds: 0)
    /// What the latter said at the first reading of the baseline window.
    private var warmingSince = MonotonicTime(microseconds: 0)
    private var isWarm = false
    private var events: Int64 = 0
    private var deepEvents: Int64 = 0

    private enum Phase: Hashable { case stable, pending, ongoing }

    /// A detector without history.
    public init(configuration: Configuration = Configuration()) {
        self.configuration = configuration
        window = BaselineWindow(length: configuration.baseline)
    }

    /// Judges one reading of SpO2, in hundredths of a percent, received at `time`.
    public mutating func judge(_ reading: Reading, at time: MonotonicTime) -> Output {
        let transition = passGap(until: time)
        switch reading {
        case .absent(let refusal): return output(.notAssessed(refusal), transition)
        case .value(let value): return judge(value, at: time, transition)
        }
    }

    /// Gives up what is on because it can no longer be followed. The baseline stays as long as it is young enough.
    public mutating func abandon(_ refusal: Refusal, at time: MonotonicTime) -> Output {
        output(.notAssessed(refusal), giveUp())
    }

    private mutating func judge(_ value: Int32, at time: MonotonicTime, _ given: Transition?) -> Output {
        if let lastReading, time > lastReading, time - lastReading <= configuration.absenceBound {
            valid = valid + (time - lastReading)
            if phase != .ongoing { clean = clean + (time - lastReading) }
        }
        lastReading = time
        window.expire(clean: clean, at: time)
        warmUp()
        let baseline = event?.baseline ?? window.maximum
        let transition = (phase == .stable ? begin(value, at: time) : follow(value, at: time)) ?? given
        if phase != .ongoing { window.push(value, clean: clean, at: time) }
        let decision: Decision =
            switch phase {
            case .stable: isWarm ? .stable : .notAssessed(.warmingUp)
            case .pending: .pending
            case .ongoing: .ongoing
            }
        return output(decision, transition, value, baseline)
    }

    private mutating func warmUp() {
        if window.maximum == nil {
            isWarm = false
            warmingSince = clean
        } else {
            isWarm = isWarm || clean - warmingSince >= VitalsDetectionLimits.baselineWarmUp
        }
    }
}

/// The course of one desaturation.
extension Desaturation {
    private mutating func begin(_ value: Int32, at time: MonotonicTime) -> Transition? {
        guard isWarm, let baseline = window.maximum, Int64(baseline) - Int64(value) >= Int64(configuration.fall)
        else { return nil }
        phase = .pending
        event = Event(begin: time, end: nil, baseline: baseline, nadir: value, isDeep: false)
        return follow(value, at: time)
    }

    private mutating func follow(_ value: Int32, at time: MonotonicTime) -> Transition? {
        guard var current = event else { return nil }
        current.nadir = min(current.nadir, value)
        if Int64(current.baseline) - Int64(value) >= Int64(configuration.deepFall) { deepSince = deepSince ?? time }
        // In 64 bits: three times a difference of two 32-bit numbers.
        let isRecovered = 3 * (Int64(value) - Int64(current.nadir)) >= 2 * current.depth
        recoveredSince = isRecovered ? recoveredSince ?? time : nil
        let known = recoveredSince ?? time
        if let deepSince, known - deepSince >= configuration.shortest { current.isDeep = true }
        event = current
        var transition: Transition?
        if phase == .pending, known - current.begin >= configuration.shortest {
            phase = .ongoing
            events = events.addingSaturating(1)
            transition = .confirmed(current)
        }
        guard let recoveredSince, time - recoveredSince >= configuration.recoveryDelay else { return transition }
        let wasEvent = phase == .ongoing
        let over = finish(at: recoveredSince)
        window.reset()
        return wasEvent ? over.map { .ended($0) } : nil
    }

    /// What a gap does: a pending fall is dropped, a desaturation that is on is abandoned once the gap is too long.
    private mutating func passGap(until time: MonotonicTime) -> Transition? {
        guard let lastReading else { return nil }
        let gap = time - lastReading
        guard gap > configuration.absenceBound || gap.microseconds < 0 else { return nil }
        recoveredSince = nil
        if phase == .ongoing, gap <= configuration.gapBound, gap.microseconds >= 0 { return nil }
        return giveUp()
    }

    private mutating func giveUp() -> Transition? {
        guard phase == .ongoing else {
            _ = finish(at: nil)
            return nil
        }
        return finish(at: lastReading).map { .abandoned($0) }
    }

    /// Ends what is pending or on, and returns it as it ended.
    private mutating func finish(at end: MonotonicTime?) -> Event? {
        if phase == .ongoing, event?.isDeep == true { deepEvents = deepEvents.addingSaturating(1) }
        event?.end = end
        defer { event = nil }
        phase = .stable
        recoveredSince = nil
        deepSince = nil
        return event
    }

    private func output(
        _ decision: Decision, _ transition: Transition?, _ value: Int32? = nil, _ baseline: Int32? = nil
    ) -> Output {
        var shown = event
        switch transition {
        case .confirmed(let event), .ended(let event), .abandoned(let event): shown = event
        case nil: break
        }
        return Output(
            decision: decision, transition: transition, value: value, baseline: baseline, event: shown, events: events,
            deepEvents: deepEvents + (phase == .ongoing && event?.isDeep == true ? 1 : 0),
            validTime: valid - MonotonicTime(microseconds: 0))
    }
}
