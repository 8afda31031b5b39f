/// One episode of one sensor, with its times and every parameter settled. Times are microseconds since the start.
struct PlannedEpisode: Hashable, Sendable {
    /// Numbers the episodes of a sensor in order of their begin, from 1.
    var id = 0
    let kind: EpisodeKind
    /// When it begins; a pause begins with the first beat at or after this time.
    let begin: Int64
    /// When it ends, the scenario's end at the latest; a pause ends with the beat that ends it.
    let end: Int64
    /// Beats per minute in thousandths.
    let heartRate: Int64
    /// Coefficient of variation of the intervals, in thousandths of a percent.
    let irregularity: Int64
    /// Premature beats a minute in thousandths.
    let perMinute: Int64
    let origin: PrematureOrigin
    let pattern: PrematurePattern
    /// The interval of a pause in milliseconds.
    let length: Int64
    /// The fall of SpO2 in hundredths of a percent.
    let depth: Int64
    /// Microseconds from the begin to the nadir.
    let fall: Int64
    /// Microseconds at the nadir.
    let hold: Int64
    /// Microseconds from the nadir back.
    let recovery: Int64
    /// Pulse amplitude index in hundredths of a percent.
    let amplitude: Int64
    /// Share of beats or measurements spoilt, in millionths.
    let strength: Int64
    /// Share of notifications, in millionths.
    let share: Int64
    /// The link's own word.
    let reason: String
    /// Microseconds that the gateway's wall clock steps.
    let step: Int64
    let isSynchronised: Bool
    /// Microseconds that the sensor's clock is ahead.
    let offset: Int64

    /// Settles an episode that begins at `at` milliseconds, in a scenario of `limit` microseconds.
    init(_ episode: Episode, at: Int64, limit: Int64) {
        kind = episode.kind
        begin = at * 1_000
        end = min(limit, begin + episode.lengthMilliseconds * 1_000)
        heartRate = episode.value(.heartRate)
        irregularity = episode.value(.irregularity)
        perMinute = episode.value(.perMinute)
        origin = episode.origin ?? .ventricular
        pattern = episode.pattern ?? .isolated
        length = episode.value(.length)
        depth = episode.value(.depth) / 10
        fall = episode.value(.fall) * 1_000
        hold = episode.value(.hold) * 1_000
        recovery = episode.value(.recovery) * 1_000
        amplitude = episode.value(.amplitude) / 10
        strength = episode.value(.strength) * 10
        share = episode.value(.share) * 10
        reason = episode.reason ?? "supervision-timeout"
        step = episode.value(.step) * 1_000
        isSynchronised = episode.synchronised ?? true
        offset = episode.value(.offset) * 1_000
    }
}
