public import VitalsModel

/// How long things take in the fake of org.bluez: measured on the real one, or a small part of it, so that tests are
/// quick.
public struct FakeTiming: Sendable {
    /// From `Connect` to the link.
    public var connect = MonotonicTime.Span.milliseconds(5)
    /// What discovery adds to it: 10.4 s on the real one.
    public var connectWhileDiscovering = MonotonicTime.Span.milliseconds(500)
    /// To a sensor out of reach: 40 s on the real one.
    public var connectFailure = MonotonicTime.Span.milliseconds(400)
    /// From the link to the table: 300 ms.
    public var resolve = MonotonicTime.Span.milliseconds(5)
    /// An ATT request and its response.
    public var attribute = MonotonicTime.Span.milliseconds(2)
    /// The idle time before a link is ended: 2 s.
    public var disconnect = MonotonicTime.Span.milliseconds(10)
    /// Pairing, without what the agent needs.
    public var pair = MonotonicTime.Span.milliseconds(5)
    /// Switching on or off.
    public var power = MonotonicTime.Span.milliseconds(5)
    /// After discovery stopped, until an unbonded sensor without a link is forgotten: 30 s (`TemporaryTimeout`).
    public var forget = MonotonicTime.Span.seconds(30)
    /// A link that comes up and drops.
    public var drop = MonotonicTime.Span.milliseconds(20)
    /// The factor by which the sensors' periods are shortened.
    public var haste: Int64 = 25

    /// A small part of what was measured.
    public init() {}
}
