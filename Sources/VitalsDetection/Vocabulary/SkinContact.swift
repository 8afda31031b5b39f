/// Whether the sensor touches the skin: three states, since many sensors cannot tell (lesson 22).
public enum SkinContact: UInt8, CaseIterable, Hashable, Sendable {
    /// The sensor does not support contact detection.
    case unsupported
    /// Contact detection is supported and there is none.
    case notDetected
    /// Contact is detected.
    case detected
}
