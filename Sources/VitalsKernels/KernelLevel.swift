import CCPUFeatures

/// An instruction set that the kernels were compiled for. Every level gives the same bits; they differ in speed only.
public enum KernelLevel: String, CaseIterable, Hashable, Sendable {
    /// No vectors: the readable reference that every other level is checked against.
    case scalar
    /// What every x86-64 processor has: SSE2.
    case baseline
    /// x86-64-v3 of the psABI: AVX2.
    case v3 = "x86-64-v3"
    /// x86-64-v4 of the psABI: AVX-512 F, BW, CD, DQ and VL.
    case v4 = "x86-64-v4"
    /// What every 64-bit Arm processor has: NEON.
    case arm64

    /// The name that stands for the best level of the machine.
    public static let automatic = "auto"

    /// The levels that this processor and its operating system can run, slowest first. Found once.
    public static let supported: [KernelLevel] = {
        #if arch(x86_64)
            var levels = [scalar, baseline]
            if vitals_cpu_has_x86_64_v3() != 0 { levels.append(v3) }
            if vitals_cpu_has_x86_64_v4() != 0 { levels.append(v4) }
            return levels
        #elseif arch(arm64)
            return [scalar, arm64]
        #else
            return [scalar]
        #endif
    }()

    /// The fastest level that this machine can run.
    public static var best: KernelLevel { supported.last ?? .scalar }

    /// The level with a name as it stands in a configuration or after `--kernels`: `auto`, `scalar`, `baseline`,
    /// `x86-64-v3`, `x86-64-v4` or `arm64`.
    ///
    /// - Throws: `KernelError` when there is no such level, or this machine cannot run it.
    public init(named name: String) throws(KernelError) {
        try self.init(named: name, supported: Self.supported)
    }

    /// The same for a machine that supports just these levels.
    package init(named name: String, supported: [KernelLevel]) throws(KernelError) {
        if name == Self.automatic {
            self = supported.last ?? .scalar
            return
        }
        guard let level = KernelLevel(rawValue: name) else {
            throw KernelError(reason: .unknown(name), supported: supported)
        }
        guard supported.contains(level) else { throw KernelError(reason: .unsupported(level), supported: supported) }
        self = level
    }
}
