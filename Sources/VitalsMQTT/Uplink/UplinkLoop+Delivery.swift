import VitalsCore
import VitalsJSON
import VitalsModel

// What is to do.
extension UplinkLoop {
    mutating func deliver(at now: MonotonicTime) -> MonotonicTime? {
        switch greeting {
        case .sent(let deadline):
            guard now >= deadline else { return deadline }
            return cut(at: now)
        case .renewing:
            guard window.inFlightCount == 0 else { return window.deadline.map { $0 <= now ? cut(at: now) : $0 } }
            session.transport.disconnect()
            greeting = .none
            return now
        case .none, .goodbye, .leaving: return nil
        case .answered: break
        }
        guard publishLedger(at: now) else { return now }
        for _ in 0..<VitalsMQTTLimits.actionsPerTurnMax {
            switch window.advance(at: now) {
            case .publish(let token, let record, let isState):
                guard publish(encoder.message(of: record, isState: isState), token: token, at: now) else { return now }
            case .read(let lane, let after, let limit):
                read(lane, after: after, limit: limit, at: now)
            case .dropConnection:
                return cut(at: now)
            case .wait(let until):
                return .earliest(until, ledger?.deadline)
            }
        }
        return now
    }

    /// Alarms that have waited for their commit for too long go out without it, when there is a connection; returns when
    /// the next one has.
    mutating func publishLateAlarms(at now: MonotonicTime) -> MonotonicTime? {
        guard case .answered = greeting else { return nil }
        let alarms = late.takeLate(at: now)
        guard let last = alarms.last else { return late.deadline }
        do {
            try journal.promise(upTo: last.sequence)
        } catch {
            // An alarm that comes beats a sequence that, after a kill, might come twice.
            notify(.journalFailed("promise record \(last.sequence): \(error)"))
        }
        window.publishEarly(alarms)
        snapshot.early += UInt64(alarms.count)
        notify(.publishedEarly(alarms.count))
        return late.deadline
    }

    /// False when the connection broke.
    private mutating func publish(_ message: MQTTMessage, token: UInt64, at now: MonotonicTime) -> Bool {
        do {
            try session.publish(message, token: token)
            snapshot.published += 1
            return true
        } catch {
            if error.code == .refused {
                // A limit that the broker announced: the message was never sent.
                answered(token: token, .packetTooLarge, at: now)
                return true
            }
            notify(.disconnected(error))
            session.transport.drop()
            return false
        }
    }

    /// The next entry of the ledger, when there is one and a slot for it; false when the connection broke.
    private mutating func publishLedger(at now: MonotonicTime) -> Bool {
        do {
            guard let entry = try ledger?.next(at: now) else { return true }
            guard let token = window.claim(at: now) else {
                ledger?.retry(at: now + VitalsMQTTLimits.ledgerInterval)
                return true
            }
            ledger?.published(entry, token: token)
            return publish(encoder.message(of: entry), token: token, at: now)
        } catch {
            notify(.journalFailed("read the ledger: \(error)"))
            ledger?.retry(at: now + VitalsMQTTLimits.journalRetryDelay)
            return true
        }
    }

    private mutating func read(_ lane: DeliveryLane, after sequence: UInt64, limit: Int, at now: MonotonicTime) {
        do {
            let records =
                if let kind = lane.kind {
                    try journal.records(after: sequence, limit: limit, kind: kind)
                } else {
                    try journal.records(after: sequence, limit: limit)
                }
            window.offer(records, to: lane)
        } catch {
            notify(.journalFailed("read after record \(sequence): \(error)"))
            window.readFailed(retryAt: now + VitalsMQTTLimits.journalRetryDelay)
        }
    }

    /// The broker stopped answering. The end of the connection is an event of the next turn, which is due now.
    private mutating func cut(at now: MonotonicTime) -> MonotonicTime {
        notify(.unanswered(unprovedTopics: session.unprovedTopics))
        session.transport.drop()
        return now
    }

    /// Certificates and passwords that were renewed come into use without a restart: nothing new is handed over, and once
    /// all is answered the connection is made anew.
    mutating func watchFiles(at now: MonotonicTime) -> MonotonicTime? {
        guard !files.isEmpty else { return nil }
        guard now >= filesAt else { return filesAt }
        filesAt = now + settings.fileWatchInterval
        if case .answered = greeting, files.hasChanged() {
            notify(.credentialsRenewed)
            greeting = .renewing
        }
        return filesAt
    }

    /// Tells the journal what was acknowledged, a few times a second; at the end all of it.
    mutating func save(at now: MonotonicTime) -> MonotonicTime? {
        guard window.unsavedCount > 0 || unsavedApplied else { return nil }
        let due = saveAt ?? now + VitalsMQTTLimits.acknowledgementDelay
        saveAt = due
        guard now >= due || isFinished else { return due }
        saveAt = nil
        let ranges = window.takeAcknowledged()
        do {
            if !ranges.isEmpty { try journal.acknowledge(ranges, sink: settings.sink) }
        } catch {
            window.giveBack(ranges)
            return retrySave(error, at: now)
        }
        do {
            if unsavedApplied { try saveApplied(at: now) }
            return nil
        } catch {
            return retrySave(error, at: now)
        }
    }

    private mutating func saveApplied(at now: MonotonicTime) throws {
        try journal.acknowledge([1...applied], sink: settings.appliedSink)
        unsavedApplied = false
        if let appliedNotedAt, now - appliedNotedAt < VitalsMQTTLimits.receiptNoteInterval { return }
        appliedNotedAt = now
        var writer = JSONWriter()
        writer.object { $0.member("applied", applied) }
        try ledger?.note(.receipt, body: writer.bytes)
    }

    private mutating func retrySave(_ error: any Error, at now: MonotonicTime) -> MonotonicTime? {
        saveAt = now + VitalsMQTTLimits.journalRetryDelay
        notify(.journalFailed("keep what was acknowledged: \(error)"))
        return saveAt
    }

    /// The way out, once a stop was asked for.
    mutating func leave(at now: MonotonicTime) -> MonotonicTime? {
        guard let stopAt, !isFinished else { return nil }
        if now >= stopAt {
            session.transport.drop()
            for event in session.takeEvents(at: now) { handle(event, at: now) }
            isFinished = true
            return nil
        }
        let reserve = VitalsMQTTLimits.goodbyeReserve.microseconds
        let goodbyeAt = MonotonicTime(microseconds: stopAt.microseconds.subtractingSaturating(reserve))
        switch greeting {
        case .answered where window.backlog == 0 || now >= goodbyeAt:
            send(encoder.status(isOnline: false, last: committed), then: .goodbye)
            return stopAt
        case .answered:
            return goodbyeAt
        case .none, .sent, .renewing, .goodbye, .leaving:
            return stopAt
        }
    }
}
