import VitalsKernelsBaseline

/// The kernel of a pulse wave's extrema, behind the memory that it works on. Its pointers go no farther than this type and
/// `PulseExtrema`.
@safe package struct PulseKernel: Sendable {
    typealias Function =
        @Sendable (
            UnsafePointer<Int64>, Int, Int, UnsafeMutablePointer<Int64>, UnsafeMutablePointer<Int64>
        ) -> Void

    private let function: Function

    init(_ function: @escaping Function) { unsafe self.function = unsafe function }

    /// Works on the samples that the memory holds.
    package func callAsFunction(_ memory: inout PulseExtrema) {
        let (count, scales) = (memory.count, memory.scales)
        unsafe memory.withPointers { samples, counts, reaches in
            unsafe function(samples, count, scales, counts, reaches)
        }
    }
}
