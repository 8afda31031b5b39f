/// The artefact detection of Lipponen and Tarvainen on one chain of intervals, in double precision and a fixed order.
///
/// Every interval passes three windows: the differences dRR over a running quartile deviation, the median of 11
/// (`medRR`), and the deviations mRR from it over theirs. An interval leaves, classified, when all that it is compared
/// with has passed them: `VitalsDetectionLimits.cleaningDelay` intervals later, or at the end of the chain.
///
/// A quartile deviation of 0 gives no scale. What it should have scaled is then unknown (nil), and every comparison with
/// something unknown is false.
struct ArtefactStream: Sendable {
    private var differenceScale = CentredWindow(.quartileDeviation, reach: VitalsDetectionLimits.quartileReach)
    private var median = CentredWindow(.median, reach: VitalsDetectionLimits.medianReach)
    private var deviationScale = CentredWindow(.quartileDeviation, reach: VitalsDetectionLimits.quartileReach)

    private var places = [Place](repeating: Place(), count: VitalsDetectionLimits.cleaningPlaces)
    private var received = 0
    private var withDifference = 0
    private var withMedian = 0
    private var withDeviation = 0
    private var classified = 0
    private var isFinished = false

    /// An interval on its way.
    struct Place: Sendable {
        var interval = 0.0
        /// dRR before it is scaled.
        var rawDifference = 0.0
        /// The threshold of dRR.
        var differenceLimit = 0.0
        /// dRR over its threshold; nil while that is not known, and where it is 0.
        var difference: Double?
        /// medRR.
        var median = 0.0
        /// mRR before it is scaled, doubled below 0.
        var rawDeviation = 0.0
        /// The threshold of mRR.
        var deviationLimit = 0.0
        /// mRR over its threshold; nil while that is not known, and where it is 0.
        var deviation: Double?
        /// The class, once decided, which can be one interval ahead of its turn.
        var decided: IntervalClass?
    }

    /// An interval that has its class.
    struct Conclusion: Sendable {
        /// Its number in the chain; 0 is what stands before the first.
        var index: Int
        var place: Place

        var `class`: IntervalClass { place.decided ?? .normal }
    }

    /// Thresholds are this times the quartile deviation: the paper's choice for differences that a normal distribution
    /// explains.
    private static let alpha = 5.2

    /// Takes the next interval with its difference from the one before; the interval that is thereby classified.
    mutating func push(_ interval: Double, difference: Double) -> Conclusion? {
        places[Self.place(received)] = Place(interval: interval, rawDifference: difference)
        received += 1
        if let deviation = differenceScale.push(difference.magnitude) { noteDifference(deviation) }
        if let median = median.push(interval) { noteMedian(median) }
        return next()
    }

    /// After the last interval: the next one that is classified, nil after the last.
    mutating func finish() -> Conclusion? {
        if !isFinished {
            while let deviation = differenceScale.finish() { noteDifference(deviation) }
            while let median = median.finish() { noteMedian(median) }
            while let deviation = deviationScale.finish() { noteDeviation(deviation) }
            isFinished = true
        }
        return next()
    }

    private mutating func noteDifference(_ quartileDeviation: Double) {
        let limit = Self.alpha * quartileDeviation
        let place = Self.place(withDifference)
        places[place].differenceLimit = limit
        places[place].difference = limit == 0 ? nil : places[place].rawDifference / limit
        withDifference += 1
    }

    private mutating func noteMedian(_ median: Double) {
        let place = Self.place(withMedian)
        let deviation = places[place].interval - median
        let doubled = deviation < 0 ? deviation * 2 : deviation
        places[place].median = median
        places[place].rawDeviation = doubled
        withMedian += 1
        if let scale = deviationScale.push(doubled.magnitude) { noteDeviation(scale) }
    }

    private mutating func noteDeviation(_ quartileDeviation: Double) {
        let limit = Self.alpha * quartileDeviation
        let place = Self.place(withDeviation)
        places[place].deviationLimit = limit
        places[place].deviation = limit == 0 ? nil : places[place].rawDeviation / limit
        withDeviation += 1
    }

    private mutating func next() -> Conclusion? {
        guard classified < received, isFinished || classified + VitalsDetectionLimits.cleaningDelay < received
        else { return nil }
        // The last two have too few after them to be judged by themselves.
        if classified + 2 < received, places[Self.place(classified)].decided == nil { decide(classified) }
        let place = places[Self.place(classified)]
        classified += 1
        return Conclusion(index: classified - 1, place: place)
    }
}

/// The decision tree.
extension ArtefactStream {
    private mutating func decide(_ index: Int) {
        let place = Self.place(index)
        // An unknown difference is not within 1 either: the median may still tell.
        if let difference = places[place].difference, difference.magnitude <= 1 { return }
        if isEctopic(index) {
            places[place].decided = .ectopic
            return
        }
        guard places[place].difference.isBeyond(1) || places[place].deviation.isBeyond(3) else { return }
        places[place].decided = misplacement(index)
        if Self.isSmaller(scaled(index + 1), scaled(index + 2)) {
            places[Self.place(index + 1)].decided = misplacement(index + 1)
        }
    }

    /// A large difference whose neighbours on both sides point the other way: early then late, or late then early.
    private func isEctopic(_ index: Int) -> Bool {
        guard let difference = scaled(index), let before = scaled(index - 1),
            let after = scaled(index + 1)
        else { return false }
        if difference > 1 { return Swift.max(before, after) < -Self.slope * difference - Self.offset }
        if difference < -1 { return Swift.min(before, after) > -Self.slope * difference + Self.offset }
        return false
    }

    /// The lines between normal and ectopic in the plane of dRR and its neighbours.
    private static let slope = 0.13
    private static let offset = 0.17

    /// Missed, extra, long or short by what the next two differences and the median say.
    private func misplacement(_ index: Int) -> IntervalClass {
        let place = places[Self.place(index)]
        let (isLong, isShort) = returns(index)
        guard isLong || isShort || place.deviation.isBeyond(3) else { return .normal }
        let limit = place.deviationLimit
        let isWithNext = (place.interval + places[Self.place(index + 1)].interval - place.median).magnitude < limit
        if isShort, isWithNext { return .extra }
        let isHalf = (place.interval / 2 - place.median).magnitude < limit
        if isLong, isHalf { return .missed }
        return .longShort
    }

    /// Whether a jump up is taken back by the next two differences, or a jump down is.
    private func returns(_ index: Int) -> (isLong: Bool, isShort: Bool) {
        guard let difference = scaled(index), let first = scaled(index + 1),
            let second = scaled(index + 2)
        else { return (false, false) }
        return (
            difference > 1 && Swift.min(first, second) < -1, difference < -1 && Swift.max(first, second) > 1
        )
    }

    /// A difference before the beginning or after the end is mirrored at it.
    private func scaled(_ index: Int) -> Double? {
        let last = received - 1
        let mirrored = index < 0 ? -index : index > last ? 2 * last - index : index
        return places[Self.place(mirrored)].difference
    }

    private static func isSmaller(_ left: Double?, _ right: Double?) -> Bool {
        guard let left, let right else { return false }
        return left.magnitude < right.magnitude
    }

    private static func place(_ index: Int) -> Int { index & (VitalsDetectionLimits.cleaningPlaces - 1) }
}

extension Double? {
    /// Whether it is known and larger than the limit in magnitude.
    fileprivate func isBeyond(_ limit: Double) -> Bool { map { $0.magnitude > limit } ?? false }
}
