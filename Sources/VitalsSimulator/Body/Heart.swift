/// A heart: an endless stream of beats, drawn from the subject's seed and the rhythm episodes of the plan.
///
/// The interval of a sinus beat is 60 s over the momentary rate, which wanders slowly, times 1 + a · sin(respiration) + 1/f
/// noise (the parts that Task Force of the ESC and NASPE 1996 names as high, low and very low frequency power). In atrial
/// fibrillation the intervals are independent draws from a right-skewed distribution about the ventricular rate. All of it
/// is integer arithmetic in 1/256 of a tick of 1/1024 s.
struct Heart: Sendable {
    private let parameters: HeartParameters
    private let rhythms: [PlannedEpisode]
    private let pauses: [PlannedEpisode]
    /// Microseconds from the scenario's start to the next 04:00, the trough of the daily course.
    private let trough: Int64

    private var random: RandomStream
    private var noise: PinkNoise
    /// The last beat, in 1/256 tick.
    private var position: Int64
    private var breath: UInt32
    private var rhythm = 0
    private var pause = 0
    private var sequence = Premature.none

    /// 1/256 ticks of 1/1024 s in a minute, times 1000 for rates in thousandths.
    private static let minute: Int64 = 60 * 1_024 * 256 * 1_000

    private static let shortest = VitalsSimulatorLimits.intervalMillisecondsMin * 262_144 / 1_000
    private static let longest = VitalsSimulatorLimits.intervalMillisecondsMax * 262_144 / 1_000

    /// What the last beat asks of the next.
    private enum Premature {
        case none
        /// The beat after a premature one comes at this interval.
        case compensation(Int64)
        /// So many normal beats have passed since the last premature one.
        case normal(Int)
    }

    /// The heart of a sensor's subject; `troughMicroseconds` from the start to 04:00.
    init(_ plan: SensorPlan, troughMicroseconds: Int64) {
        parameters = plan.heart
        rhythms = plan.episodes(.atrialFibrillation, .tachycardia, .bradycardia, .prematureBeats)
        pauses = plan.episodes(.pause)
        trough = troughMicroseconds
        random = RandomStream(seed: plan.subjectSeed, 10)
        noise = PinkNoise(&random)
        breath = UInt32(truncatingIfNeeded: random.next())
        // The beat before the first lies before the start, and the first after it, however short its interval.
        position = -1 - random.below(Self.shortest - 256)
    }

    /// The next beat.
    mutating func next() -> Beat {
        let previous = position >> 8
        let time = Beat.time(ofTick: previous)
        if pause < pauses.count, time >= pauses[pause].begin {
            // Rounded up to a whole tick, so that the interval is never below its length.
            position = (previous + (pauses[pause].length * 1_024 + 999) / 1_000) << 8
            defer { pause += 1 }
            return beat(after: previous, .normal, pause: pause)
        }
        let episode = rhythm(at: time)
        var interval = sinusInterval(at: time, episode)
        var kind = BeatKind.normal
        switch episode?.kind {
        case .atrialFibrillation?: interval = fibrillation(episode)
        case .prematureBeats?: (interval, kind) = premature(episode, interval)
        default: sequence = .none
        }
        interval = min(max(interval, Self.shortest), Self.longest)
        position += interval
        breath &+= UInt32(truncatingIfNeeded: interval * parameters.respiration.thousandths * 16_384 / 60_000)
        return beat(after: previous, kind, pause: nil)
    }

    /// The beat at the present position, with the rhythm in force at it.
    private mutating func beat(after previous: Int64, _ kind: BeatKind, pause: Int?) -> Beat {
        let tick = position >> 8
        let rhythm: Rhythm =
            switch rhythm(at: Beat.time(ofTick: tick))?.kind {
            case .atrialFibrillation: .atrialFibrillation
            case .tachycardia: .tachycardia
            case .bradycardia: .bradycardia
            default: .sinus
            }
        return Beat(tick: tick, interval: tick - previous, kind: kind, rhythm: rhythm, pause: pause)
    }

    /// The rhythm episode in force; time never goes back.
    private mutating func rhythm(at time: Int64) -> PlannedEpisode? {
        while rhythm < rhythms.count, rhythms[rhythm].end <= time { rhythm += 1 }
        guard rhythm < rhythms.count, rhythms[rhythm].begin <= time else { return nil }
        return rhythms[rhythm]
    }

    private mutating func sinusInterval(at time: Int64, _ episode: PlannedEpisode?) -> Int64 {
        let target = rate(at: time, episode)
        // Variations in 1/65536 of the interval; percentages are in thousandths.
        var variation = (Sine.q15(breath) * (parameters.respiratoryDepth.thousandths * 65_536 / 100_000)) >> 15
        variation += (noise.next(&random) * (parameters.variability.thousandths * 65_536 / 100_000)) >> 12
        // A fast heart is driven, not modulated: its variation is a third.
        if episode?.kind == .tachycardia { variation /= 3 }
        let mean = Self.minute / target
        return mean + (mean * variation) >> 16
    }

    /// The momentary mean rate in thousandths of a beat per minute, 25 to 220.
    private func rate(at time: Int64, _ episode: PlannedEpisode?) -> Int64 {
        let day: Int64 = 86_400_000_000
        var rate = parameters.heartRate.thousandths
        rate += (Sine.q15(phase(time, parameters.driftPeriod.microseconds)) * parameters.drift.thousandths) >> 15
        // A quarter turn before its zero the sine is at its trough.
        let daily = phase(time + day - trough % day, day) &- 1 << 30
        rate += (Sine.q15(daily) * parameters.circadian.thousandths) >> 15
        if let episode, episode.kind == .tachycardia || episode.kind == .bradycardia {
            let ramp = VitalsSimulatorLimits.rampMilliseconds * 1_000
            let progress = max(0, min(ramp, min(time - episode.begin, episode.end - time)))
            rate += (episode.heartRate - rate) * (progress / 1_000) / (ramp / 1_000)
        }
        return min(max(rate, 25_000), 220_000)
    }

    /// The phase of an oscillation, in milliseconds to keep the product inside 64 bits.
    private func phase(_ time: Int64, _ period: Int64) -> UInt32 {
        UInt32(truncatingIfNeeded: (time % period / 1_000) << 32 / (period / 1_000))
    }

    /// An interval of atrial fibrillation: mean · (1 + cv · g), g skewed to the right.
    private mutating func fibrillation(_ episode: PlannedEpisode?) -> Int64 {
        guard let episode else { return Self.longest }
        sequence = .none
        let normal = random.gaussian()
        let skewed = normal + (normal * normal / 4_096 - 4_096) / 5
        let variation = (skewed * (episode.irregularity * 65_536 / 100_000)) >> 12
        let mean = Self.minute / episode.heartRate
        // 2 s at most: longer intervals are pauses, and those are episodes of their own.
        return min(mean + (mean * variation) >> 16, 2 * 262_144)
    }

    /// The interval and the kind of the next beat among premature ones.
    private mutating func premature(_ episode: PlannedEpisode?, _ interval: Int64) -> (Int64, BeatKind) {
        guard let episode else { return (interval, .normal) }
        var passed = 0
        switch sequence {
        case .compensation(let compensation):
            sequence = .normal(1)
            return (compensation, .normal)
        case .normal(let count): passed = count
        case .none: passed = 1
        }
        let isDue =
            switch episode.pattern {
            case .isolated: random.chance(millionths: Self.chance(perMinute: episode.perMinute, interval))
            case .bigeminy: true
            case .trigeminy: passed >= 2
            }
        guard isDue else {
            sequence = .normal(passed + 1)
            return (interval, .normal)
        }
        let isVentricular = episode.origin == .ventricular
        let coupling = interval * (isVentricular ? random.within(550...650) : random.within(650...750)) / 1_000
        sequence = .compensation(isVentricular ? 2 * interval - coupling : interval * 105 / 100)
        return (coupling, isVentricular ? .ventricular : .atrial)
    }

    /// The chance in millionths that a beat is premature: those two beats in which none may come are made up for.
    private static func chance(perMinute: Int64, _ interval: Int64) -> Int64 {
        let share = perMinute * interval * 1_000 / (minute / 1_000)
        return share < 300_000 ? share * 1_000_000 / (1_000_000 - 2 * share) : 1_000_000
    }
}
