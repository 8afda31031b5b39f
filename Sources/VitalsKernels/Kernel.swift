import VitalsKernelsBaseline

/// One kernel: a leaf function that works on the rows of one block, as `BlockLayout` names them, and never traps whatever
/// they hold. The pointers of the kernels go no farther than this type and `WindowBlock`.
@safe package struct Kernel: Sendable {
    typealias Function = @Sendable (UnsafeMutablePointer<Lanes>) -> Void

    private let function: Function

    init(_ function: @escaping Function) { unsafe self.function = unsafe function }

    /// Runs the kernel over a block.
    package func callAsFunction(_ block: inout WindowBlock) { unsafe block.withRows(function) }
}
