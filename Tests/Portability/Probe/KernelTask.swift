import VitalsKernels

/// What each kernel makes of random inputs, those at and beyond the edges among them.
struct KernelTask {
    private let kernels: KernelTable
    private let count: Int
    private var random = ProbeRandom(seed: 0x5EED)
    private var output = ProbeOutput()

    /// `count` windows for each kernel: of the rhythms and of the discord series, windows that end with each beat and sample.
    init(kernels: KernelTable, count: Int) {
        self.kernels = kernels
        self.count = count
    }

    // MARK: Windows of a minute and a half

    /// The kernels of change detection, a lane a window.
    consuming func windows() {
        var block = WindowBlock()
        for number in 0..<(count + WindowBlock.lanes - 1) / WindowBlock.lanes {
            for lane in 0..<WindowBlock.lanes {
                // Blocks without a missing sample take a way of their own through the kernels.
                block.load(
                    ring(isWhole: number % 2 == 0), oldest: random.int(0...WindowBlock.slots - 1), scale: scale(),
                    lane: lane)
            }
            kernels.judge(&block)
            for lane in 0..<WindowBlock.lanes { write(block.figures(lane: lane)) }
        }
        output.flush()
    }

    /// A window: a rate that wobbles and may step, a saturation in whole percent, any bits, ends of the range, one value.
    private mutating func ring(isWhole: Bool) -> [Int32?] {
        let kind = random.int(0...5)
        let level = Int32(random.int(40_00...160_00))
        let wobble = random.int(0...400)
        let (step, stepAt) = (Int32(random.int(-3_000...3_000)), random.int(0...2 * WindowBlock.slots))
        let missing = isWhole ? 0 : [0, 0, 1, 8, 16, 32][random.int(0...5)]
        let ends: [Int32] = [1 << 20, -1 << 20, (1 << 20) + 1, .max, .min, .min + 1, 0, 1]
        return (0..<WindowBlock.slots).map { slot in
            guard random.int(0...31) >= missing else { return nil }
            switch kind {
            case 0, 1: return level + Int32(random.int(-wobble...wobble)) + (slot >= stepAt ? step : 0)
            case 2: return 97_00 - Int32(random.int(0...5)) * 100
            case 3: return Int32(truncatingIfNeeded: random.next())
            case 4: return ends[random.int(0...ends.count - 1)]
            default: return level
            }
        }
    }

    private mutating func scale() -> ChartScale {
        guard random.int(0...7) == 0 else { return ChartScale(sigmaFloor: 200) }
        return ChartScale(
            sigmaFloor: Int32(truncatingIfNeeded: random.next()),
            slackSixteenths: Int32(truncatingIfNeeded: random.next()),
            limitSixteenths: Int32(truncatingIfNeeded: random.next()))
    }

    private mutating func write(_ figures: WindowFigures) {
        for number in [
            figures.referenceCount, figures.testCount, figures.minimum, figures.maximum, figures.sum, figures.medianQ1,
            figures.madQ2, figures.sigmaQ2, Int32(bitPattern: figures.outliers), figures.ewmaQ8, figures.ewmaExtremeQ8,
        ] {
            output.write(number)
        }
        for crossing in [figures.up, figures.down] {
            output.write(crossing.cusumQ2)
            output.write(Int32(crossing.slot ?? -1))
            output.write(crossing.shift)
        }
    }

    // MARK: Heart rhythms

    /// The kernel of heart rhythms: 64 streams side by side, whose chains break and end at random.
    consuming func rhythms() {
        let steps = (0..<257).map { $0 < 2 ? 0 : Int32(random.int(0...1 << 14)) }
        // The least sum that is no longer irregular: about what the words of a window come to.
        let limits = (0..<256).map { _ in Int32(random.int(0...1 << 20)) }
        var block = RhythmBlock(
            capacity: 127, earlyCapacity: 64, edge: 30...50, steps: steps, limits: limits, earlyLimits: limits)
        for _ in 0..<(count + RhythmBlock.streams - 1) / RhythmBlock.streams {
            block.setIntervals((0..<RhythmBlock.streams).map { interval(stream: $0) }, from: 0)
            if random.int(0...63) == 0 { block.breakChain(stream: random.int(0...RhythmBlock.streams - 1)) }
            if random.int(0...511) == 0 { block.forget(stream: random.int(0...RhythmBlock.streams - 1)) }
            kernels.rhythm(&block)
            for stream in 0..<RhythmBlock.streams {
                let figures = block.figures(of: stream)
                for index in figures.indices { output.write(figures[index]) }
                output.write(block.flags(of: stream))
            }
        }
        output.flush()
    }

    /// A steady rhythm, an irregular one, a pattern, no beat, or any bits: by the stream.
    private mutating func interval(stream: Int) -> UInt16 {
        switch stream % 5 {
        case 0: UInt16(800 + random.int(-20...20))
        case 1: UInt16(random.int(300...1_200))
        case 2: random.int(0...1) == 0 ? 500 : 1_000
        case 3: random.int(0...3) == 0 ? 0 : 700
        default: UInt16(truncatingIfNeeded: random.next())
        }
    }

    // MARK: Variability

    /// The kernel of variability: windows of intervals, a few of them in several parts.
    consuming func variabilities() {
        var block = IntervalBlock(within20: 20, within50: 51)
        for _ in 0..<(count + IntervalBlock.lanes - 1) / IntervalBlock.lanes {
            block.clear()
            for _ in 0..<(random.int(0...31) == 0 ? 3 : 1) {
                let rows = random.int(0...60)
                for lane in 0..<IntervalBlock.lanes {
                    let intervals = (0..<random.int(0...rows)).map { _ in interval(stream: lane) }
                    block.load(intervals[...], count: rows, lane: lane)
                }
                kernels.variability(&block)
            }
            for lane in 0..<IntervalBlock.lanes { write(block.sums(lane: lane)) }
        }
        output.flush()
    }

    private mutating func write(_ sums: IntervalBlock.Sums) {
        for number in [
            sums.count, sums.sum, sums.squares, sums.pairs, sums.differences, sums.magnitudes, sums.squaredDifferences,
            sums.totals, sums.squaredTotals, sums.above20, sums.above50,
        ] {
            output.write(number)
        }
    }

    // MARK: Series

    /// The kernel of the left matrix profile: each sample is a step over the whole history.
    consuming func discords() {
        let table = SeriesKernelTable(kernels)
        for (window, history, share) in [(8, 64, 17), (64, 512, 2), (50, 1_000, 1)] {
            var series = DiscordSeries(window: window, history: history, kernels: table)
            var level = 7_000
            for _ in 0..<max(count * share / 20, 1) {
                level = min(max(level + random.int(-80...80), 3_000), 20_000)
                let isMissing = random.int(0...999) == 0
                guard let neighbour = series.append(isMissing ? nil : level) else { continue }
                output.write(neighbour.lag)
                output.write(neighbour.distance.bitPattern)
                output.write(neighbour.correlation.bitPattern)
            }
        }
        output.flush()
    }

    /// The kernel of a pulse wave's extrema.
    consuming func pulses() {
        let table = SeriesKernelTable(kernels)
        let (samples, scales) = (120, 48)
        var extrema = PulseExtrema(countMax: samples, scalesMax: scales)
        for _ in 0..<count {
            var level: Int64 = 0
            let wave = (0..<random.int(2...samples)).map { _ in
                level += Int64(random.int(-1_000...1_000))
                return level
            }
            extrema.analyse(wave, scales: min(scales, wave.count / 2), kernels: table)
            for place in extrema.peaks() + extrema.onsets() { output.write(Int32(place)) }
        }
        output.flush()
    }
}
