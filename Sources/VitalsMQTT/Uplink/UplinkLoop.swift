package import VitalsCore
package import VitalsModel

/// Joins the journal, the delivery window and the session: everything that the uplink does, one turn at a time, without
/// a thread or a clock of its own.
///
/// On each connection the retained status message goes first; records follow when the broker has answered it. A stop
/// delivers what it can before its deadline, then says `offline` with the journal's last sequence, then disconnects.
package struct UplinkLoop {
    private enum Greeting {
        /// No connection, or one that takes no records.
        case none
        /// The status message waits for its acknowledgement.
        case sent(deadline: MonotonicTime)
        case answered
        /// The last status message waits for its acknowledgement.
        case goodbye
        /// DISCONNECT is on its way.
        case leaving
    }

    /// The status messages' token; those of the delivery window begin at 1.
    private static let statusToken: UInt64 = 0

    private let journal: any JournalPort
    private let settings: UplinkSettings
    private let encoder: RecordEncoder
    private let notify: @Sendable (UplinkNotice) -> Void
    private var session: MQTTSession
    private var window: DeliveryWindow
    private var greeting = Greeting.none
    private var stopAt: MonotonicTime?
    private var saveAt: MonotonicTime?
    private var committed: UInt64 = 0
    private var lastWarning: String?
    package private(set) var snapshot = UplinkSnapshot()
    package private(set) var isFinished = false

    /// A loop that resumes where the journal says that the sink stands.
    package init(
        journal: any JournalPort, settings: UplinkSettings, transport: any MQTTTransport, at now: MonotonicTime,
        notify: @escaping @Sendable (UplinkNotice) -> Void
    ) throws {
        self.journal = journal
        self.settings = settings
        self.notify = notify
        encoder = try RecordEncoder(identity: journal.identity)
        session = MQTTSession(
            transport: transport, settings: settings.mqtt, will: encoder.status(isOnline: false), at: now)
        window = DeliveryWindow(
            acknowledged: try journal.acknowledged(sink: settings.sink),
            acknowledgementDeadline: settings.acknowledgementDeadline)
        committed = try journal.head
        window.committed(upTo: committed)
    }

    /// Records up to this sequence are durable.
    package mutating func committed(upTo sequence: UInt64) {
        committed = max(committed, sequence)
        window.committed(upTo: sequence)
    }

    /// Asks for an orderly end by this moment.
    package mutating func stop(by deadline: MonotonicTime) { stopAt = deadline }

    /// Does everything that is due; returns when it wants the next turn at the latest. Nil is: when something happens.
    package mutating func turn(at now: MonotonicTime) -> MonotonicTime? {
        for event in session.takeEvents(at: now) { handle(event, at: now) }
        var deadlines = [leave(at: now)]
        if !isFinished {
            deadlines.append(session.advance(at: now))
            deadlines.append(deliver(at: now))
        }
        deadlines.append(save(at: now))
        updateSnapshot()
        return deadlines.compactMap(\.self).min()
    }

    private mutating func updateSnapshot() {
        snapshot.version = session.connection?.version
        snapshot.inFlight = window.inFlightCount
        snapshot.backlog = window.backlog
        snapshot.reconnects = session.reconnects
        snapshot.lastCommitted = committed
        snapshot.state =
            switch (greeting, window.state) {
            case _ where isFinished: .stopped
            case (.none, _) where session.connection?.maximumQoS == 0: .unsupported
            case (.none, _): .offline
            case (.sent, _): .announcing
            case (_, .paused(_, let reason)), (_, .probing(let reason)): .refused(MQTTReason(rawValue: reason))
            default: .delivering
            }
    }
}

// MARK: - What happened

extension UplinkLoop {
    private mutating func handle(_ event: MQTTEvent, at now: MonotonicTime) {
        switch event {
        case .connected(let connection):
            notify(.connected(connection.version))
            guard connection.maximumQoS > 0 else {
                notify(.unsupportedQoS)
                return
            }
            send(encoder.status(isOnline: true), then: .sent(deadline: now + settings.acknowledgementDeadline), at: now)
        case .acknowledged(Self.statusToken, let reason):
            statusAnswered(reason)
        case .acknowledged(let token, let reason):
            recordAnswered(token: token, reason, at: now)
        case .refused(let reason):
            notify(.connectionRefused(reason))
            ended(inOrder: false)
        case .disconnected(let error):
            if error != nil { notify(.disconnected(error)) }
            ended(inOrder: error == nil)
        case .warning(let text):
            // It comes with every attempt to connect.
            if text != lastWarning { notify(.warning(text)) }
            lastWarning = text
        case .subscribed, .message:
            break
        }
    }

    private mutating func statusAnswered(_ reason: MQTTReason) {
        // Nobody needs to be subscribed to the status: the broker keeps it.
        if reason != .success, reason != .noMatchingSubscribers { notify(.statusRefused(reason)) }
        switch greeting {
        case .sent:
            greeting = .answered
            window.connected(receiveMaximum: session.connection?.receiveMaximum ?? 1)
        case .goodbye:
            greeting = .leaving
            session.transport.disconnect()
        case .none, .answered, .leaving:
            break
        }
    }

    private mutating func recordAnswered(token: UInt64, _ reason: MQTTReason, at now: MonotonicTime) {
        let before = window.state
        switch window.acknowledged(token: token, reason: reason.rawValue, at: now) {
        case .delivered:
            snapshot.acknowledged += 1
            if case .probing = before { notify(.deliveryResumed) }
        case .refused(let sequence, _, _):
            snapshot.refused += 1
            // Of a whole window that is refused at once, the first is told.
            if case .paused = before { break }
            notify(.recordRefused(sequence: sequence, reason))
        case .stray:
            break
        }
    }

    private mutating func ended(inOrder: Bool) {
        if case .leaving = greeting {
            snapshot.isCleanlyStopped = inOrder
            isFinished = true
        }
        greeting = .none
        window.disconnected()
    }

    private mutating func send(_ status: MQTTMessage, then next: Greeting, at now: MonotonicTime) {
        do {
            try session.publish(status, token: Self.statusToken)
            greeting = next
        } catch {
            session.transport.drop()
        }
    }
}

// MARK: - What is to do

extension UplinkLoop {
    private mutating func deliver(at now: MonotonicTime) -> MonotonicTime? {
        if case .sent(let deadline) = greeting {
            guard now >= deadline else { return deadline }
            return cut(at: now)
        }
        guard case .answered = greeting else { return nil }
        for _ in 0..<VitalsMQTTLimits.actionsPerTurnMax {
            switch window.advance(at: now) {
            case .publish(let token, let record):
                guard publish(record, token: token, at: now) else { return now }
            case .read(let after, let limit):
                read(after: after, limit: limit, at: now)
            case .dropConnection:
                return cut(at: now)
            case .wait(let until):
                return until
            }
        }
        return now
    }

    private mutating func publish(_ record: Record, token: UInt64, at now: MonotonicTime) -> Bool {
        do {
            try session.publish(encoder.message(of: record), token: token)
            snapshot.published += 1
            return true
        } catch {
            if error.code == .refused {
                // A limit that the broker announced: the message was never sent.
                recordAnswered(token: token, .packetTooLarge, at: now)
                return true
            }
            notify(.disconnected(error))
            session.transport.drop()
            return false
        }
    }

    private mutating func read(after sequence: UInt64, limit: Int, at now: MonotonicTime) {
        do {
            window.offer(try journal.records(after: sequence, limit: limit))
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

    /// Tells the journal what was acknowledged, a few times a second; at the end all of it.
    private mutating func save(at now: MonotonicTime) -> MonotonicTime? {
        guard window.unsavedCount > 0 else { return nil }
        let due = saveAt ?? now + VitalsMQTTLimits.acknowledgementDelay
        saveAt = due
        guard now >= due || isFinished else { return due }
        let ranges = window.takeAcknowledged()
        saveAt = nil
        do {
            try journal.acknowledge(ranges, sink: settings.sink)
            return nil
        } catch {
            window.giveBack(ranges)
            saveAt = now + VitalsMQTTLimits.journalRetryDelay
            notify(.journalFailed("keep what was acknowledged: \(error)"))
            return saveAt
        }
    }

    /// The way out, once a stop was asked for.
    private mutating func leave(at now: MonotonicTime) -> MonotonicTime? {
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
            send(encoder.status(isOnline: false, last: committed), then: .goodbye, at: now)
            return stopAt
        case .answered:
            return goodbyeAt
        case .none, .sent, .goodbye, .leaving:
            return stopAt
        }
    }
}
