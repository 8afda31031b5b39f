public import VitalsModel

extension TrendDetector {
    /// What a slot comes to.
    public enum Decision: Hashable, Sendable {
        /// Nothing that this stream has not done lately.
        case steady
        /// Something new, and this was not reported before; the part of the score that says so.
        case changed(TrendScore.Part)
        /// Something new, but something at least as new was reported a short time before.
        case settling
        /// The slot cannot be judged.
        case notAssessed(Refusal)
    }

    /// The judgement of one slot.
    public struct Output: Hashable, Sendable, DetectorOutput {
        /// The beginning of the slot.
        public let start: MonotonicTime
        /// Its end.
        public let end: MonotonicTime
        /// Valid readings in it.
        public let readings: Int
        /// The score with its parts; samples in Q16 of a hundredth of the unit.
        public let score: TrendScore.Output
        /// The score from which it counts as changed.
        public let thresholdQ20: Int64
        /// The decision, or why there is none.
        public let decision: Decision

        /// `steady`, `changed`, `settling` or `not-assessed`.
        public var decisionName: String {
            switch decision {
            case .steady: "steady"
            case .changed: "changed"
            case .settling: "settling"
            case .notAssessed: "not-assessed"
            }
        }

        /// Why there is no judgement.
        public var refusal: Refusal? {
            if case .notAssessed(let refusal) = decision { refusal } else { nil }
        }

        /// The slot, the members of the score and its leading part by number (0 spike, 1 residual, 2 variability, 3
        /// shape, 4 long shape).
        public func trace(_ visit: (_ member: String, _ value: Int64) -> Void) {
            var own: [(member: String, value: Int64)] = [("endMicroseconds", end.microseconds)]
            if let leading = score.leading { own.append(("leadingPart", Int64(leading.rawValue))) }
            own.append(("readings", Int64(readings)))
            own.append(("startMicroseconds", start.microseconds))
            own.append(("thresholdQ20", thresholdQ20))
            var next = own.startIndex
            score.trace { member, value in
                while next < own.endIndex, own[next].member < member {
                    visit(own[next].member, own[next].value)
                    next += 1
                }
                visit(member, value)
            }
            for (member, value) in own[next...] { visit(member, value) }
        }
    }
}
