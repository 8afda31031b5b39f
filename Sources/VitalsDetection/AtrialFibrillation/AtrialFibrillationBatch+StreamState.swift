import VitalsKernels
import VitalsModel

extension AtrialFibrillationBatch {
    /// What a stream keeps beside its place in a block; untouched by beats that are plainly of another rhythm.
    struct StreamState: Sendable {
        private(set) var episode: RhythmEpisode
        /// What the last judged beat changed in it.
        private(set) var transition: RhythmEpisode.Transition?
        /// The decision about the beat before the last judged one.
        private(set) var wasPresent = false
        private var isPresent = false
        /// Why the window is not full: it never was, or a gap emptied it.
        private var refusalUntilFull = Refusal.warmingUp

        init(_ configuration: AtrialFibrillation.Configuration) {
            episode = RhythmEpisode(hold: configuration.hold, merge: configuration.merge)
        }

        /// Which next decision would leave everything here as it is.
        enum Course: UInt8, Sendable {
            /// None: something is about to change.
            case changing
            /// That it is absent: another rhythm goes on.
            case absent
            /// That it is present: an episode goes on.
            case present
        }

        /// The stream's course after its last beat.
        var course: Course {
            guard transition == nil, isPresent == wasPresent else { return .changing }
            switch episode.state {
            case .none: return isPresent ? .changing : .absent
            case .active: return isPresent ? .present : .changing
            case .candidate, .interrupted: return .changing
            }
        }

        /// Judges a beat by what its block found.
        mutating func judge(
            _ beat: (interval: UInt16, time: MonotonicTime), _ flags: UInt8, _ sums: borrowing Span<Int32>,
            _ octets: borrowing Span<UInt8>, _ lane: Int, _ bounds: Bounds
        ) -> AtrialFibrillation.Decision {
            transition = nil
            if beat.interval == 0 { return .notAssessed(.invalidValue) }
            if flags == 0 { return .notAssessed(octets[RhythmFigure.count, lane] == 0 ? refusalUntilFull : .gap) }
            guard flags & RhythmFlag.isFull != 0 else { return .notAssessed(refusalUntilFull) }
            wasPresent = isPresent
            isPresent =
                bounds.begins(sums, octets, lane, flags) || wasPresent && bounds.goesOn(sums, octets, lane)
            transition = episode.update(isPresent, at: beat.time)
            return isPresent ? .present : .absent
        }

        /// The stream's windows were emptied.
        mutating func forget(at time: MonotonicTime) -> RhythmEpisode.Transition? {
            isPresent = false
            refusalUntilFull = .gap
            return episode.abandon(at: time)
        }
    }
}
