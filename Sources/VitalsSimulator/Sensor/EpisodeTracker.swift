/// The episodes of one sensor as time passes: which are in force, and what begins or ends next.
struct EpisodeTracker: Sendable {
    /// Episodes in force, in order of their begin, each with the tally at its begin.
    private(set) var active: [(episode: PlannedEpisode, tally: SensorTally)] = []
    private let episodes: [PlannedEpisode]
    private var next = 0
    private var linkLosses: ArraySlice<Int64>

    /// What comes next on the way through the episodes.
    enum Step: Sendable {
        case begin(PlannedEpisode)
        case end(PlannedEpisode, since: SensorTally)
    }

    /// Pauses are not tracked here: their times are those of beats.
    init(_ plan: SensorPlan) {
        episodes = plan.episodes.filter { $0.kind != .pause }
        linkLosses = plan.episodes(.linkLoss).map(\.begin)[...]
    }

    /// When the next episode begins or ends; nil when none is left.
    var nextTime: Int64? {
        let begin = next < episodes.count ? episodes[next].begin : nil
        let end = active.map(\.episode.end).min()
        guard let begin, let end else { return begin ?? end }
        return min(begin, end)
    }

    /// The next begin or end; at equal times what ends comes first.
    mutating func advance(_ tally: SensorTally) -> Step? {
        guard let time = nextTime else { return nil }
        if let index = active.firstIndex(where: { $0.episode.end == time }) {
            let (episode, since) = active.remove(at: index)
            return .end(episode, since: since)
        }
        defer { next += 1 }
        if episodes[next].kind == .linkLoss { linkLosses.removeFirst() }
        active.append((episodes[next], tally))
        return .begin(episodes[next])
    }

    /// The episode of a kind in force.
    func current(_ kind: EpisodeKind) -> PlannedEpisode? { active.first { $0.episode.kind == kind }?.episode }

    /// When the next link loss begins; nil when none is left.
    var nextLinkLoss: Int64? { linkLosses.first }

    /// What the episodes in force mean for a measurement.
    var condition: SensorCondition { SensorCondition(active.lazy.map(\.episode)) }
}
