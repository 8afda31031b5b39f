// The newest beat of each stream beside the three before it: rate, symbols, traits.

extension Rows {
    /// 61440 / interval, the rates in bpm rounded down, by long division: 65535 where there is no interval.
    ///
    /// All four rows at a time: one alone would wait for each of its own steps.
    @inline(always) func divide() {
        let zero = Lanes(repeating: 0)
        let (first, limit) = (RhythmLayout.interval, KernelLimits.intervalMax)
        let (a, b) = unsafe (self[first].clamped(0, limit), self[first &+ 1].clamped(0, limit))
        let (c, d) = unsafe (self[first &+ 2].clamped(0, limit), self[first &+ 3].clamped(0, limit))
        var (p, q, r, s, bit) = (zero, zero, zero, zero, Lanes(repeating: 1 << 15))
        var left = 16
        while left > 0 {
            p = p.taking(bit, divisor: a)
            q = q.taking(bit, divisor: b)
            r = r.taking(bit, divisor: c)
            s = s.taking(bit, divisor: d)
            bit = bit &>> 1
            left &-= 1
        }
        let rate = RhythmScratch.rate
        unsafe (self[rate], self[rate &+ 1], self[rate &+ 2], self[rate &+ 3]) = (p, q, r, s)
    }

    /// Word and traits of each beat; the chain moves on.
    @inline(always) func takeBeats() {
        let (zero, wide) = (Lanes(repeating: 0), RhythmLayout.wide)
        var part = 0
        while part < wide {
            let (history, rates) = (RhythmLayout.history &+ part, RhythmLayout.rates &+ part)
            let x = unsafe self[RhythmLayout.interval &+ part].clamped(0, KernelLimits.intervalMax)
            let (x1, x2, x3) = unsafe (self[history], self[history &+ wide], self[history &+ 2 &* wide])
            let hr = unsafe self[RhythmScratch.rate &+ part]
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
            unsafe self[RhythmLayout.entered &+ part] = zero &- Lanes.flag(enters)

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
        unsafe narrow(RhythmLayout.entered, to: RhythmScratch.entered)
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
        let entered = unsafe self[RhythmScratch.entered]
        unsafe self[word] = (self[word] & entered) | (Lanes(repeating: 0x7F7F_7F7F) & ~entered)
    }
}

extension SIMD16<Int32> {
    /// One step of a long division of 61440: the quotient with one more bit, if the product then stays within.
    ///
    /// 2^15 · 65535 and 61440 + 2^14 · 65535 stay below 2^31.
    @inline(always) fileprivate func taking(_ bit: Self, divisor: Self) -> Self {
        let trial = self | bit
        return replacing(with: trial, where: trial &* divisor .<= Self(repeating: 61_440))
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
