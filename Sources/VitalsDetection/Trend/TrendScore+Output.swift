extension TrendScore {
    /// Which of the five deviations.
    public enum Part: UInt8, CaseIterable, Hashable, Sendable {
        /// One sample far from the level.
        case spike
        /// A stretch that does not fit the level.
        case residual
        /// More restless or quieter than usual.
        case variability
        /// 96 samples unlike any before.
        case shape
        /// 288 samples unlike any before.
        case longShape

        /// The name in records and in text.
        public var name: String {
            switch self {
            case .spike: "spike"
            case .residual: "residual"
            case .variability: "variability"
            case .shape: "shape"
            case .longShape: "long-shape"
            }
        }
    }

    /// A deviation beside the record that it met.
    public struct Evidence: Hashable, Sendable {
        /// The deviation d, 0 or more.
        public let deviation: Int64
        /// The record r before it, 0 or more.
        public let record: Int64

        /// d/(d + r) in Q20, rounded down; 0 when both are 0. Of numbers beyond 2^42 the leading 42 bits are compared.
        public var scoreQ20: Int64 {
            let sum = deviation + record
            guard sum > 0 else { return 0 }
            let excess = max(0, Int64.bitWidth - sum.leadingZeroBitCount - 42)
            return (deviation >> excess) << 20 / (sum >> excess)
        }
    }

    /// The judgement of one sample.
    public struct Output: Hashable, Sendable, DetectorOutput {
        /// The sample as it was taken, Q16 of the unit; nil where it was missing.
        public let sample: Int64?
        /// Why there is no score.
        public internal(set) var refusal: Refusal?
        /// The score, 0 to 2^20; 0 while a greater one rests, and without a judgement.
        public internal(set) var scoreQ20: Int64 = 0
        /// |x - m₁₀|, Q26 of the unit.
        public internal(set) var spike: Evidence?
        /// The mean residual, Q27 of the unit.
        public internal(set) var residual: Evidence?
        /// |v₆ - v₁₀|, Q26 of the unit.
        public internal(set) var variability: Evidence?
        /// The least distance of 96 samples, their sum in Q16 of the unit; only where a segment ends.
        public internal(set) var shape: Evidence?
        /// The least distance of 288 samples, their sum in Q16 of the unit; only where a segment ends.
        public internal(set) var longShape: Evidence?

        init(sample: Int64?, refusal: Refusal? = nil) {
            self.sample = sample
            self.refusal = refusal
        }

        /// What a part found, if it judged this sample.
        public func evidence(_ part: Part) -> Evidence? {
            switch part {
            case .spike: spike
            case .residual: residual
            case .variability: variability
            case .shape: shape
            case .longShape: longShape
            }
        }

        /// The part with the greatest comparison, the first of equals; nil without a judgement.
        public var leading: Part? { strongest?.part }

        /// The greatest comparison before the rest, 0 to 2^20.
        public var unrestedQ20: Int64 { strongest?.scoreQ20 ?? 0 }

        private var strongest: (part: Part, scoreQ20: Int64)? {
            guard refusal == nil, let spike else { return nil }
            var strongest = (part: Part.spike, scoreQ20: spike.scoreQ20)
            func consider(_ part: Part, _ evidence: Evidence?) {
                guard let score = evidence?.scoreQ20, score > strongest.scoreQ20 else { return }
                strongest = (part, score)
            }
            consider(.residual, residual)
            consider(.variability, variability)
            consider(.shape, shape)
            consider(.longShape, longShape)
            return strongest
        }

        /// `scored`, `resting` or `not-assessed`.
        public var decisionName: String {
            if refusal != nil { return "not-assessed" }
            return scoreQ20 == unrestedQ20 ? "scored" : "resting"
        }

        /// Each part's deviation and record, the sample and the scores.
        public func trace(_ visit: (_ member: String, _ value: Int64) -> Void) {
            if let longShape {
                visit("longShapeQ16", longShape.deviation)
                visit("longShapeRecordQ16", longShape.record)
            }
            if let residual {
                visit("residualQ27", residual.deviation)
                visit("residualRecordQ27", residual.record)
            }
            if let sample { visit("sampleQ16", sample) }
            if refusal == nil { visit("scoreQ20", scoreQ20) }
            if let shape {
                visit("shapeQ16", shape.deviation)
                visit("shapeRecordQ16", shape.record)
            }
            if let spike {
                visit("spikeQ26", spike.deviation)
                visit("spikeRecordQ26", spike.record)
            }
            if refusal == nil { visit("unrestedQ20", unrestedQ20) }
            if let variability {
                visit("variabilityQ26", variability.deviation)
                visit("variabilityRecordQ26", variability.record)
            }
        }
    }
}
