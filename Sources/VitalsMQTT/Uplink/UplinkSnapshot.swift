/// How an uplink stands: counts since its start, for a table, a metric or a log line.
public struct UplinkSnapshot: Hashable, Sendable {
    /// How the connection stands.
    public enum State: Hashable, Sendable {
        /// Not started, or stopped.
        case stopped
        /// There is no connection; attempts go on.
        case offline
        /// The broker accepted the connection and has not yet answered the status message.
        case announcing
        /// Records flow.
        case delivering
        /// The broker refuses records; they stay in the journal, and delivery is tried again.
        case refused(MQTTReason)
        /// The broker supports no QoS 1: nothing can be delivered to it.
        case unsupported
    }

    /// How the connection stands.
    public var state = State.stopped
    /// The version of MQTT spoken; nil while there is no connection.
    public var version: MQTTVersion?
    /// Messages handed to the transport, redelivered ones included.
    public var published: UInt64 = 0
    /// Records that the receiver acknowledged.
    public var acknowledged: UInt64 = 0
    /// Refusals of records; a record may be refused more than once.
    public var refused: UInt64 = 0
    /// Records handed over and not yet acknowledged.
    public var inFlight = 0
    /// Durable records that are not acknowledged.
    public var backlog: UInt64 = 0
    /// Alarms that were published before their commit, since it took too long.
    public var early: UInt64 = 0
    /// Records a second that the backlog may go out with at present.
    public var backlogRate: Int64 = 0
    /// Delivered records that are to be sent once more, as the far side asked; an upper bound.
    public var replaying: UInt64 = 0
    /// The far side says that it has applied every record up to here; 0 when it never said so.
    public var applied: UInt64 = 0
    /// Every entry of the ledger up to here is acknowledged.
    public var ledgerThrough: UInt64 = 0
    /// Requests and receipts that were not signed, not new or not readable.
    public var requestsRefused: UInt64 = 0
    /// Connections made since the first one.
    public var reconnects: UInt64 = 0
    /// The last sequence known to be durable.
    public var lastCommitted: UInt64 = 0
    /// Whether the last status message and the DISCONNECT went out.
    public var isCleanlyStopped = false

    /// The snapshot of an uplink that has not started.
    public init() {}
}
