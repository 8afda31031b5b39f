import VitalsTestKit

/// Makes series of every kind that a kernel on one series can meet, from a seed.
struct SeriesMaker {
    private var random: SplitMix64

    init(seed: UInt64) { random = SplitMix64(seed: seed) }

    /// Samples within ±`magnitude`: wandering, noisy, periodic, constant, stepped or at the ends; some are missing.
    mutating func series(_ count: Int, magnitude: Int) -> [Int?] {
        let step = max(1, magnitude >> random.int(0...16))
        let period = random.int(2...60)
        let hole = random.int(0...9) == 0 ? random.int(5...80) : 0
        var level = random.int(-magnitude...magnitude)
        let kind = random.int(0...5)
        return (0..<count).map { place in
            if hole > 0, place % hole == hole - 1 { return nil }
            switch kind {
            case 0: level += random.int(-step...step)
            case 1: level = random.int(-step...step)
            case 2: level = place % period * (step / period)
            case 3: level = place / period % 2 == 0 ? level : random.int(-step...step)
            case 4: level = random.int(0...1) == 0 ? -magnitude : magnitude
            default: level = place % (4 * period) < 3 * period ? step : random.int(-step...step)
            }
            level = min(max(level, -magnitude), magnitude)
            return level
        }
    }
}
