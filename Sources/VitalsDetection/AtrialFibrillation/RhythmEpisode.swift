public import VitalsModel

/// Makes episodes of a rhythm's beat-by-beat decisions: held long enough to be raised, close ones merged.
///
/// - No episode: the rhythm has to hold for `hold` without a break; then the episode begins, with its onset where the
///   rhythm began to hold.
/// - In an episode: a break ends it once it has lasted `merge` without the rhythm coming back to hold for `hold` again.
///   The end is where the break began; it is known only later, and both times are said.
public struct RhythmEpisode: Hashable, Sendable {
    /// How long the rhythm has to hold.
    public let hold: MonotonicTime.Span
    /// Breaks shorter than this do not end an episode.
    public let merge: MonotonicTime.Span
    /// Where the machine stands.
    public private(set) var state = State.none

    /// A machine without an episode.
    public init(hold: MonotonicTime.Span, merge: MonotonicTime.Span) {
        self.hold = hold
        self.merge = merge
    }

    /// Where the machine stands.
    public enum State: Hashable, Sendable {
        /// Another rhythm.
        case none
        /// The rhythm holds since then, not long enough.
        case candidate(since: MonotonicTime)
        /// An episode since its onset.
        case active(onset: MonotonicTime)
        /// The episode is interrupted since `end`; the rhythm holds again since `resumed`, if it does.
        case interrupted(onset: MonotonicTime, end: MonotonicTime, resumed: MonotonicTime?)
    }

    /// A change, in data time.
    public enum Transition: Hashable, Sendable {
        /// An episode began at `onset`; it had held long enough at `at`.
        case began(onset: MonotonicTime, at: MonotonicTime)
        /// The episode ended at `end`, which was certain at `at`.
        case ended(end: MonotonicTime, at: MonotonicTime)
        /// The episode can no longer be judged. It did not end.
        case abandoned(at: MonotonicTime)
    }

    /// Whether an episode is going on, interrupted or not.
    public var isActive: Bool {
        switch state {
        case .none, .candidate: false
        case .active, .interrupted: true
        }
    }

    /// Takes the decision on one beat.
    public mutating func update(_ isPresent: Bool, at time: MonotonicTime) -> Transition? {
        switch state {
        case .none:
            if isPresent { state = .candidate(since: time) }
        case .candidate(let since):
            guard isPresent else {
                state = .none
                return nil
            }
            let expiry = since + hold
            if time >= expiry {
                state = .active(onset: since)
                return .began(onset: since, at: expiry)
            }
        case .active(let onset):
            if !isPresent { state = .interrupted(onset: onset, end: time, resumed: nil) }
        case .interrupted(let onset, let end, let resumed):
            return resume(isPresent, at: time, onset: onset, end: end, resumed: resumed)
        }
        return nil
    }

    /// Gives up: the rhythm can no longer be judged.
    public mutating func abandon(at time: MonotonicTime) -> Transition? {
        defer { state = .none }
        return isActive ? .abandoned(at: time) : nil
    }

    private mutating func resume(
        _ isPresent: Bool, at time: MonotonicTime, onset: MonotonicTime, end: MonotonicTime, resumed: MonotonicTime?
    ) -> Transition? {
        let limit = end + merge
        guard isPresent else {
            state = .interrupted(onset: onset, end: end, resumed: nil)
            guard time >= limit else { return nil }
            state = .none
            return .ended(end: end, at: time)
        }
        let since = resumed ?? time
        if since >= limit {
            state = .candidate(since: since)
            return .ended(end: end, at: since)
        }
        state = time >= since + hold ? .active(onset: onset) : .interrupted(onset: onset, end: end, resumed: since)
        return nil
    }
}
