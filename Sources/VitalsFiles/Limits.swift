/// Every bound of this module, with its reason.
public enum VitalsFilesLimits {
    /// Bytes handed out at a time: enough that a system call costs little, few enough for a small gateway.
    public static let chunkBytes = 65_536
    /// Tries of a system call that a signal interrupted. One is the rule; a storm of signals must not hold us for ever.
    public static let interruptedTriesMax = 1_000
}
