import VitalsKernelsBaseline

#if arch(x86_64)
    import VitalsKernelsV3
    import VitalsKernelsV4
#endif

/// The kernels of one level: chosen once, at start, and called for every block.
///
/// All levels give the same bits for every input, so the choice shows in the speed and nowhere else.
public struct KernelTable: Sendable {
    /// The level of all the kernels.
    public let level: KernelLevel

    /// Median, median absolute deviation and sigma of the reference part.
    package let reference: Kernel
    /// Outliers of the test part.
    package let hampel: Kernel
    /// EWMA and CUSUM of the test part; goes by what the two before it found.
    package let chart: Kernel
    /// Counts, extremes and sum.
    package let summary: Kernel
    /// A beat of each rhythm of a block.
    package let rhythm: Kernel
    /// The sums over the intervals of a block's windows.
    package let variability: Kernel

    /// The best table of this machine.
    public static var best: KernelTable { KernelTable(supported: .best) }

    /// The kernels of a level.
    ///
    /// - Throws: `KernelError` when this machine lacks its instructions: they would end the process.
    public init(_ level: KernelLevel) throws(KernelError) {
        guard KernelLevel.supported.contains(level) else {
            throw KernelError(reason: .unsupported(level), supported: KernelLevel.supported)
        }
        self.init(supported: level)
    }

    /// Judges all windows of a block: afterwards `block.figures(lane:)` says what was found. Allocates nothing.
    public func judge(_ block: inout WindowBlock) {
        reference(&block)
        hampel(&block)
        chart(&block)
        summary(&block)
    }

    private init(supported level: KernelLevel) {
        self.level = level
        switch level {
        case .scalar:
            reference = unsafe Kernel(ScalarKernels.reference)
            hampel = unsafe Kernel(ScalarKernels.hampel)
            chart = unsafe Kernel(ScalarKernels.chart)
            summary = unsafe Kernel(ScalarKernels.summary)
            rhythm = unsafe Kernel(ScalarRhythm.run)
            variability = unsafe Kernel(ScalarVariability.run)
        #if arch(x86_64)
            case .v3:
                reference = unsafe Kernel(VitalsKernelsV3.reference)
                hampel = unsafe Kernel(VitalsKernelsV3.hampel)
                chart = unsafe Kernel(VitalsKernelsV3.chart)
                summary = unsafe Kernel(VitalsKernelsV3.summary)
                rhythm = unsafe Kernel(VitalsKernelsV3.rhythm)
                variability = unsafe Kernel(VitalsKernelsV3.variability)
            case .v4:
                reference = unsafe Kernel(VitalsKernelsV4.reference)
                hampel = unsafe Kernel(VitalsKernelsV4.hampel)
                chart = unsafe Kernel(VitalsKernelsV4.chart)
                summary = unsafe Kernel(VitalsKernelsV4.summary)
                rhythm = unsafe Kernel(VitalsKernelsV4.rhythm)
                variability = unsafe Kernel(VitalsKernelsV4.variability)
        #endif
        default:
            reference = unsafe Kernel(VitalsKernelsBaseline.reference)
            hampel = unsafe Kernel(VitalsKernelsBaseline.hampel)
            chart = unsafe Kernel(VitalsKernelsBaseline.chart)
            summary = unsafe Kernel(VitalsKernelsBaseline.summary)
            rhythm = unsafe Kernel(VitalsKernelsBaseline.rhythm)
            variability = unsafe Kernel(VitalsKernelsBaseline.variability)
        }
    }
}
