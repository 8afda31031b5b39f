public import VitalsModel

/// What is done with a sensor.
public enum LinkPhase: String, CaseIterable, Hashable, Sendable {
    /// There is no link; `LinkWait` says why not.
    case waiting
    /// A link is being made.
    case connecting
    /// There is a link, and its GATT table is awaited.
    case resolving
    /// A bond is being made.
    case pairing
    /// The measurements are being subscribed to.
    case subscribing
    /// Measurements are subscribed to.
    case streaming
    /// The link, or the attempt to make one, is being ended by the gateway.
    case ending
}

/// Why there is no link to a sensor.
public enum LinkWait: Hashable, Sendable {
    /// The Bluetooth service does not run, or no adapter can be used.
    case adapter
    /// It is not heard.
    case advertisement
    /// The last try failed; the next one is not made before this time.
    case retry(MonotonicTime)
    /// It was heard, and other sensors come first.
    case turn
    /// All connection slots are taken.
    case slot
}
