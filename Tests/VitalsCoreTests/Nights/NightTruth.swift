import VitalsModel
import VitalsSimulator

/// What truly happened to the heart of a night, and when nothing stood between it and the gateway.
struct NightTruth {
    /// A stretch of time, microseconds since the start.
    typealias Stretch = ClosedRange<Int64>

    /// A true interval of 3 s and more.
    struct LongInterval {
        let stretch: Stretch
        let ticks: Int64
        let isUndisturbed: Bool
    }

    /// Beats on end over each five of which the mean rate is below 40 bpm.
    struct SlowRun {
        var stretch: Stretch
        var beats: Int
        let isUndisturbed: Bool
    }

    private(set) var pauses: [LongInterval] = []
    private(set) var slowRuns: [SlowRun] = []
    private(set) var beats = 0
    /// How many episodes of each fault there were on the strap.
    private(set) var faults: [EpisodeKind: Int] = [:]

    /// The times at which something was wrong with the strap or its link, in order.
    private var disturbances: [Stretch] = []
    private var open: [Int: (kind: EpisodeKind, begin: Int64)] = [:]
    private var beatTimes: [(time: Int64, interval: Int64)] = []
    private var linkUp: Int64?
    /// The number of the last beat that ended five slow ones.
    private var lastSlow: Int?

    /// A disturbance is over when what the strap measured under it has been reported, and the sensor's own delay
    /// passed.
    private static let after: Int64 = 6_000_000
    /// What ends so shortly before a disturbance may not have been reported.
    private static let before: Int64 = 4_000_000

    /// Takes a truth of the strap.
    mutating func take(_ truth: TruthEvent) {
        let time = truth.time.microseconds
        switch truth.kind {
        case .beat(_, _, let interval): beatTimes.append((time, interval))
        case .episodeBegan(let id, let kind): open[id] = (kind, time)
        case .episodeEnded(let id, let kind, _, _):
            guard Self.isFault(kind), let begin = open.removeValue(forKey: id)?.begin else { return }
            faults[kind, default: 0] += 1
            disturbances.append(begin...time)
        case .linkUp:
            // Before the first connection nothing can be received.
            if linkUp == nil { disturbances.append(0...time) }
            linkUp = time
        default: break
        }
    }

    /// Everything was taken; the night is so long.
    mutating func close(at end: Int64) {
        for (_, episode) in open where Self.isFault(episode.kind) { disturbances.append(episode.begin...end) }
        if linkUp == nil { disturbances.append(0...end) }
        disturbances.append(end...end)
        disturbances.sort { $0.lowerBound < $1.lowerBound }
        beats = beatTimes.count
        var sum: Int64 = 0
        for (number, beat) in beatTimes.enumerated() {
            let stretch = (beat.time - beat.interval * 15_625 / 16)...beat.time
            if beat.interval >= 3_072 {
                pauses.append(
                    LongInterval(
                        stretch: stretch, ticks: beat.interval, isUndisturbed: isUndisturbed(stretch)))
            }
            sum += beat.interval
            if number >= 5 { sum -= beatTimes[number - 5].interval }
            guard number >= 4, 5 * 61_440 < 40 * sum else { continue }
            add(slow: (beat.time - sum * 15_625 / 16)...beat.time, isNext: lastSlow == number - 1)
            lastSlow = number
        }
    }

    /// Whether five true beats in a row were slower than 40 bpm in the mean somewhere in a stretch.
    func isSlow(in stretch: Stretch) -> Bool { slowRuns.contains { $0.stretch.overlaps(stretch) } }

    private mutating func add(slow stretch: Stretch, isNext: Bool) {
        if isNext, let last = slowRuns.last {
            let whole = last.stretch.lowerBound...stretch.upperBound
            slowRuns[slowRuns.count - 1] = SlowRun(
                stretch: whole, beats: last.beats + 1, isUndisturbed: last.isUndisturbed || isUndisturbed(stretch))
        } else {
            slowRuns.append(SlowRun(stretch: stretch, beats: 5, isUndisturbed: isUndisturbed(stretch)))
        }
    }

    private func isUndisturbed(_ stretch: Stretch) -> Bool {
        let wide = (stretch.lowerBound - Self.after)...(stretch.upperBound + Self.before)
        return !disturbances.contains { $0.overlaps(wide) }
    }

    private static func isFault(_ kind: EpisodeKind) -> Bool {
        switch kind {
        case .motion, .withheldIntervals, .contactLoss, .droppedNotifications, .linkLoss, .malformed, .frozen, .silence:
            true
        default: false
        }
    }
}
