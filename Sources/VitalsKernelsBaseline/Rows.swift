/// The rows of a block, as `BlockLayout` names them.
///
/// Everything that works on rows is an extension of this pointer and is inlined into the kernels. A struct around it
/// would read as well, but its value witnesses are weak functions with names like `__swift_memcpy8_8` that the whole
/// program shares: an older processor could meet the AVX-512 copy of one anywhere.
typealias Rows = UnsafeMutablePointer<Lanes>

/// Which lanes a condition holds in.
typealias LaneMask = SIMDMask<SIMD16<Int32>>

extension Rows {
    /// The samples of a slot, clamped; meaningless in lanes where the slot is not valid.
    @inline(always) func samples(at slot: Int) -> Lanes {
        unsafe self[BlockLayout.values &+ slot].clamped(-KernelLimits.magnitudeMax, KernelLimits.magnitudeMax)
    }

    /// The lanes in which a slot holds a valid sample.
    @inline(always) func validity(at slot: Int) -> LaneMask {
        unsafe self[BlockLayout.validity &+ slot &>> 5].hasBit(slot & 31)
    }

    /// What the sorting networks see of a slot: the sample, or the mark that sorts to the end.
    @inline(always) func key(at slot: Int) -> Lanes {
        unsafe Lanes(repeating: KernelLimits.absent).replacing(with: samples(at: slot), where: validity(at: slot))
    }

    /// The least sigma, in Q2.
    @inline(always) var sigmaFloor: Lanes {
        unsafe self[BlockLayout.sigmaFloor].clamped(KernelLimits.sigmaFloorMin, KernelLimits.magnitudeMax) &<< 2
    }
}
