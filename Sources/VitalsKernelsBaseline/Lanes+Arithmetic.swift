// Compare and select, and nothing else: the standard library's pointwise minimum and maximum stay calls to weak generic
// code, of which the linker would keep one instruction set's copy for all.

extension SIMD16<Int32> {
    /// Each lane brought into `low...high`.
    @inline(always) func clamped(_ low: Int32, _ high: Int32) -> Self {
        let raised = replacing(with: Self(repeating: low), where: self .< Self(repeating: low))
        return raised.replacing(with: Self(repeating: high), where: raised .> Self(repeating: high))
    }

    /// The greater of each pair of lanes.
    @inline(always) func greater(_ other: Self) -> Self { replacing(with: other, where: self .< other) }

    /// The lesser of each pair of lanes.
    @inline(always) func lesser(_ other: Self) -> Self { replacing(with: other, where: self .> other) }

    /// Each lane without its sign.
    @inline(always) var magnitudes: Self { replacing(with: 0 &- self, where: self .< Self(repeating: 0)) }

    /// The lanes in which a bit is set.
    @inline(always) func hasBit(_ bit: Int) -> SIMDMask<SIMD16<Int32>> {
        (self & Self(repeating: 1 &<< Int32(truncatingIfNeeded: bit))) .!= Self(repeating: 0)
    }

    /// 1.4824 times a median absolute deviation: the standard deviation of normal noise with that deviation.
    ///
    /// The factor 1.4826 (Hampel 1974) as 1 + 247/512, which is 0.012 % low. Below 2²³ the product stays below 2³¹.
    @inline(always) var scaledMAD: Self { self &+ ((self &* 247) &>> 9) }
}
