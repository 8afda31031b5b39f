extension TrendScore {
    /// What may be chosen. Values outside their ranges are taken as the nearer end.
    public struct Configuration: Hashable, Sendable {
        /// Segments of eight samples that the shape memory holds: 128 to 4,096, rounded down to a power of two.
        public var shapeSegments: Int
        /// For how many samples after a score only a greater one is let through, 0 to 10,000.
        public var restSamples: Int
        /// How many missing samples in a row leave the means as they are, 0 to 360.
        public var missingSamples: Int
        /// After how many samples at least a deviation joins its record, 0 to 1,000; for shapes rounded down to
        /// segments.
        public var recordDelay = 0
        /// The deviation per sample that no record fades below, in Q16 of the unit, 0 to 2^40. With 0 the series alone
        /// is the yardstick.
        public var floorQ16: Int64 = 0

        /// By default 2,048 segments, a rest of 100 samples and 16 missing ones, no delay and no floor: as NAB is
        /// scored.
        public init(shapeSegments: Int = 2_048, restSamples: Int = 100, missingSamples: Int = 16) {
            self.shapeSegments = shapeSegments
            self.restSamples = restSamples
            self.missingSamples = missingSamples
        }

        var boundedShapeSegments: Int {
            let range = VitalsDetectionLimits.shapeMemorySegments
            let bounded = min(max(shapeSegments, range.lowerBound), range.upperBound)
            return 1 << (Int.bitWidth - 1 - bounded.leadingZeroBitCount)
        }

        var boundedFloorQ16: Int64 { min(max(floorQ16, 0), VitalsDetectionLimits.trendFloor) }

        var boundedRecordDelay: Int {
            let range = VitalsDetectionLimits.trendRecordDelay
            return min(max(recordDelay, range.lowerBound), range.upperBound)
        }

        var boundedMissingSamples: Int {
            let range = VitalsDetectionLimits.trendMissingSamples
            return min(max(missingSamples, range.lowerBound), range.upperBound)
        }

        var boundedRestSamples: Int {
            let range = VitalsDetectionLimits.trendRestSamples
            return min(max(restSamples, range.lowerBound), range.upperBound)
        }
    }
}
