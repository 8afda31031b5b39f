public import VitalsModel

/// How an adapter stands, for health output.
public struct AdapterLinkStatus: Hashable, Sendable {
    /// The adapter.
    public var adapter: AdapterIndex
    /// As its backend reports it.
    public var state: AdapterState
    /// Whether the gateway listens for advertisements.
    public var isListening: Bool
    /// Links and attempts to make one.
    public var links: Int
    /// How many there may be.
    public var slots: Int
    /// When anything was received over it last.
    public var lastHeard: MonotonicTime?
    /// Steps of recovery, by step.
    public var recoveries: [LinkRecovery: Int]
}
