import VitalsModel

/// The gateway's wall clock: its steps and its synchronisation, in order of time.
struct GatewayModel: Sendable {
    private var queue = OutputQueue()

    /// All of it is known ahead: two entries an episode, and the plan bounds the episodes.
    init(_ episodes: [PlannedEpisode], end: Int64) {
        for episode in episodes {
            let id = episode.id
            queue.add(.truth(.episodeBegan(id: id, episode.kind)), at: episode.begin)
            switch episode.kind {
            case .unsynchronisedClock:
                add(step: 0, isSynchronised: false, at: episode.begin)
                // An episode that the end of the scenario cuts off never comes to its step.
                if episode.end < end { add(step: episode.step, isSynchronised: true, at: episode.end) }
            default: add(step: episode.step, isSynchronised: episode.isSynchronised, at: episode.begin)
            }
            let ended = TruthEvent.Kind.episodeEnded(id: id, episode.kind, SensorTally(), interval: nil)
            queue.add(.truth(ended), at: episode.end)
        }
    }

    private mutating func add(step: Int64, isSynchronised: Bool, at time: Int64) {
        queue.add(.event(.clock(stepMicroseconds: step, isSynchronised: isSynchronised)), at: time)
        queue.add(.truth(.clock(stepMicroseconds: step, isSynchronised: isSynchronised)), at: time)
    }

    /// What happens next.
    var head: OutputQueue.Entry? { queue.head }

    /// Takes it.
    mutating func removeHead() { queue.removeHead() }
}
