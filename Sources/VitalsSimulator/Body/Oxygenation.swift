/// The oxygen saturation of the arterial blood: a baseline with 1/f noise, less the desaturations of the plan.
struct Oxygenation: Sendable {
    private let baseline: Int64
    private let variability: Int64
    private let episodes: [PlannedEpisode]
    private var random: RandomStream
    private var noise: PinkNoise
    private var next = 0

    init(_ plan: SensorPlan) {
        baseline = plan.specification.oximeter.spO2.hundredths
        variability = plan.specification.oximeter.variability.thousandths / 10
        episodes = plan.episodes(.desaturation)
        random = RandomStream(seed: plan.subjectSeed, 20)
        noise = PinkNoise(&random)
    }

    /// SpO2 in hundredths of a percent, 30 to 100 %; called once a measurement, at times that never go back.
    mutating func spO2(at time: Int64) -> Int64 {
        while next < episodes.count, episodes[next].end <= time { next += 1 }
        var value = baseline + (noise.next(&random) * variability) / 4_096
        if next < episodes.count { value -= Self.fall(of: episodes[next], at: time) }
        return min(max(value, 3_000), 10_000)
    }

    /// How far a desaturation lowers SpO2 at a time, in hundredths of a percent: down in a straight line, held, and up.
    static func fall(of episode: PlannedEpisode, at time: Int64) -> Int64 {
        let elapsed = time - episode.begin
        let left = episode.fall + episode.hold + episode.recovery - elapsed
        guard elapsed > 0, left > 0 else { return 0 }
        if elapsed < episode.fall { return episode.depth * (elapsed / 1_000) / (episode.fall / 1_000) }
        return left >= episode.recovery ? episode.depth : episode.depth * (left / 1_000) / (episode.recovery / 1_000)
    }
}
