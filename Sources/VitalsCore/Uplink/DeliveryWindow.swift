public import VitalsModel

/// The delivery of one sink: which record goes next, the records in flight, and what the receiver has acknowledged.
///
/// It does nothing itself. The shell tells it what happened (`connected`, `acknowledged`, `committed`…) and asks it what
/// to do next (`advance`) until it says `wait`. Time is passed in. What always holds:
///
/// - A record is handed over only while connected, and counts as delivered only when it was acknowledged with reason
///   0x00. Any other reason leaves it where it was (lesson 40).
/// - At most `window` records are in flight: the smaller of `UplinkLimits.inFlightMax` and the broker's Receive Maximum.
/// - The journal is the only queue. When a connection begins, what is not acknowledged is read anew; the receiver
///   discards second copies by their identity.
/// - Records that a connection finds behind it are its backlog, those that come while it lasts are live. Alarms go
///   first, live ones before those of the backlog; then live data; then the backlog, at the pace that the broker keeps up
///   with, and never with the whole window. Each of these goes in the order of the journal (lesson 39).
public struct DeliveryWindow: Sendable {
    struct InFlight: Sendable {
        let token: UInt64
        /// Nil for a message that is no record, whose slot the shell claimed.
        let record: Record?
        let lane: DeliveryLane
        let handedOverAt: MonotonicTime
        let deadline: MonotonicTime
    }

    /// How the delivery stands.
    public internal(set) var state = State.offline
    /// What is done with: acknowledged by the receiver, in this run and before, or dropped from the journal.
    public internal(set) var settled: SequenceRanges
    /// Records that may be in flight at once on the present connection.
    public internal(set) var window = UplinkLimits.inFlightMax
    /// How fast the backlog goes out.
    public internal(set) var pace: BacklogPace
    let acknowledgementDeadline: MonotonicTime.Span
    var queues = [DeliveryQueue](repeating: DeliveryQueue(), count: DeliveryLane.allCases.count)
    var inFlight: [InFlight] = []
    /// Alarms that are to be published before they are durable.
    var early: [Record] = []
    var replay = ReplayOrder()
    var states = AlarmStates()
    /// Records up to here are the backlog of this connection.
    var mark: UInt64 = 0
    /// Records up to here are durable.
    var head: UInt64 = 0
    var readableAt: MonotonicTime?
    /// When live data last had nothing waiting.
    var caughtUpAt: MonotonicTime?
    /// Live data that the broker has taken since then.
    var liveDelivered: Int64 = 0
    /// Of what is done with: records that were not in the journal. Nobody acknowledged them.
    var missing = SequenceRanges()
    var unsaved = SequenceRanges()
    private var nextToken: UInt64 = 1
    var refusals = 0
    var refusalReason: UInt8 = 0

    /// A delivery that resumes from what the receiver acknowledged before; an empty list starts at the first record.
    public init(
        acknowledged: [ClosedRange<UInt64>],
        acknowledgementDeadline: MonotonicTime.Span = UplinkLimits.acknowledgementDeadline,
        backlogRateMax: Int64 = UplinkLimits.backlogRateMax
    ) {
        settled = SequenceRanges(acknowledged)
        self.acknowledgementDeadline = acknowledgementDeadline
        pace = BacklogPace(highest: backlogRateMax)
    }

    /// Messages handed over and not yet acknowledged.
    public var inFlightCount: Int { inFlight.count }

    /// When the connection is to be dropped unless something in flight is acknowledged; nil with nothing in flight.
    public var deadline: MonotonicTime? { inFlight.first?.deadline }

    /// Records that are known to be durable and are not done with.
    public var backlog: UInt64 { head - settled.count(upTo: head) }

    /// Records that are to be sent once more and were not yet; an upper bound while the journal is still being read.
    public var replayCount: UInt64 { replay.count }

    /// Acknowledged records that the journal has not been told of.
    public var unsavedCount: UInt64 { unsaved.count }

    subscript(lane: DeliveryLane) -> DeliveryQueue {
        _read { yield queues[lane.rawValue] }
        // In place: a copy of the queue for each record would cost more than all else here.
        _modify { yield &queues[lane.rawValue] }
    }

    mutating func handOver(_ record: Record?, _ lane: DeliveryLane, at now: MonotonicTime) -> UInt64 {
        defer { nextToken += 1 }
        inFlight.append(
            InFlight(
                token: nextToken, record: record, lane: lane, handedOverAt: now,
                deadline: now + acknowledgementDeadline))
        return nextToken
    }
}

// MARK: - What there is to say

extension DeliveryWindow {
    /// What the shell is to do next.
    public enum Action: Hashable, Sendable {
        /// Hand the record to the transport, and report its acknowledgement under this token. `isState` says that no newer
        /// record of its alarm condition is known, so that it may stand as the topic's state.
        case publish(token: UInt64, record: Record, isState: Bool)
        /// Read so many records after this sequence, of the lane's kind, and pass them to `offer`.
        case read(DeliveryLane, after: UInt64, limit: Int)
        /// End the connection without ceremony: it stopped answering. Then report `disconnected`.
        case dropConnection
        /// Nothing to do before this moment, or before something happens.
        case wait(until: MonotonicTime?)
    }

    /// What an acknowledgement meant.
    public enum Outcome: Hashable, Sendable {
        /// The receiver has the record; it took so long since it was handed over.
        case delivered(sequence: UInt64, after: MonotonicTime.Span)
        /// The broker did not take the record; it stays, and delivery pauses until then.
        case refused(sequence: UInt64, reason: UInt8, retryAt: MonotonicTime)
        /// The message that is no record was answered.
        case other(reason: UInt8)
        /// The token belongs to nothing in flight, for instance to a record of an earlier connection.
        case stray
    }

    /// How the delivery stands.
    public enum State: Hashable, Sendable {
        /// There is no connection: nothing is handed over.
        case offline
        /// Records flow.
        case open
        /// The broker refused a record: nothing is handed over until then. What is in flight may still be acknowledged.
        case paused(until: MonotonicTime, reason: UInt8)
        /// The pause is over: one record at a time, until one is taken.
        case probing(reason: UInt8)
        /// The acknowledgement deadline passed: the connection is being dropped.
        case dropping
    }
}
