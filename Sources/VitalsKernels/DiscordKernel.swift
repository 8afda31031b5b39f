import VitalsKernelsBaseline

/// The kernel of a left matrix profile's step, behind the memory that it works on. Its pointers go no farther than this
/// type and `DiscordMemory`.
@safe package struct DiscordKernel: Sendable {
    typealias Function =
        @Sendable (
            UnsafeMutablePointer<Double>, UnsafePointer<Double>, UnsafePointer<Double>, UnsafePointer<Double>,
            UnsafePointer<Double>, UnsafePointer<Double>, Int, UnsafePointer<Double>, UnsafeMutablePointer<Double>
        ) -> Void

    private let function: Function

    init(_ function: @escaping Function) { unsafe self.function = unsafe function }

    /// Works on so many lags, a multiple of 8.
    package func callAsFunction(_ memory: inout DiscordMemory, lags: Int) {
        unsafe memory.withPointers { products, samples, departed, sums, scales, weights, constants, best in
            unsafe function(products, samples, departed, sums, scales, weights, lags, constants, best)
        }
    }
}
