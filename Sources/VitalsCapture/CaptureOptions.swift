public import VitalsModel

/// What the reader of a capture may know that the capture does not say.
public struct CaptureOptions: Hashable, Sendable {
    /// Characteristics by value handle, for sensors whose discovery was not recorded. What was recorded outranks it.
    public var handles: [SensorAddress: [UInt16: BluetoothUUID]]
    /// Sensors by connection handle, for links that were up before the recording began.
    public var links: [UInt16: SensorAddress]
    /// Whether a notification on an unknown handle may be taken for 2A37 or 2A5F when its value has that very structure.
    /// Such handles are listed in `CaptureStatistics.guessedHandles`.
    public var guessesHandles: Bool
    /// Whether values that the host read, rather than was notified of, are events too.
    public var includesReads: Bool

    /// Nothing known; guesses allowed and labelled; reads included.
    public init(
        handles: [SensorAddress: [UInt16: BluetoothUUID]] = [:], links: [UInt16: SensorAddress] = [:],
        guessesHandles: Bool = true, includesReads: Bool = true
    ) {
        self.handles = handles
        self.links = links
        self.guessesHandles = guessesHandles
        self.includesReads = includesReads
    }
}
