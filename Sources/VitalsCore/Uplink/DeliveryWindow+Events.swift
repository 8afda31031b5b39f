public import VitalsModel

// What happened.
extension DeliveryWindow {
    /// Records up to this sequence are durable.
    public mutating func committed(upTo sequence: UInt64) {
        head = max(head, sequence)
        early.removeAll { $0.sequence <= head }
    }

    /// Alarms whose commit is late are to be published now, under the sequence that they will be committed with.
    /// Durable or known ones, and what is no alarm, are passed over.
    public mutating func publishEarly(_ records: [Record]) {
        for record in records where record.kind == .alarm && record.sequence > head {
            guard !early.contains(where: { $0.sequence == record.sequence }) else { continue }
            early.append(record)
            states.note(record)
            if state != .offline, !isKnown(record.sequence, .liveAlarms) { self[.liveAlarms].putBack(record) }
        }
    }

    /// A connection can carry records. `receiveMaximum` is the broker's (MQTT 5.0, 3.2.2.3.3).
    public mutating func connected(receiveMaximum: UInt16) {
        window = max(1, min(UplinkLimits.inFlightMax, Int(receiveMaximum)))
        state = refusals == 0 ? .open : .probing(reason: refusalReason)
        inFlight.removeAll(keepingCapacity: true)
        pace.connected()
        beginAnew()
    }

    /// What is behind becomes the backlog, what comes from now on is live.
    mutating func beginAnew() {
        let done = min(settled.range(containing: 1)?.upperBound ?? 0, head)
        mark = backlog <= UplinkLimits.catchUpMax ? done : max(done, head)
        for lane in [DeliveryLane.alarmStates, .alarms, .backlog] { self[lane].reset(to: done) }
        for lane in [DeliveryLane.live, .liveAlarms] { self[lane].reset(to: mark) }
        self[.replay].reset(to: 0)
        for record in early where !settled.contains(record.sequence) && !isKnown(record.sequence, .liveAlarms) {
            self[.liveAlarms].putBack(record)
        }
        caughtUpAt = nil
    }

    /// The connection is gone; the next one begins with the journal.
    public mutating func disconnected() {
        inFlight.removeAll(keepingCapacity: true)
        for lane in DeliveryLane.allCases { self[lane].reset(to: 0) }
        state = .offline
    }

    /// The answer to `read`. What is missing between the records was dropped from the journal, and is done with.
    public mutating func offer(_ records: [Record], to lane: DeliveryLane) {
        head = max(head, records.last?.sequence ?? 0)
        let end = end(of: lane)
        for record in records where record.sequence > self[lane].cursor && record.sequence <= end {
            pass(to: record.sequence - 1, lane)
            self[lane].cursor = record.sequence
            take(record, lane)
        }
        if records.last.map({ $0.sequence >= end }) ?? true { pass(to: end, lane) }
    }

    /// The journal could not be read; ask again at that moment, not before.
    public mutating func readFailed(retryAt: MonotonicTime) { readableAt = retryAt }

    /// Takes a slot for a message that is no record; nil while there is none, or an alarm would need it.
    public mutating func claim(at now: MonotonicTime) -> UInt64? {
        let hasAlarm = !self[.liveAlarms].waiting.isEmpty || !self[.alarms].waiting.isEmpty
        guard state == .open, !hasAlarm, inFlight.count < limit(.live),
            inFlight.first.map({ $0.deadline > now }) ?? true
        else { return nil }
        return handOver(nil, .live, at: now)
    }

    /// The broker answered for a message: 0x00 takes it, everything else refuses it (MQTT 5.0, table 3-4).
    public mutating func acknowledged(token: UInt64, reason: UInt8, at now: MonotonicTime) -> Outcome {
        guard let index = inFlight.firstIndex(where: { $0.token == token }) else { return .stray }
        let entry = inFlight.remove(at: index)
        guard let record = entry.record else { return .other(reason: reason) }
        guard reason == 0 else { return refused(entry, record, reason: reason, at: now) }
        if entry.lane == .replay { replay.sent(record.sequence) } else { settle(record.sequence) }
        early.removeAll { $0.sequence == record.sequence }
        if entry.lane == .live { liveDelivered += 1 }
        if entry.lane.isPaced { pace.answered(after: now - entry.handedOverAt, at: now) }
        if case .probing = state {
            refusals = 0
            state = .open
            beginAnew()
        }
        return .delivered(sequence: record.sequence, after: now - entry.handedOverAt)
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

    /// These are no records, as far as the journal knows, so nobody waits for them.
    public mutating func pass(over range: ClosedRange<UInt64>) {
        for gap in settled.missing(in: range) {
            missing.insert(gap)
            settled.insert(gap)
        }
    }

    /// The journal has records again that it did not have: everything that is not acknowledged is looked for once more.
    public mutating func rewind() {
        for range in missing.ranges { settled.remove(range) }
        missing = SequenceRanges()
        if state != .offline { beginAnew() }
    }

    /// Delivered records of these ranges are to be sent once more, where their wall time lies in `span`.
    public mutating func sendAgain(_ ranges: [ClosedRange<UInt64>], span: ClosedRange<WallTime>?) {
        replay.add(ranges, span: span, head: head)
        self[.replay].reset(to: 0)
        if let first = replay.first { self[.alarmStates].cursor = min(self[.alarmStates].cursor, first - 1) }
    }
}

extension DeliveryWindow {
    private mutating func take(_ record: Record, _ lane: DeliveryLane) {
        states.note(record)
        let sequence = record.sequence
        if lane == .replay {
            guard settled.contains(sequence), replay.wants(record) else { return replay.sent(sequence) }
        } else {
            let isMine = (record.kind == .alarm) == (lane.kind == .alarm)
            guard lane != .alarmStates, isMine, !settled.contains(sequence) else { return }
        }
        if !isKnown(sequence, lane) { self[lane].putBack(record) }
    }

    /// Moves a lane's cursor. What a lane of all kinds finds missing was dropped.
    private mutating func pass(to sequence: UInt64, _ lane: DeliveryLane) {
        let first = self[lane].cursor + 1
        guard sequence >= first else { return }
        self[lane].cursor = sequence
        switch lane {
        case .live, .backlog: pass(over: first...sequence)
        case .replay: replay.sent(first...sequence)
        case .liveAlarms, .alarmStates, .alarms: break
        }
    }

    private mutating func settle(_ sequence: UInt64) {
        settled.insert(sequence)
        unsaved.insert(sequence)
    }

    /// Whether a record is in flight or waits among the live ones already: an alarm that was published early is read again
    /// after its commit, and what was handed over is read again when the lanes begin anew.
    private func isKnown(_ sequence: UInt64, _ lane: DeliveryLane) -> Bool {
        inFlight.contains { $0.record?.sequence == sequence && ($0.lane == .replay) == (lane == .replay) }
            || lane != .replay && (self[.liveAlarms].contains(sequence) || self[.live].contains(sequence))
    }

    private mutating func refused(
        _ entry: InFlight, _ record: Record, reason: UInt8, at now: MonotonicTime
    ) -> Outcome {
        self[entry.lane].putBack(record)
        pace.refused()
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
}
