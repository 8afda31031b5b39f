public import VitalsModel

/// What is to be simulated: sensors, the bodies that wear them, and what happens to both.
///
/// A scenario is read from a file (docs/simulator.md) or built in code; `validate` is what makes it usable, and the
/// simulator calls it. The shortest one has a duration and a sensor's address.
public struct Scenario: Hashable, Sendable {
    /// A name for people.
    public var name = "scenario"
    /// What the gateway's wall clock says at the start.
    public var start = WallTime(microseconds: 1_767_225_600_000_000)
    /// The length of the simulation.
    public var duration: ScenarioSpan
    /// The seed to use unless the caller names another.
    public var seed: Int64 = 1
    /// The sensors, in the order in which equal times are delivered.
    public var sensors: [SensorSpecification]
    /// What happens at a stated time.
    public var episodes: [Episode] = []
    /// What happens at times drawn from the seed.
    public var random: [RandomEpisodes] = []

    /// A scenario without episodes that starts at 2026-01-01T00:00:00Z.
    public init(duration: ScenarioSpan, sensors: [SensorSpecification]) {
        self.duration = duration
        self.sensors = sensors
    }
}

extension Scenario: Decodable {
    /// The keys of the top level.
    enum CodingKeys: String, CodingKey, CaseIterable {
        case name, start, duration, seed, random
        case sensors = "sensor"
        case episodes = "episode"
    }

    /// Reads a scenario; a wrong type is a `ScenarioError` that names the key. Ranges are checked by `validate`.
    public init(from decoder: any Decoder) throws {
        let keys = try decoder.container(keyedBy: CodingKeys.self)
        guard let duration = try keys.value(ScenarioSpan.self, .duration, expected: Expected.span) else {
            throw ScenarioError(key: keys.path(of: .duration), message: "is missing; \(Expected.span) is expected")
        }
        self.init(duration: duration, sensors: try keys.tables(SensorSpecification.self, .sensors))
        name = try keys.text(.name) ?? name
        seed = try keys.whole(.seed, seed)
        episodes = try keys.tables(Episode.self, .episodes)
        random = try keys.tables(RandomEpisodes.self, .random)
        if let text = try keys.text(.start) {
            guard let time = WallTime(rfc3339: text) else {
                throw ScenarioError(
                    key: keys.path(of: .start), message: "a time such as \"2026-11-21T21:00:00Z\" is expected")
            }
            start = time
        }
    }

    /// The known keys of every table, sorted, by the table's path without indexes (`""`, `sensor`, `sensor.heart`, …), for
    /// a caller that refuses unknown ones.
    public static let knownKeys: [String: [String]] = [
        "": names(CodingKeys.self),
        "sensor": names(SensorSpecification.CodingKeys.self),
        "sensor.heart": names(HeartParameters.CodingKeys.self),
        "sensor.strap": names(StrapParameters.CodingKeys.self),
        "sensor.oximeter": names(OximeterParameters.CodingKeys.self),
        "sensor.link": names(LinkParameters.CodingKeys.self),
        "sensor.device": names(DeviceParameters.CodingKeys.self),
        "episode": names(Episode.CodingKeys.self),
        "random": names(RandomEpisodes.CodingKeys.self),
        "random.episode": names(Episode.CodingKeys.self),
    ]

    private static func names<Key: CodingKey & CaseIterable>(_ type: Key.Type) -> [String] {
        Key.allCases.map(\.stringValue).sorted()
    }
}
