public import VitalsModel

/// The delivery of one sink: a cursor over the journal, the records in flight, and what the receiver has acknowledged.
///
/// It does nothing itself. The shell tells it what happened (`connected`, `acknowledged`, `committed`…) and asks it what
/// to do next (`advance`) until it says `wait`. Time is passed in. What always holds:
///
/// - A record is handed over only while connected, and counts as delivered only when it was acknowledged with reason
///   0x00. Any other reason leaves it where it was (lesson 40).
/// - At most `window` records are in flight: the smaller of `UplinkLimits.inFlightMax` and the broker's Receive Maximum.
/// - Every record has one place: acknowledged, in flight, waiting here, or still ahead of the cursor.
/// - Records are handed over in the order of the journal. When the connection ends, those in flight go back to the front
///   in that order; the receiver discards the second copy by its identity.
public struct DeliveryWindow: Sendable {
    /// What the shell is to do next.
    public enum Action: Hashable, Sendable {
        /// Hand the record to the transport, and report its acknowledgement under this token.
        case publish(token: UInt64, record: Record)
        /// Read so many records after this sequence, and pass them to `offer`.
        case read(after: UInt64, limit: Int)
        /// End the connection without ceremony: it stopped answering. Then report `disconnected`.
        case dropConnection
        /// Nothing to do before this moment, or before something happens.
        case wait(until: MonotonicTime?)
    }

    /// What an acknowledgement meant.
    public enum Outcome: Hashable, Sendable {
        /// The receiver has the record.
        case delivered(sequence: UInt64)
        /// The broker did not take the record; it stays, and delivery pauses until then.
        case refused(sequence: UInt64, reason: UInt8, retryAt: MonotonicTime)
        /// The token belongs to no record in flight, for instance to one of an earlier connection.
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

    private struct InFlight: Sendable {
        let token: UInt64
        let record: Record
        let deadline: MonotonicTime
    }

    /// How the delivery stands.
    public private(set) var state = State.offline
    /// What the receiver has acknowledged, in this run and before.
    public private(set) var acknowledged: SequenceRanges
    /// Records that may be in flight at once on the present connection.
    public private(set) var window = UplinkLimits.inFlightMax
    private let acknowledgementDeadline: MonotonicTime.Span
    private var unsaved = SequenceRanges()
    private var inFlight: [InFlight] = []
    private var waiting: [Record] = []
    private var cursor: UInt64 = 0
    private var head: UInt64 = 0
    private var readableAt: MonotonicTime?
    private var nextToken: UInt64 = 1
    private var refusals = 0
    private var refusalReason: UInt8 = 0

    /// A delivery that resumes from what the receiver acknowledged before; an empty list starts at the first record.
    public init(
        acknowledged: [ClosedRange<UInt64>],
        acknowledgementDeadline: MonotonicTime.Span = UplinkLimits.acknowledgementDeadline
    ) {
        self.acknowledged = SequenceRanges(acknowledged)
        cursor = self.acknowledged.range(containing: 1)?.upperBound ?? 0
        self.acknowledgementDeadline = acknowledgementDeadline
    }

    /// Records handed over and not yet acknowledged.
    public var inFlightCount: Int { inFlight.count }

    /// Records that are known to be durable and are not acknowledged.
    public var backlog: UInt64 {
        let ahead = acknowledged.ranges.reduce(into: UInt64(0)) { sum, range in
            guard range.upperBound > cursor, range.lowerBound <= head else { return }
            sum += min(range.upperBound, head) - max(range.lowerBound - 1, cursor)
        }
        return (head > cursor ? head - cursor - ahead : 0) + UInt64(waiting.count + inFlight.count)
    }
}

// MARK: - What happened

extension DeliveryWindow {
    /// Records up to this sequence are durable.
    public mutating func committed(upTo sequence: UInt64) { head = max(head, sequence) }

    /// A connection can carry records. `receiveMaximum` is the broker's (MQTT 5.0, 3.2.2.3.3).
    public mutating func connected(receiveMaximum: UInt16) {
        returnInFlight()
        window = max(1, min(UplinkLimits.inFlightMax, Int(receiveMaximum)))
        state = refusals == 0 ? .open : .probing(reason: refusalReason)
    }

    /// The connection is gone: everything in flight goes back to the front, in order.
    public mutating func disconnected() {
        returnInFlight()
        state = .offline
    }

    /// The answer to `read`. Records that are acknowledged already, or that stand at or before the cursor, are skipped.
    public mutating func offer(_ records: [Record]) {
        guard !records.isEmpty else {
            // The records up to the head are gone, or not to be seen yet: the next commit asks again.
            head = cursor
            return
        }
        for record in records where record.sequence > cursor {
            cursor = record.sequence
            if !acknowledged.contains(record.sequence) { waiting.append(record) }
        }
        head = max(head, cursor)
    }

    /// The journal could not be read; ask again at that moment, not before.
    public mutating func readFailed(retryAt: MonotonicTime) { readableAt = retryAt }

    /// The broker answered for a record: 0x00 takes it, everything else refuses it (MQTT 5.0, table 3-4).
    public mutating func acknowledged(token: UInt64, reason: UInt8, at now: MonotonicTime) -> Outcome {
        guard let index = inFlight.firstIndex(where: { $0.token == token }) else { return .stray }
        let record = inFlight.remove(at: index).record
        guard reason == 0 else { return refused(record, reason: reason, at: now) }
        acknowledged.insert(record.sequence)
        unsaved.insert(record.sequence)
        if case .probing = state {
            refusals = 0
            state = .open
        }
        return .delivered(sequence: record.sequence)
    }

    /// The acknowledged ranges since the last call, for the journal to keep.
    public mutating func takeAcknowledged() -> [ClosedRange<UInt64>] {
        defer { unsaved = SequenceRanges() }
        return unsaved.ranges
    }

    /// Ranges that the journal could not keep: the next `takeAcknowledged` has them again.
    public mutating func giveBack(_ ranges: [ClosedRange<UInt64>]) {
        for range in ranges { unsaved.insert(range) }
    }

    /// Acknowledged records that the journal has not been told of.
    public var unsavedCount: UInt64 { unsaved.count }

    private mutating func refused(_ record: Record, reason: UInt8, at now: MonotonicTime) -> Outcome {
        putBack(record)
        // Of a whole window that is refused at once, only the first starts a pause.
        if case .paused(let until, _) = state {
            return .refused(sequence: record.sequence, reason: reason, retryAt: until)
        }
        let doublings = min(refusals, UplinkLimits.refusalDoublingsMax)
        let delay = UplinkLimits.refusalDelayMin.microseconds << Int64(doublings)
        let until = now + MonotonicTime.Span(microseconds: min(delay, UplinkLimits.refusalDelayMax.microseconds))
        refusals = min(refusals + 1, UplinkLimits.refusalDoublingsMax)
        refusalReason = reason
        if state != .dropping { state = .paused(until: until, reason: reason) }
        return .refused(sequence: record.sequence, reason: reason, retryAt: until)
    }

    private mutating func putBack(_ record: Record) {
        let index = waiting.firstIndex { $0.sequence > record.sequence } ?? waiting.endIndex
        waiting.insert(record, at: index)
    }

    private mutating func returnInFlight() {
        for entry in inFlight { putBack(entry.record) }
        inFlight.removeAll(keepingCapacity: true)
    }
}

// MARK: - What to do next

extension DeliveryWindow {
    /// The next thing to do. Call it again until it says `wait`.
    public mutating func advance(at now: MonotonicTime) -> Action {
        guard state != .offline, state != .dropping else { return .wait(until: nil) }
        // Tokens ascend with time, so the first in flight has the earliest deadline.
        let deadline = inFlight.first?.deadline
        if let deadline, deadline <= now {
            state = .dropping
            return .dropConnection
        }
        if case .paused(let until, let reason) = state {
            // Stragglers of the window that was refused must be answered first, or they would be taken for the probe.
            guard now >= until, inFlight.isEmpty else {
                return .wait(until: now < until ? [until, deadline].compactMap(\.self).min() : deadline)
            }
            state = .probing(reason: reason)
        }
        return handOver(at: now, deadline: deadline)
    }

    private mutating func handOver(at now: MonotonicTime, deadline: MonotonicTime?) -> Action {
        var limit = window
        if case .probing = state { limit = 1 }
        guard inFlight.count < limit else { return .wait(until: deadline) }
        if !waiting.isEmpty {
            let record = waiting.removeFirst()
            let token = nextToken
            nextToken += 1
            inFlight.append(InFlight(token: token, record: record, deadline: now + acknowledgementDeadline))
            return .publish(token: token, record: record)
        }
        if let done = acknowledged.range(containing: cursor &+ 1) { cursor = done.upperBound }
        guard cursor < head else { return .wait(until: deadline) }
        if let readableAt, now < readableAt {
            return .wait(until: [readableAt, deadline].compactMap(\.self).min())
        }
        readableAt = nil
        return .read(after: cursor, limit: UplinkLimits.readAheadMax)
    }
}
