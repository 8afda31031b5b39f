extension TrendDetector {
    /// How slots are made and judged. Values outside their ranges are taken as the nearer end.
    public struct Configuration: Hashable, Sendable {
        /// The length of a slot in whole seconds of data time, 1 to 60.
        public var slotSeconds: Int64 = 10
        /// The score from which a slot counts as changed, 0 to 2^20: by default 0.65, a deviation of 1.86 records.
        public var thresholdQ20: Int64 = 681_574
        /// Slots with a sample before anything is decided, 1 to 1,440; by default an hour of ten-second slots.
        public var warmUpSlots = 360
        /// For how many slots after a change only one that stands out twice as far is another, 0 to 10,000; by default
        /// 17 minutes of ten-second slots.
        public var restSlots = 100
        /// The score's own configuration; its unit is the hundredth.
        public var score: TrendScore.Configuration

        /// The defaults over a floor in hundredths of the unit: 512 segments of shape memory (11 hours), deviations
        /// join their records after 10 to 20 minutes.
        public init(floor: Int32) {
            score = TrendScore.Configuration(shapeSegments: 512)
            score.recordDelay = 64
            score.floorQ16 = Int64(floor) << 16
        }

        /// The defaults for a quantity: no record below 5 bpm or 2 %.
        public static func standard(for quantity: MonitoredQuantity) -> Configuration {
            switch quantity {
            case .heartRate, .pulseRate: Configuration(floor: 5_00)
            case .spO2: Configuration(floor: 2_00)
            }
        }

        /// The length of a slot in microseconds.
        var slotLength: Int64 {
            let range = VitalsDetectionLimits.trendSlotSeconds
            return min(max(slotSeconds, range.lowerBound), range.upperBound) * 1_000_000
        }

        var boundedRestSlots: Int {
            let range = VitalsDetectionLimits.trendRestSamples
            return min(max(restSlots, range.lowerBound), range.upperBound)
        }

        var boundedWarmUpSlots: Int {
            let range = VitalsDetectionLimits.trendWarmUpSlots
            return min(max(warmUpSlots, range.lowerBound), range.upperBound)
        }
    }
}
