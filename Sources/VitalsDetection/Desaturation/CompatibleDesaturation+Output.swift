import VitalsModel

extension CompatibleDesaturation {
    /// The fall and the upper length.
    public struct Configuration: Hashable, Sendable {
        /// The fall, hundredths of a percent, at least 100.
        public let fall: Int32
        /// The longest time from begin to recovery and to end, seconds, 10 to 3600.
        public let longest: Int64

        /// By default 3 % and 90 s. Both are brought into their ranges.
        public init(fall: Int32 = 300, longest: Int64 = 90) {
            self.fall = max(fall, 100)
            self.longest = min(max(longest, 10), VitalsDetectionLimits.compatibleSeconds)
        }
    }

    /// One desaturation, in indices of samples.
    public struct Event: Hashable, Sendable {
        /// The first sample of the fall.
        public var begin: Int64
        /// The last sample of the recovery.
        public var end: Int64

        /// A desaturation.
        public init(begin: Int64, end: Int64) {
            self.begin = begin
            self.end = end
        }
    }

    /// What a sample comes to.
    public struct Output: Hashable, Sendable, DetectorOutput {
        /// Where the search stands.
        public enum Decision: Hashable, Sendable {
            /// Nothing is under way.
            case stable
            /// A fall or a recovery is under way.
            case pending
            /// There was no sample: it counts as a missing one. `gap` with a second reading in one second.
            case notAssessed(Refusal)
        }

        /// Where the search stands.
        public var decision: Decision
        /// The index of the sample.
        public var index: Int64
        /// The sample, hundredths of a percent; nil when it is missing.
        public var value: Int32?
        /// What this sample settled, in order; two at most.
        public var settled: [Event] = []

        /// `stable`, `pending`, `desaturation` when one was settled, or `not-assessed`.
        public var decisionName: String {
            if !settled.isEmpty { return "desaturation" }
            switch decision {
            case .stable: return "stable"
            case .pending: return "pending"
            case .notAssessed: return "not-assessed"
            }
        }

        /// Why there was no sample; nil also when it settled an event.
        public var refusal: Refusal? {
            if settled.isEmpty, case .notAssessed(let refusal) = decision { refusal } else { nil }
        }

        /// `begin`, `end` of each settled event; `index`, `valueHundredths`.
        public func trace(_ visit: (_ member: String, _ value: Int64) -> Void) {
            if let event = settled.first { visit("begin", event.begin) }
            if settled.count > 1 { visit("beginSecond", settled[1].begin) }
            if let event = settled.first { visit("end", event.end) }
            if settled.count > 1 { visit("endSecond", settled[1].end) }
            visit("index", index)
            if let value { visit("valueHundredths", Int64(value)) }
        }
    }
}
