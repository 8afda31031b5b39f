import VitalsKernelsBaseline

#if arch(x86_64)
    import VitalsKernelsV3
    import VitalsKernelsV4
#endif

/// The kernels on one long series, of one level: eight places of the series side by side, on every machine.
///
/// All levels give the same bits for every input, so the choice shows in the speed and nowhere else.
public struct SeriesKernelTable: Sendable {
    /// The level of all the kernels.
    public let level: KernelLevel

    /// One step of a left matrix profile.
    package let discord: DiscordKernel
    /// The extrema of a window of a pulse wave.
    package let pulse: PulseKernel

    /// The best table of this machine.
    public static var best: SeriesKernelTable { SeriesKernelTable(.best) }

    /// The kernels of the same level as those of a table, which this machine can run.
    public init(_ table: KernelTable) {
        level = table.level
        switch table.level {
        case .scalar:
            discord = unsafe DiscordKernel(ScalarSeriesKernels.discord)
            pulse = unsafe PulseKernel(ScalarSeriesKernels.pulse)
        #if arch(x86_64)
            case .v3:
                discord = unsafe DiscordKernel(VitalsKernelsV3.discord)
                pulse = unsafe PulseKernel(VitalsKernelsV3.pulse)
            case .v4:
                discord = unsafe DiscordKernel(VitalsKernelsV4.discord)
                pulse = unsafe PulseKernel(VitalsKernelsV4.pulse)
        #endif
        default:
            discord = unsafe DiscordKernel(VitalsKernelsBaseline.discord)
            pulse = unsafe PulseKernel(VitalsKernelsBaseline.pulse)
        }
    }
}
