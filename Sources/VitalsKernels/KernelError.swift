/// Why a kernel level cannot be used.
public struct KernelError: Error, Hashable, Sendable {
    /// What is wrong with it.
    public enum Reason: Hashable, Sendable {
        /// No level has this name.
        case unknown(String)
        /// The level is known, and this machine cannot run it.
        case unsupported(KernelLevel)
    }

    /// What is wrong.
    public let reason: Reason
    /// What the machine can run instead, slowest first.
    public let supported: [KernelLevel]

    /// An error for a machine that can run `supported`.
    public init(reason: Reason, supported: [KernelLevel]) {
        self.reason = reason
        self.supported = supported
    }
}

extension KernelError: CustomStringConvertible {
    /// One sentence: what is wrong, and what to choose instead.
    public var description: String {
        let names = ([KernelLevel.automatic] + supported.map(\.rawValue)).joined(separator: ", ")
        switch reason {
        case .unknown(let name): return "unknown kernels \"\(name)\": choose one of \(names)"
        case .unsupported(let level):
            return "this machine lacks the instructions of the kernels \"\(level.rawValue)\": choose one of \(names)"
        }
    }
}
