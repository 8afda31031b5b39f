public import VitalsModel

/// The bounds of the BlueZ adapter, each with its reason. Those that every backend shares are in `LinkLimits`.
public enum BlueZLimits {
    /// Adapters that are noticed; a gateway has one to four.
    public static let adaptersMax = 16
    /// Services that one device may list in its advertisement or table.
    public static let servicesMax = 64
    /// Octets of a device's name (Core 5.4, volume 3, part C, 12.1: 248).
    public static let nameMax = 248
    /// Octets that one packet on a notification descriptor may have: a value has 512 at most (Core 5.4, volume 3, part F,
    /// 3.2.9), and one more octet than the buffer would show a longer one.
    public static let packetMax = 513
    /// Packets taken from one descriptor before others get their turn: some minutes of notifications.
    public static let packetsAtOnceMax = 256
    /// Values of one sensor that wait for its table, which is read in a few milliseconds.
    public static let heldMax = 64
    /// How long a value may be ahead of the news of its link: 0.6 s was seen. A later link is another one.
    public static let earlySpan = MonotonicTime.Span.seconds(2)
    /// How long an end of notifications waits for the end of the link that may be its cause: bluetoothd hears of both over
    /// different sockets, and tells of them in either order.
    public static let endGrace = MonotonicTime.Span.seconds(1)
    /// How long bluetoothd's yes to a connection may be ahead of the link. It is a moment, when the yes is true: it was
    /// seen to come for an attempt that had failed meanwhile.
    public static let linkGrace = MonotonicTime.Span.seconds(2)
    /// How long a link may be without its table before the objects are read again, and again after that. bluetoothd 5.66 was
    /// seen to keep a change of a property to itself now and then; a table takes 0.3 to 1.5 s.
    public static let tableGrace = MonotonicTime.Span.seconds(3)
    /// How often that is done for one link: a device of somebody else's may never have a table.
    public static let tableTries = 10
    /// Two equal values of a characteristic that another program listens to as well are one value if no longer apart:
    /// bluetoothd sends each value once for every listener, one right after the other.
    public static let echoSpan = MonotonicTime.Span.milliseconds(50)
    /// Pauses between attempts to reach the bus, to start the service again or to read what it knows, in turn; the last
    /// one repeats.
    public static let retries = [1, 2, 5, 10, 30].map { MonotonicTime.Span.seconds($0) }
}
