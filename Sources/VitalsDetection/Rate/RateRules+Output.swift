public import VitalsModel

extension RateRules {
    /// What one rule says.
    public enum Verdict: Hashable, Sendable {
        /// The condition does not hold.
        case absent
        /// The condition holds.
        case present
        /// It cannot be said.
        case notAssessed(Refusal)
    }

    /// The four verdicts on one notification with everything that they were made from.
    public struct Output: Hashable, Sendable, DetectorOutput {
        /// An RR interval of this notification is a pause.
        public var pause: Verdict
        /// No beat for 4 s, now or until the interval that this notification brought.
        public var asystole: Verdict
        /// The mean rate over the slow window is below its limit.
        public var bradycardia: Verdict
        /// The mean rate over the fast window is above its limit.
        public var tachycardia: Verdict
        /// The longest witnessed interval of the notification, 1/1024 s; 0 without one.
        public var longestInterval: UInt16 = 0
        /// How long notifications have come on time without an interval.
        public var beatless = MonotonicTime.Span(microseconds: 0)
        /// What the heart rate did in that time.
        public var heartRateTrend = BeatSilence.Rate.held
        /// How far the intervals are ahead of the clock.
        public var surplus = MonotonicTime.Span(microseconds: 0)
        /// The sum of the slow window's intervals, 1/1024 s.
        public var bradycardiaTicks: Int64 = 0
        /// How many beats that window may be of, if its rate is low and some were missed; else how many it has.
        public var bradycardiaBeats = 0
        /// The sum of the fast window's intervals, 1/1024 s.
        public var tachycardiaTicks: Int64 = 0

        /// The gravest condition that is present (`asystole`, `pause`, `extreme-bradycardia`, `extreme-tachycardia`),
        /// else `normal`, or `not-assessed` when no rule could be judged.
        public var decisionName: String {
            if asystole == .present { return "asystole" }
            if pause == .present { return "pause" }
            if bradycardia == .present { return "extreme-bradycardia" }
            if tachycardia == .present { return "extreme-tachycardia" }
            return refusal == nil ? "normal" : "not-assessed"
        }

        /// Why nothing could be judged; nil once one rule was. The rules' own refusals stand in their verdicts.
        public var refusal: Refusal? {
            guard case .notAssessed(let reason) = pause, case .notAssessed = asystole,
                case .notAssessed = bradycardia, case .notAssessed = tachycardia
            else { return nil }
            return reason
        }

        /// `beatlessMicroseconds`, `bradycardiaBeats`, `bradycardiaTicks`, `heartRateTrend` (0 held, 1 decayed, 2
        /// falling, 3 moving), `longestIntervalTicks`, `surplusMicroseconds`, `tachycardiaTicks`.
        public func trace(_ visit: (_ member: String, _ value: Int64) -> Void) {
            visit("beatlessMicroseconds", beatless.microseconds)
            visit("bradycardiaBeats", Int64(bradycardiaBeats))
            visit("bradycardiaTicks", bradycardiaTicks)
            visit("heartRateTrend", Int64(heartRateTrend.rawValue))
            visit("longestIntervalTicks", Int64(longestInterval))
            visit("surplusMicroseconds", surplus.microseconds)
            visit("tachycardiaTicks", tachycardiaTicks)
        }
    }
}

extension RateRules.Output {
    /// Nothing could be judged, for one reason.
    init(refusal: Refusal) {
        self.init(
            pause: .notAssessed(refusal), asystole: .notAssessed(refusal), bradycardia: .notAssessed(refusal),
            tachycardia: .notAssessed(refusal))
    }
}
