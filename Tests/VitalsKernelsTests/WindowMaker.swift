import VitalsKernels
import VitalsKernelsBaseline
import VitalsTestKit

/// Blocks of windows of every kind that a sensor, a fault or a broken caller could make, by one seed.
struct WindowMaker {
    private var random: SplitMix64

    init(seed: UInt64) { random = SplitMix64(seed: seed) }

    /// A block whose lanes each hold a window of some kind.
    mutating func block() -> WindowBlock {
        var block = WindowBlock()
        for lane in 0..<WindowBlock.lanes { fill(&block, lane) }
        return block
    }

    private enum Kind: CaseIterable {
        /// A heart rate that wobbles, and may step in the test part.
        case rate
        /// A saturation in whole percent: many equal samples.
        case saturation
        /// Any bits at all, in the samples, the validity and the scale.
        case garbage
        /// The ends of the range and beyond, in turn.
        case extremes
        /// One value.
        case constant
        /// No valid sample, or one.
        case nearlyEmpty
    }

    private mutating func fill(_ block: inout WindowBlock, _ lane: Int) {
        let kind = Kind.allCases[random.int(0...Kind.allCases.count - 1)]
        let (level, wobble) = (Int32(random.int(40_00...160_00)), random.int(0...400))
        let (step, stepAt) = (Int32(random.int(-3000...3000)), random.int(0...WindowBlock.slots * 2))
        let ends: [Int32] = [1 << 20, -1 << 20, (1 << 20) + 1, .max, .min, .min + 1, 0, 1 << 20 - 1]
        for slot in 0..<WindowBlock.slots {
            let value: Int32 =
                switch kind {
                case .rate: level + Int32(random.int(-wobble...wobble)) + (slot >= stepAt ? step : 0)
                case .saturation: 97_00 - Int32(random.int(0...random.int(0...5))) * 100
                case .garbage, .nearlyEmpty: Int32(truncatingIfNeeded: random.next())
                case .extremes: ends[random.int(0...ends.count - 1)]
                case .constant: level
                }
            block[BlockLayout.values + slot, lane] = value
        }
        for word in 0..<WindowBlock.slots / 32 {
            block[BlockLayout.validity + word, lane] = kind == .nearlyEmpty ? 0 : validity()
        }
        if kind == .nearlyEmpty, random.int(0...1) == 1 {
            block[BlockLayout.validity + random.int(0...2), lane] = 1 << Int32(random.int(0...31))
        }
        let isWild = kind == .garbage
        block[BlockLayout.sigmaFloor, lane] = isWild ? Int32(truncatingIfNeeded: random.next()) : 200
        block[BlockLayout.slack, lane] = isWild ? Int32(truncatingIfNeeded: random.next()) : 8
        block[BlockLayout.limit, lane] = isWild ? Int32(truncatingIfNeeded: random.next()) : 80
    }

    /// Bits of which all, most, half or few are set.
    private mutating func validity() -> Int32 {
        let (a, b) = (random.next(), random.next())
        let bits = [UInt64.max, a | b, a, a & b][random.int(0...3)]
        return Int32(truncatingIfNeeded: bits)
    }
}
