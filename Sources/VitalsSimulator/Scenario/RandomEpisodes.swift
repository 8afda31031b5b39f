public import VitalsModel

/// Episodes at times drawn from the seed, within a period.
public struct RandomEpisodes: Hashable, Sendable {
    /// What happens each time; without `sensor` and `at`.
    public var episode: Episode
    /// To which sensor; as in `Episode.sensor`.
    public var sensor: SensorAddress?
    /// When the period begins.
    public var at = ScenarioSpan(milliseconds: 0)
    /// How long the period is; to the end of the scenario unless given.
    public var duration: ScenarioSpan?
    /// Mean time from one begin to the next.
    public var every: ScenarioSpan
    /// How far the times between, and each episode's own times and depth, vary: up to so many % either way.
    public var spread: ScenarioNumber = 30

    /// Episodes over the whole scenario.
    public init(_ episode: Episode, every: ScenarioSpan) {
        self.episode = episode
        self.every = every
    }
}

extension RandomEpisodes: Decodable {
    /// The keys of a `[[random]]` table.
    enum CodingKeys: String, CodingKey, CaseIterable {
        case episode, sensor, at, duration, every, spread
    }

    /// Reads a block; `every` and the table `episode` are required.
    public init(from decoder: any Decoder) throws {
        let keys = try decoder.container(keyedBy: CodingKeys.self)
        guard let episode = try keys.table(Episode.self, .episode) else {
            throw ScenarioError(
                key: keys.path(of: .episode), message: "is missing; a table [random.episode] is expected")
        }
        guard let every = try keys.value(ScenarioSpan.self, .every, expected: Expected.span) else {
            throw ScenarioError(key: keys.path(of: .every), message: "is missing; \(Expected.span) is expected")
        }
        self.init(episode, every: every)
        sensor = try keys.sensor(.sensor)
        at = try keys.span(.at, at)
        duration = try keys.value(ScenarioSpan.self, .duration, expected: Expected.span)
        spread = try keys.number(.spread, spread)
    }
}
