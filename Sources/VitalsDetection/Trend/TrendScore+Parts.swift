extension TrendScore {
    /// The constants of version 1.
    enum Scales {
        /// The record fades by 2^-13 a sample: to a third in 8,192 samples.
        static let fade: Int64 = 13
        /// 2^3 samples make a segment of the shape memory.
        static let segmentShift: Int64 = 3
        /// Segments in the shorter shape.
        static let shortShape = 12
        /// Segments in the longer shape.
        static let longShape = 36
        /// The level that residuals are taken from: 2^7 samples.
        static let residualLevel: Int64 = 7
        /// The mean of the residuals: 2^4 samples.
        static let residualMean: Int64 = 4
        /// The mean of the newest differences: 2^6 samples.
        static let differences: Int64 = 6
        /// The long means, of level and differences: 2^10 samples.
        static let long: Int64 = 10
        /// From Q16 to the unit of `spike` and `variability`.
        static let spikeShift = long
        /// From Q16 to the unit of `residual`.
        static let residualShift = residualLevel + residualMean
        /// Samples by which the means have left their beginning.
        static let warmUpSamples = 50
    }

    /// The exponential means.
    struct Parts: Hashable, Sendable {
        private var level: ExponentialMean
        private var longLevel: ExponentialMean
        private var residual = ExponentialMean(shift: Scales.residualMean)
        private var difference = ExponentialMean(shift: Scales.differences)
        private var longDifference = ExponentialMean(shift: Scales.long)
        private var previous: Int64

        /// Means of a series that has always been one value.
        init(startingAt value: Int64) {
            level = ExponentialMean(of: value, shift: Scales.residualLevel)
            longLevel = ExponentialMean(of: value, shift: Scales.long)
            previous = value
        }

        /// The deviations of a sample from the means before it, and the means after it.
        func deviations(of value: Int64) -> Deviations {
            var next = self
            next.residual.update(with: abs((value << level.shift) - level.sum))
            let step = abs(value - previous)
            next.difference.update(with: step)
            next.longDifference.update(with: step)
            next.level.update(with: value)
            next.longLevel.update(with: value)
            next.previous = value
            return Deviations(
                spike: abs((value << longLevel.shift) - longLevel.sum),
                residual: next.residual.sum,
                variability: abs(
                    next.difference.sum << (longDifference.shift - next.difference.shift) - longDifference.sum),
                next: next)
        }
    }

    /// What a sample deviates by.
    struct Deviations {
        /// Q26 of the unit.
        let spike: Int64
        /// Q27 of the unit: a mean of Q23 kept as a sum of 2^4.
        let residual: Int64
        /// Q26 of the unit.
        let variability: Int64
        /// The means with the sample taken in.
        let next: Parts
    }

    /// The shape memory with the distances over its two lengths.
    struct Shapes: Sendable {
        private(set) var memory: ShapeMemory
        var short: ShapeMemory.Distances
        var long: ShapeMemory.Distances
        private var sum: Int64 = 0
        private var count = 0

        init(segments: Int) {
            memory = ShapeMemory(capacity: segments)
            short = ShapeMemory.Distances(length: Scales.shortShape, capacity: segments)
            long = ShapeMemory.Distances(length: Scales.longShape, capacity: segments)
        }

        /// Takes a sample in; true when it completes a segment.
        mutating func append(_ value: Int64) -> Bool {
            sum += value
            count += 1
            guard count == 1 << Scales.segmentShift else { return false }
            memory.append(sum)
            sum = 0
            count = 0
            return true
        }

        /// Forgets everything, the open segment too.
        mutating func clear() {
            memory.clear()
            sum = 0
            count = 0
        }
    }
}
