// The newest beat of each stream beside the three before it: rate, symbols, traits.

extension Rows {
    /// Word and traits of each beat; the chain moves on.
    @inline(always) func takeBeats() {
        let (zero, wide) = (Lanes(repeating: 0), RhythmLayout.wide)
        var part = 0
        while part < wide {
            let (history, rates) = (RhythmLayout.history &+ part, RhythmLayout.rates &+ part)
            let x = unsafe self[RhythmLayout.interval &+ part].clamped(0, KernelLimits.intervalMax)
            let (x1, x2, x3) = unsafe (self[history], self[history &+ wide], self[history &+ 2 &* wide])
            let hr = x.rate
            let (hr1, hr2, hr3) = unsafe (self[rates], self[rates &+ wide], self[rates &+ 2 &* wide])
            let (takes, hasThird) = (x .> zero, x3 .> zero)
            let enters = takes .& (x2 .> zero)

            unsafe self[RhythmScratch.oldest &+ part] = hr2.symbol
            unsafe self[RhythmScratch.middle &+ part] = hr1.symbol
            unsafe self[RhythmScratch.newest &+ part] = hr.symbol

            let change = (x &- x1).magnitudes
            let (median, median1) = (x.median(x1, x2), x1.median(x2, x3))
            let isShifted = hasThird .& median.isFar(from: median1)
            let isPeriodic = hasThird .& ((x &- x3).magnitudes .< change)
            let isPaired = hasThird .& ((x &+ x1 &- x2 &- x3).magnitudes .< change)
            let near = (hr &- hr1).magnitudes.lesser((hr &- hr2).magnitudes).lesser(Lanes(repeating: 40))
            let nearest = near.replacing(with: near.lesser((hr &- hr3).magnitudes), where: hasThird)
            unsafe self[RhythmScratch.shifted &+ part] = Lanes.flag(isShifted)
            unsafe self[RhythmScratch.distance &+ part] = nearest
            unsafe self[RhythmScratch.periodic &+ part] = Lanes.flag(isPeriodic)
            unsafe self[RhythmScratch.paired &+ part] = Lanes.flag(isPaired)
            unsafe self[RhythmScratch.irregular &+ part] = Lanes.flag(x.isFar(from: x1))
            unsafe self[RhythmScratch.enters &+ part] = zero &- Lanes.flag(enters)

            unsafe self[history] = x1.replacing(with: x, where: takes)
            unsafe self[history &+ wide] = x2.replacing(with: x1, where: takes)
            unsafe self[history &+ 2 &* wide] = x3.replacing(with: x2, where: takes)
            unsafe self[rates] = hr1.replacing(with: hr, where: takes)
            unsafe self[rates &+ wide] = hr2.replacing(with: hr1, where: takes)
            unsafe self[rates &+ 2 &* wide] = hr3.replacing(with: hr2, where: takes)
            part &+= 1
        }
    }

    /// The ring slots of the entering beats as byte rows.
    @inline(always) func narrowBeats() {
        let (wide, word) = (RhythmLayout.wide, RhythmScratch.word)
        unsafe narrow(RhythmScratch.enters, to: RhythmLayout.entered)
        unsafe narrow(RhythmScratch.oldest, to: word)
        unsafe narrow(RhythmScratch.middle, to: word &+ 1)
        unsafe narrow(RhythmScratch.newest, to: word &+ 2)
        unsafe self[word &+ 3] = Lanes(repeating: 0)
        var trait = 0
        while trait < RhythmLayout.traitPlanes &- 1 {
            unsafe narrow(RhythmScratch.shifted &+ trait &* wide, to: RhythmScratch.traits &+ trait)
            trait &+= 1
        }
        // Whether it is early is known when its words are counted.
        unsafe self[RhythmScratch.traits &+ trait] = Lanes(repeating: 0)
        // Where nothing enters, the word to look for is one that there is not.
        let entered = unsafe self[RhythmLayout.entered]
        unsafe self[word] = (self[word] & entered) | (Lanes(repeating: 0x7F7F_7F7F) & ~entered)
    }
}

extension SIMD16<Int32> {
    /// 61440 / interval, the rate in bpm rounded down; meaningless for an interval of 0.
    ///
    /// The division of two whole numbers below 2^24 is off by less than one; what it is off is found in whole numbers. A
    /// number below 2^23 becomes one of floating point, and back, by its place in the significand of 2^23.
    @inline(always) fileprivate var rate: Self {
        let magic: Int32 = 0x4B00_0000
        let one = SIMD16<Float>(repeating: 8_388_608)
        let divisor = unsafe unsafeBitCast(self | Self(repeating: magic), to: SIMD16<Float>.self) - one
        let quotient = SIMD16<Float>(repeating: 61_440) / divisor + one
        let nearest = unsafe unsafeBitCast(quotient, to: Self.self) & Self(repeating: 0x007F_FFFF)
        return nearest.replacing(with: nearest &- 1, where: nearest &* self .> Self(repeating: 61_440))
    }

    /// The symbol of a rate: 5 bpm a step, 63 at most. 205/1024 is a fifth for all that the clamp lets through.
    @inline(always) fileprivate var symbol: Self { (clamped(0, 319) &* 205) &>> 10 }

    /// The middle one of three.
    @inline(always) fileprivate func median(_ b: Self, _ c: Self) -> Self {
        lesser(b).greater(greater(b).lesser(c))
    }

    /// |self - other| is 3.25 % of the other or more. Below 2^16 · 400 < 2^31.
    @inline(always) fileprivate func isFar(from other: Self) -> LaneMask {
        (self &- other).magnitudes &* 400 .>= other &* 13
    }

    /// 1 where a condition holds, else 0.
    @inline(always) fileprivate static func flag(_ condition: LaneMask) -> Self {
        Self(repeating: 0).replacing(with: Self(repeating: 1), where: condition)
    }
}
