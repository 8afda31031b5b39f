/// What bears upon a measurement at its moment, apart from the body's own rhythm and saturation.
struct SensorCondition: Sendable {
    /// The sensor touches the body.
    var hasContact = true
    /// The share of beats and measurements that motion spoils, in millionths; 0 without motion.
    var motion: Int64 = 0
    /// The strap sends no intervals.
    var withholdsIntervals = false
    /// The pulse amplitude index under low perfusion, in hundredths of a percent.
    var lowPerfusion: Int64?

    /// The condition under the episodes in force.
    init(_ episodes: some Sequence<PlannedEpisode>) {
        for episode in episodes {
            switch episode.kind {
            case .contactLoss: hasContact = false
            case .motion: motion = episode.strength
            case .withheldIntervals: withholdsIntervals = true
            case .lowPerfusion: lowPerfusion = episode.amplitude
            default: break
            }
        }
    }
}
