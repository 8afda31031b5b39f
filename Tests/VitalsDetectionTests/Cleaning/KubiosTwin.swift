/// The artefact rules of Lipponen and Tarvainen written down a second time, on whole arrays, with a sort for every
/// window and a NaN for every unknown: slow, and as unlike the detector as the definition lets it be.
struct KubiosTwin {
    private let intervals: [Double]
    private var difference: [Double]
    private let median: [Double]
    private var deviation: [Double]
    private let deviationLimit: [Double]

    /// A segment that begins with an interval of the length of the mean.
    init(_ rr: [UInt16]) {
        let all = rr.map(Double.init)
        let mean = all.reduce(0, +) / Double(all.count)
        intervals = [mean] + all
        var jumps = [0.0]
        for (left, right) in zip(intervals, all) { jumps.append(right - left) }
        jumps[0] = jumps.reduce(0, +) / Double(all.count)
        difference = Self.scaled(jumps, Self.limits(jumps))
        median = Self.windows(intervals, reach: 5) { Self.quantile($0, 0.5) }
        let raw = zip(intervals, median).map { $0 < $1 ? ($0 - $1) * 2 : $0 - $1 }
        deviationLimit = Self.limits(raw)
        deviation = Self.scaled(raw, deviationLimit)
    }

    /// The classes of the intervals by their numbers in `IntervalClass`.
    func classes() -> [UInt8] {
        let count = intervals.count
        var classes = [UInt8](repeating: 0, count: count)
        var index = 0
        while index < count - 2 {
            defer { index += 1 }
            let jump = difference[index]
            if jump.magnitude <= 1 { continue }
            let sides = [at(index - 1), at(index + 1)]
            let isBelow = sides.allSatisfy { $0 < -0.13 * jump - 0.17 }
            let isAbove = sides.allSatisfy { $0 > -0.13 * jump + 0.17 }
            if jump > 1 && isBelow || jump < -1 && isAbove {
                classes[index] = 1
                continue
            }
            guard jump.magnitude > 1 || deviation[index].magnitude > 3 else { continue }
            classes[index] = misplacement(index)
            if difference[index + 1].magnitude < difference[index + 2].magnitude {
                index += 1
                classes[index] = misplacement(index)
            }
        }
        return Array(classes.dropFirst())
    }

    private func misplacement(_ index: Int) -> UInt8 {
        let jump = difference[index]
        let ahead = [at(index + 1), at(index + 2)]
        let areKnown = !ahead.contains { $0.isNaN }
        let isLong = jump > 1 && areKnown && ahead.contains { $0 < -1 }
        let isShort = jump < -1 && areKnown && ahead.contains { $0 > 1 }
        guard isLong || isShort || deviation[index].magnitude > 3 else { return 0 }
        let limit = deviationLimit[index]
        let together = intervals[index] + intervals[index + 1] - median[index]
        if isShort && together.magnitude < limit { return 4 }
        let half = intervals[index] / 2 - median[index]
        return isLong && half.magnitude < limit ? 3 : 2
    }

    private func at(_ index: Int) -> Double {
        let last = difference.count - 1
        return difference[index < 0 ? -index : index > last ? last - (index - last) : index]
    }

    private static func scaled(_ values: [Double], _ limits: [Double]) -> [Double] {
        zip(values, limits).map { $1 == 0 ? .nan : $0 / $1 }
    }

    private static func limits(_ values: [Double]) -> [Double] {
        windows(values.map(\.magnitude), reach: 45) { 5.2 * ((quantile($0, 0.75) - quantile($0, 0.25)) / 2) }
    }

    private static func windows(_ values: [Double], reach: Int, _ statistic: ([Double]) -> Double) -> [Double] {
        values.indices.map { statistic(values[max(0, $0 - reach)...min(values.count - 1, $0 + reach)].sorted()) }
    }

    private static func quantile(_ sorted: [Double], _ share: Double) -> Double {
        let position = Double(sorted.count - 1) * share
        let lower = Int(position)
        let rest = position - Double(lower)
        return rest == 0 ? sorted[lower] : sorted[lower] + (sorted[lower + 1] - sorted[lower]) * rest
    }
}
