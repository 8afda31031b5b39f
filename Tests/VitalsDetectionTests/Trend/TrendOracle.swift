import VitalsDetection

/// The trend score from its definition, with every past segment compared anew and division in place of shifts.
struct TrendOracle {
    /// What one sample comes to, by part in the order of `TrendScore.Part`; nil where a part had nothing to say or
    /// nothing to compare it with.
    struct Verdict: Equatable {
        var deviations: [Int64?]
        var scores: [Int64]
        var scoreQ20: Int64
    }

    private let capacity: Int
    private let rest: Int
    private let floors: [Int64]
    private var samples: [Int64] = []
    private var segments: [Int64] = []
    private var sums: [String: Int64] = [:]
    private let delays: [Int]
    private var records = [Int64?](repeating: nil, count: 5)
    private var past = [[Int64]](repeating: [], count: 5)
    private var letThrough: (index: Int, score: Int64)?

    init(segments: Int, rest: Int, delay: Int = 0, floorQ16: Int64 = 0) {
        delays = [delay, delay, delay, delay / 8, delay / 8]
        capacity = segments
        self.rest = rest
        floors = [1 << 10, 1 << 11, 1 << 10, 96, 288].map { $0 * floorQ16 }
    }

    mutating func judge(_ sample: Int64) -> Verdict {
        samples.append(sample)
        var deviations: [Int64?] = [spike(sample), residual(sample), variability(sample), nil, nil]
        update("m7", 128, sample)
        update("m10", 1_024, sample)
        if samples.count % 8 == 0 {
            segments.append(samples.suffix(8).reduce(0, +))
            deviations[3] = discord(12)
            deviations[4] = discord(36)
        }
        let isCompared = deviations.indices.map { records[$0] != nil }
        var scores = deviations.indices.map { compare($0, deviations[$0]) }
        for part in deviations.indices where !isCompared[part] { deviations[part] = nil }
        if samples.count <= 50 { scores = [0, 0, 0, 0, 0] }
        return Verdict(deviations: deviations, scores: scores, scoreQ20: rested(scores.reduce(0, max)))
    }

    private mutating func update(_ name: String, _ weight: Int64, _ value: Int64, from start: Int64? = nil) {
        let sum = sums[name] ?? (start ?? value) * weight
        sums[name] = sum + value - floored(sum, weight)
    }

    private func spike(_ sample: Int64) -> Int64 { abs(sample * 1_024 - (sums["m10"] ?? sample * 1_024)) }

    private mutating func residual(_ sample: Int64) -> Int64 {
        update("residual", 16, abs(sample * 128 - (sums["m7"] ?? sample * 128)), from: 0)
        return sums["residual"] ?? 0
    }

    private mutating func variability(_ sample: Int64) -> Int64 {
        let step = samples.count < 2 ? 0 : abs(sample - samples[samples.count - 2])
        update("v6", 64, step, from: 0)
        let long = sums["v10"] ?? 0
        update("v10", 1_024, step, from: 0)
        return abs((sums["v6"] ?? 0) * 16 - long)
    }

    private func discord(_ length: Int) -> Int64? {
        let newest = segments.suffix(length)
        let oldest = max(0, segments.count - capacity + 1)
        let starts = oldest..<max(oldest, segments.count - 2 * length + 1)
        return starts.map { start in
            zip(segments[start..<start + length], newest).reduce(0) { $0 + abs($1.0 - $1.1) }
        }.min()
    }

    private mutating func compare(_ part: Int, _ deviation: Int64?) -> Int64 {
        guard let deviation else { return 0 }
        let met = records[part]
        past[part].append(deviation)
        if let met { records[part] = met - met / (part < 3 ? 8_192 : 1_024) }
        if let joining = joining(part) { records[part] = max(records[part] ?? 0, joining * 16) }
        guard let met else { return 0 }
        let record = max(met / 16, floors[part])
        var (part, whole) = (UInt64(deviation), UInt64(deviation + record))
        if whole == 0 { return 0 }
        while whole >= 1 << 42 { (part, whole) = (part / 2, whole / 2) }
        return Int64(part * (1 << 20) / whole)
    }

    /// What becomes part of the record now: the newest deviation, or the greatest of the last block but one.
    private func joining(_ part: Int) -> Int64? {
        let (count, delay) = (past[part].count, delays[part])
        if delay == 0 { return past[part].last }
        guard count % delay == 0, count >= 2 * delay else { return nil }
        return past[part][count - 2 * delay..<count - delay].max()
    }

    private mutating func rested(_ score: Int64) -> Int64 {
        let index = samples.count
        if let letThrough, index - letThrough.index <= rest, score <= letThrough.score { return 0 }
        guard score > 0 else { return 0 }
        letThrough = (index, score)
        return score
    }

    private func floored(_ value: Int64, _ divisor: Int64) -> Int64 {
        value >= 0 ? value / divisor : -((-value + divisor - 1) / divisor)
    }
}
