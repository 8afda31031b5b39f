import Foundation

/// The detector once more, for a whole recording at once: entropies in double precision over dense tables of all words,
/// the looks of the beats as prefix sums, the decisions as the specification words them. As unlike it as can be.
struct FibrillationTwin {
    /// What a window came to.
    struct Judgement {
        var entropy: Double
        var isIrregular: Bool
        var isPresent: Bool
        var isCentredPresent: Bool
    }

    /// One for each interval, nil where no window was full.
    private(set) var judgements: [Judgement?]

    private let intervals: [Double]
    /// The last beat before which nothing is known, for each beat: a gap or the start.
    private var chainStart: [Int] = []

    /// - Parameters:
    ///   - intervals: RR in 1/1024 s.
    ///   - gaps: intervals that are gaps in the recording.
    ///   - losses: gaps after which everything was forgotten.
    init(_ intervals: [UInt16], gaps: Set<Int> = [], losses: Set<Int> = []) {
        self.intervals = intervals.map(Double.init)
        judgements = Array(repeating: nil, count: intervals.count)
        // Stretches between losses have nothing in common.
        var pushed: [(index: Int, chain: Int)] = []
        var chain = 0
        for index in intervals.indices {
            if gaps.contains(index) {
                chain = index + 1
                if losses.contains(index) {
                    judge(pushed)
                    pushed = []
                }
            } else if index >= chain + 2 {
                pushed.append((index, chain))
            }
        }
        judge(pushed)
    }

    private mutating func judge(_ beats: [(index: Int, chain: Int)]) {
        let looks = beats.map { look($0.index, $0.chain) }
        let shifted = PrefixSums(looks.map(\.shifted))
        let periodic = PrefixSums(looks.map(\.periodic))
        let paired = PrefixSums(looks.map(\.paired))
        let distance = PrefixSums(looks.map(\.distance))
        let irregular = PrefixSums(looks.map(\.irregular))
        var long = DenseEntropy(words: 127)
        var short = DenseEntropy(words: 64)
        var early: [Bool] = []
        var state = false
        for (position, beat) in beats.enumerated() {
            let word = word(beat.index)
            let whole = long.entropy(word)
            let half = short.entropy(word) ?? 0
            early.append(half > 0.85)
            guard let whole else { continue }
            func passes(_ beats: Int, _ bpm: Double, _ share: Double) -> Bool {
                distance.mean(position, beats) >= bpm && shifted.mean(position, beats) >= share
            }
            let isVetoed = periodic.mean(position, 127) > 0.667 || paired.mean(position, 127) > 0.667
            let enters =
                !isVetoed && (whole > 0.639 && passes(127, 6, 0.45) || half > 0.85 && passes(64, 6, 0.45))
            let stays = whole > 0.55 && passes(127, 4.75, 0.3) || half > 0.7 && passes(64, 4.75, 0.3)
            state = enters || state && stays
            let isEdge = (early[position] || early[position - 63]) && irregular.mean(position - 56, 17) * 17 > 12.5
            judgements[beat.index] = Judgement(
                entropy: whole, isIrregular: whole > 0.639, isPresent: state,
                isCentredPresent: !isVetoed && passes(127, 4.75, 0.3) && (whole > 0.639 || isEdge))
        }
    }

    private func word(_ index: Int) -> Int {
        (index - 2...index).reduce(0) { $0 * 64 + min(63, Int(12_288 / intervals[$1])) }
    }

    private func look(_ index: Int, _ chain: Int) -> (
        irregular: Double, shifted: Double, periodic: Double, paired: Double, distance: Double
    ) {
        let x = intervals[index]
        let before = intervals[max(chain, index - 3)..<index].reversed() as [Double]
        let rates = before.map { (61_440 / $0).rounded(.down) }
        let distance = rates.map { abs($0 - (61_440 / x).rounded(.down)) }.min() ?? 40
        let isIrregular = 400 * abs(x - before[0]) >= 13 * before[0]
        guard before.count == 3 else { return (isIrregular ? 1 : 0, 0, 0, 0, min(distance, 40)) }
        let median = [x, before[0], before[1]].sorted()[1]
        let medianBefore = before.sorted()[1]
        return (
            isIrregular ? 1 : 0, 400 * abs(median - medianBefore) >= 13 * medianBefore ? 1 : 0,
            abs(x - before[2]) < abs(x - before[0]) ? 1 : 0,
            abs(x + before[0] - before[1] - before[2]) < abs(x - before[0]) ? 1 : 0, min(distance, 40)
        )
    }
}

/// Sums of any stretch of a series.
private struct PrefixSums {
    private var sums: [Double] = [0]

    init(_ values: [Double]) {
        sums.reserveCapacity(values.count + 1)
        for value in values { sums.append(sums[sums.count - 1] + value) }
    }

    /// The mean of so many values, the last of which stands at `position`.
    func mean(_ position: Int, _ count: Int) -> Double {
        (sums[position + 1] - sums[position + 1 - count]) / Double(count)
    }
}

/// The paper's formula in double precision over a dense table of all words.
private struct DenseEntropy {
    private let size: Int
    private var counts = [Int](repeating: 0, count: 1 << 18)
    private var words: [Int] = []
    private var oldest = 0
    /// How many words have each count.
    private var histogram: [Int]
    private var largest = 0
    private let terms: [Double]

    init(words size: Int) {
        self.size = size
        histogram = [Int](repeating: 0, count: size + 2)
        terms = (0...size + 1).map { $0 == 0 ? 0 : Double($0) * log2(Double($0)) }
    }

    /// H'' of the window that ends with this word, nil while it is not full.
    mutating func entropy(_ word: Int) -> Double? {
        if words.count == size {
            move(words[oldest], by: -1)
            words[oldest] = word
            oldest = (oldest + 1) % size
        } else {
            words.append(word)
        }
        move(word, by: 1)
        guard words.count == size else { return nil }
        while histogram[largest] == 0 { largest -= 1 }
        var sum = 0.0
        var distinct = 0
        var count = 1
        while count <= largest {
            let occurrences = histogram[count]
            if occurrences > 0 {
                sum += Double(occurrences) * terms[count]
                distinct += occurrences
            }
            count += 1
        }
        let bits = log2(Double(size))
        return Double(distinct) / (Double(size) * bits) * (bits - sum / Double(size))
    }

    private mutating func move(_ word: Int, by step: Int) {
        let count = counts[word]
        histogram[count] -= 1
        counts[word] = count + step
        histogram[count + step] += 1
        largest = max(largest, count + step)
    }
}
