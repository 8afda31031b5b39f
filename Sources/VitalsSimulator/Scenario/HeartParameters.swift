/// The heart of a subject at rest.
public struct HeartParameters: Hashable, Sendable {
    /// Mean heart rate in beats per minute.
    public var heartRate: ScenarioNumber = 62
    /// Amplitude of the slow wander of the heart rate, in beats per minute.
    public var drift: ScenarioNumber = 3
    /// Period of the slow wander; a sleep cycle unless given.
    public var driftPeriod = ScenarioSpan.minutes(90)
    /// Amplitude of the daily course, in beats per minute; lowest at 04:00.
    public var circadian: ScenarioNumber = 0
    /// Breaths per minute.
    public var respiration: ScenarioNumber = 14
    /// Respiratory sinus arrhythmia: amplitude in % of the interval.
    public var respiratoryDepth: ScenarioNumber = 3
    /// 1/f noise of the interval: standard deviation in % of the interval.
    public var variability: ScenarioNumber = 2

    /// A healthy adult at rest.
    public init() {}
}

extension HeartParameters: Decodable {
    /// The keys of a `[sensor.heart]` table.
    enum CodingKeys: String, CodingKey, CaseIterable {
        case heartRate = "heart_rate"
        case drift
        case driftPeriod = "drift_period"
        case circadian, respiration
        case respiratoryDepth = "respiratory_depth"
        case variability
    }

    /// Reads what is given and keeps the defaults of the rest.
    public init(from decoder: any Decoder) throws {
        let keys = try decoder.container(keyedBy: CodingKeys.self)
        self.init()
        heartRate = try keys.number(.heartRate, heartRate)
        drift = try keys.number(.drift, drift)
        driftPeriod = try keys.span(.driftPeriod, driftPeriod)
        circadian = try keys.number(.circadian, circadian)
        respiration = try keys.number(.respiration, respiration)
        respiratoryDepth = try keys.number(.respiratoryDepth, respiratoryDepth)
        variability = try keys.number(.variability, variability)
    }
}
