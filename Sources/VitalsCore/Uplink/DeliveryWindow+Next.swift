public import VitalsModel

// What to do next.
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
                return .wait(until: now < until ? .earliest(until, deadline) : deadline)
            }
            state = .probing(reason: reason)
        }
        yieldToNewer(at: now)
        var due = deadline
        for lane in DeliveryLane.allCases where inFlight.count < limit(lane) {
            switch next(lane, at: now) {
            case .wait(let until): due = .earliest(due, until)
            case let action: return action
            }
        }
        return .wait(until: due)
    }

    /// Live data that a slow broker has left behind for too long become backlog, so that newer data go before them.
    private mutating func yieldToNewer(at now: MonotonicTime) {
        let lag = head - min(head, self[.live].cursor) + UInt64(self[.live].waiting.count)
        guard lag > UplinkLimits.catchUpMax, let since = caughtUpAt else {
            caughtUpAt = now
            liveDelivered = 0
            return
        }
        let span = now - since
        guard span >= UplinkLimits.liveLagMax else { return }
        // The broker has shown what it can take.
        pace.knows(rate: liveDelivered * 1_000_000 / span.microseconds)
        beginAnew()
    }

    /// Messages that may be in flight when one of this lane is handed over.
    func limit(_ lane: DeliveryLane) -> Int {
        if case .probing = state { return 1 }
        guard window >= UplinkLimits.reservingWindowMin else { return window }
        return switch lane {
        case .liveAlarms: window
        case .live: window - UplinkLimits.alarmReserve
        case .alarmStates, .alarms, .backlog, .replay: window - UplinkLimits.liveReserve
        }
    }

    /// The last sequence that a lane reads.
    func end(of lane: DeliveryLane) -> UInt64 {
        switch lane {
        case .alarms, .backlog: mark
        case .liveAlarms, .alarmStates, .live: head
        case .replay: min(replay.last, head)
        }
    }

    private mutating func next(_ lane: DeliveryLane, at now: MonotonicTime) -> Action {
        if !self[lane].waiting.isEmpty {
            if lane.isPaced, let until = pace.delay(at: now) { return .wait(until: until) }
            if lane.isPaced { pace.took(at: now) }
            let record = self[lane].takeFirst()
            return .publish(
                token: handOver(record, lane, at: now), record: record,
                isState: record.kind == .alarm && states.isNewest(record))
        }
        skip(lane)
        guard self[lane].cursor < end(of: lane), needsReading(lane) else { return .wait(until: nil) }
        if let readableAt, now < readableAt { return .wait(until: readableAt) }
        readableAt = nil
        return .read(lane, after: self[lane].cursor, limit: UplinkLimits.readAheadMax)
    }

    /// Passes over what need not be read.
    private mutating func skip(_ lane: DeliveryLane) {
        switch lane {
        case .live, .backlog:
            // The other lanes' records may lie between: this one reads on behind them.
            if let done = settled.range(containing: self[lane].cursor + 1) {
                self[lane].cursor = min(done.upperBound, end(of: lane))
            }
        case .replay:
            if let next = replay.next(after: self[lane].cursor) { self[lane].cursor = max(self[lane].cursor, next - 1) }
        case .liveAlarms, .alarmStates, .alarms: break
        }
    }

    /// The states are read only while there are older alarms that could be taken for them.
    private func needsReading(_ lane: DeliveryLane) -> Bool {
        switch lane {
        case .alarmStates: self[.alarms].cursor < mark || !replay.isEmpty
        case .alarms: self[.alarmStates].cursor >= min(mark, head)
        case .replay: !replay.isEmpty && self[.alarmStates].cursor >= head
        case .liveAlarms, .live, .backlog: true
        }
    }
}
