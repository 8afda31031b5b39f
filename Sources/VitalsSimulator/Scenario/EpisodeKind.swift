/// What can happen in a scenario.
public enum EpisodeKind: String, CaseIterable, Sendable {
    /// Irregularly irregular rhythm.
    case atrialFibrillation = "atrial-fibrillation"
    /// Beats that come early: single, or every second or third.
    case prematureBeats = "premature-beats"
    /// One interval of at least 3 s.
    case pause
    /// A fast regular rhythm.
    case tachycardia
    /// A slow regular rhythm.
    case bradycardia
    /// A fall of SpO2, a hold at its nadir, and a recovery.
    case desaturation
    /// A weak pulse: the pulse amplitude index falls and the oximeter says so.
    case lowPerfusion = "low-perfusion"
    /// The sensor is moved: beats are missed or seen twice, SpO2 is doubtful and marked so.
    case motion
    /// The strap sends its heart rate, which goes on, and no intervals.
    case withheldIntervals = "withheld-intervals"
    /// The sensor does not touch the body.
    case contactLoss = "contact-loss"
    /// A share of the notifications never arrives, although the link stays up.
    case droppedNotifications = "dropped-notifications"
    /// The link goes down and comes back.
    case linkLoss = "link-loss"
    /// A share of the notifications is too short for what its flags declare.
    case malformed
    /// Every notification repeats the last one.
    case frozen
    /// The link is up and nothing arrives.
    case silence
    /// The gateway's wall clock jumps.
    case clockStep = "clock-step"
    /// The gateway's wall clock is not synchronised, and steps when it is again.
    case unsynchronisedClock = "unsynchronised-clock"
    /// The sensor's clock is wrong.
    case wrongSensorClock = "wrong-sensor-clock"

    /// Whom an episode befalls.
    enum Scope: Sendable {
        /// A subject: every sensor that shares the heart.
        case subject
        /// An oximeter.
        case oximeter
        /// Any sensor.
        case sensor
        /// The gateway.
        case gateway
    }

    /// Whom episodes of this kind befall.
    var scope: Scope {
        switch self {
        case .atrialFibrillation, .prematureBeats, .pause, .tachycardia, .bradycardia: .subject
        case .desaturation, .lowPerfusion: .oximeter
        case .motion, .withheldIntervals, .contactLoss, .droppedNotifications, .linkLoss, .malformed, .frozen, .silence,
            .wrongSensorClock:
            .sensor
        case .clockStep, .unsynchronisedClock: .gateway
        }
    }

    /// Episodes of kinds that exclude each other on one sensor have the same group: a heart has one rhythm at a time.
    var group: EpisodeKind {
        switch self {
        case .prematureBeats, .tachycardia, .bradycardia: .atrialFibrillation
        default: self
        }
    }

    /// Least free time before an episode of the same group, in milliseconds.
    var separationMilliseconds: Int64 {
        switch self {
        case .linkLoss: VitalsSimulatorLimits.linkUpMillisecondsMin
        // A pause begins with the first beat at or after its time.
        case .pause: VitalsSimulatorLimits.intervalMillisecondsMax
        default: 0
        }
    }

    /// The episode has a length of its own instead of a `duration`.
    var hasOwnLength: Bool { self == .pause || self == .desaturation || self == .clockStep }
}

/// A parameter that episodes of a kind may have, with its range and default in thousandths or milliseconds.
struct EpisodeParameter: Sendable {
    let key: Episode.CodingKeys
    /// Allowed values, inclusive.
    let range: ClosedRange<Int64>
    /// The value when the key is absent; nil when the key is required.
    let fallback: Int64?
    /// The unit in an error; empty for a length of time.
    let unit: String

    static func number(
        _ key: Episode.CodingKeys, _ range: ClosedRange<Int64>, _ unit: String, _ fallback: Int64? = nil
    ) -> EpisodeParameter {
        EpisodeParameter(key: key, range: range, fallback: fallback, unit: unit)
    }

    static func span(
        _ key: Episode.CodingKeys, _ range: ClosedRange<Int64>, _ fallback: Int64? = nil
    ) -> EpisodeParameter {
        EpisodeParameter(key: key, range: range, fallback: fallback, unit: "")
    }
}

extension EpisodeKind {
    /// The numeric parameters of this kind besides `duration`.
    var parameters: [EpisodeParameter] { Self.table[self] ?? [] }

    /// Clocks are wrong by decades at most: an unset one starts at 1970 or 2000.
    private static let clockRange: ClosedRange<Int64> = -1_900_000_000_000...1_900_000_000_000

    private static let table: [EpisodeKind: [EpisodeParameter]] = [
        .atrialFibrillation: [
            .number(.heartRate, 40_000...200_000, "bpm", 105_000), .number(.irregularity, 10_000...40_000, "%", 22_000),
        ],
        .prematureBeats: [.number(.perMinute, 100...20_000, "per minute", 6_000)],
        .pause: [.span(.length, 3_000...20_000, 3_400)],
        .tachycardia: [.number(.heartRate, 100_000...210_000, "bpm", 150_000)],
        .bradycardia: [.number(.heartRate, 25_000...60_000, "bpm", 35_000)],
        .desaturation: [
            .number(.depth, 1_000...60_000, "%", 5_000), .span(.fall, 1_000...600_000, 20_000),
            .span(.hold, 0...28_800_000, 10_000), .span(.recovery, 1_000...600_000, 15_000),
        ],
        .lowPerfusion: [.number(.amplitude, 0...5_000, "%", 300)],
        .motion: [.number(.strength, 1_000...100_000, "%", 20_000)],
        .droppedNotifications: [.number(.share, 100...100_000, "%", 10_000)],
        .malformed: [.number(.share, 100...100_000, "%", 5_000)],
        .clockStep: [.span(.step, clockRange)],
        .unsynchronisedClock: [.span(.step, clockRange, 0)],
        .wrongSensorClock: [.span(.offset, clockRange)],
    ]
}
