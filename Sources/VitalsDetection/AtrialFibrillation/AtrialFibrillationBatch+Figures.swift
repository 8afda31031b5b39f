import VitalsKernels

/// The places of the figures that a block has of a stream, in the order of its layout.
enum RhythmFigure {
    static var count: Int { 0 }
    static var distinct: Int { 1 }
    static var earlyDistinct: Int { 2 }
    static var sum: Int { 3 }
    static var earlySum: Int { 4 }
    static var shifted: Int { 5 }
    static var earlyShifted: Int { 6 }
    static var distance: Int { 7 }
    static var earlyDistance: Int { 8 }
    static var periodic: Int { 9 }
    static var earlyPeriodic: Int { 10 }
    static var paired: Int { 11 }
    static var earlyPaired: Int { 12 }
    static var edgeIrregular: Int { 13 }
}

/// The flags of a stream's step, as the kernel's layout has them. Numbers of this module: they are read for every beat, and
/// a number of another module would be a call.
enum RhythmFlag {
    static var hasEntered: Int32 { 1 }
    static var isFull: Int32 { 2 }
    static var isIrregular: Int32 { 4 }
    static var isEarly: Int32 { 8 }
    static var wasEarly: Int32 { 16 }
}

extension AtrialFibrillation.Evidence {
    /// What a full window came to, from the figures of its stream.
    init(_ figures: RhythmBlock.Figures, words: Int, earlyWords: Int, wasEarly: Bool) {
        func number(_ figure: Int) -> Int { Int(figures[figure]) }
        self.init(
            words: AtrialFibrillation.WordCounts(
                words: words, distinct: number(RhythmFigure.distinct), sum: Int64(number(RhythmFigure.sum))),
            earlyWords: AtrialFibrillation.WordCounts(
                words: earlyWords, distinct: number(RhythmFigure.earlyDistinct),
                sum: Int64(number(RhythmFigure.earlySum))),
            beats: AtrialFibrillation.BeatCounts(
                beats: words, shifted: number(RhythmFigure.shifted), periodic: number(RhythmFigure.periodic),
                paired: number(RhythmFigure.paired), distance: number(RhythmFigure.distance)),
            earlyBeats: AtrialFibrillation.BeatCounts(
                beats: earlyWords, shifted: number(RhythmFigure.earlyShifted),
                periodic: number(RhythmFigure.earlyPeriodic), paired: number(RhythmFigure.earlyPaired),
                distance: number(RhythmFigure.earlyDistance)),
            edgeIrregular: number(RhythmFigure.edgeIrregular), wasEarly: wasEarly)
    }
}
