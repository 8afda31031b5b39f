import VitalsKernels

/// The places of the figures that a block has of a stream: among the sums, then among the octets.
enum RhythmFigure {
    static var sum: Int { 0 }
    static var earlySum: Int { 1 }
    static var distance: Int { 2 }
    static var earlyDistance: Int { 3 }

    static var count: Int { 0 }
    static var distinct: Int { 1 }
    static var earlyDistinct: Int { 2 }
    static var shifted: Int { 3 }
    static var earlyShifted: Int { 4 }
    static var periodic: Int { 5 }
    static var earlyPeriodic: Int { 6 }
    static var paired: Int { 7 }
    static var earlyPaired: Int { 8 }
    static var edgeIrregular: Int { 9 }
    static var flags: Int { 11 }

    /// How many sums `RhythmBlock.figures(of:)` has before the octets.
    static var sums: Int { 4 }
    /// Streams in a block: how far the figures of a stream are apart.
    static var streams: Int { 64 }
}

extension Span<Int32> {
    /// A sum of a stream.
    subscript(_ figure: Int, _ lane: Int) -> Int { Int(self[figure &* RhythmFigure.streams &+ lane]) }
}

extension Span<UInt8> {
    /// An octet of a stream.
    subscript(_ figure: Int, _ lane: Int) -> Int { Int(self[figure &* RhythmFigure.streams &+ lane]) }
}

/// The flags of a stream's step, as the kernel's layout has them. Numbers of this module: they are read for every beat, and
/// a number of another module would be a call.
enum RhythmFlag {
    static var hasEntered: UInt8 { 1 }
    static var isFull: UInt8 { 2 }
    static var isIrregular: UInt8 { 4 }
    static var isEarly: UInt8 { 8 }
    static var wasEarly: UInt8 { 16 }
}

extension AtrialFibrillation.Evidence {
    /// What a full window came to, from the figures of its stream.
    init(_ figures: RhythmBlock.Figures, words: Int, earlyWords: Int, wasEarly: Bool) {
        func number(_ figure: Int) -> Int { Int(figures[figure]) }
        func octet(_ figure: Int) -> Int { number(RhythmFigure.sums + figure) }
        self.init(
            words: AtrialFibrillation.WordCounts(
                words: words, distinct: octet(RhythmFigure.distinct), sum: Int64(number(RhythmFigure.sum))),
            earlyWords: AtrialFibrillation.WordCounts(
                words: earlyWords, distinct: octet(RhythmFigure.earlyDistinct),
                sum: Int64(number(RhythmFigure.earlySum))),
            beats: AtrialFibrillation.BeatCounts(
                beats: words, shifted: octet(RhythmFigure.shifted), periodic: octet(RhythmFigure.periodic),
                paired: octet(RhythmFigure.paired), distance: number(RhythmFigure.distance)),
            earlyBeats: AtrialFibrillation.BeatCounts(
                beats: earlyWords, shifted: octet(RhythmFigure.earlyShifted),
                periodic: octet(RhythmFigure.earlyPeriodic), paired: octet(RhythmFigure.earlyPaired),
                distance: number(RhythmFigure.earlyDistance)),
            edgeIrregular: octet(RhythmFigure.edgeIrregular), wasEarly: wasEarly)
    }
}
