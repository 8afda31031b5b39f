import VitalsKernelsBaseline

/// One kernel: a leaf function that works on the rows of one block, as its layout names them, and never traps whatever
/// they hold. The pointers of the kernels go no farther than this type and the blocks.
@safe package struct Kernel: Sendable {
    typealias Function = @Sendable (UnsafeMutablePointer<Lanes>) -> Void

    private let function: Function

    init(_ function: @escaping Function) { unsafe self.function = unsafe function }

    /// Runs a kernel of windows over a block.
    package func callAsFunction(_ block: inout WindowBlock) { unsafe block.withRows(function) }

    /// Runs the kernel of variability over a block.
    package func callAsFunction(_ block: inout IntervalBlock) { unsafe block.withRows(function) }

    /// Runs the kernel of rhythms over a block.
    package func callAsFunction(_ block: inout RhythmBlock) { unsafe block.withRows(function) }
}
