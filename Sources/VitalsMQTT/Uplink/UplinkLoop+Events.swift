import VitalsCore
import VitalsModel

// What happened.
extension UplinkLoop {
    mutating func handle(_ event: MQTTEvent, at now: MonotonicTime) {
        switch event {
        case .connected(let connection):
            notify(.connected(connection.version))
            guard connection.maximumQoS > 0 else {
                notify(.unsupportedQoS)
                return
            }
            // Before the status, so that whoever asks when it comes is heard.
            if desk != nil {
                do { try session.transport.subscribe(encoder.topics.requests) } catch { session.transport.drop() }
            }
            send(encoder.status(isOnline: true), then: .sent(deadline: now + settings.acknowledgementDeadline))
        case .acknowledged(Self.statusToken, let reason):
            statusAnswered(reason)
        case .acknowledged(let token, let reason):
            answered(token: token, reason, at: now)
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
        case .subscribed(_, let reason):
            if reason.rawValue >= 0x80 { notify(.subscriptionRefused(reason)) }
        case .message(let message):
            heard(message, at: now)
        }
    }

    private mutating func statusAnswered(_ reason: MQTTReason) {
        // Nobody needs to be subscribed to the status: the broker keeps it.
        if reason != .success, reason != .noMatchingSubscribers { notify(.statusRefused(reason)) }
        switch greeting {
        case .sent:
            greeting = .answered
            files.isUsed()
            window.connected(receiveMaximum: session.connection?.receiveMaximum ?? 1)
            resumeReplay()
        case .goodbye:
            greeting = .leaving
            session.transport.disconnect()
        case .none, .answered, .renewing, .leaving:
            break
        }
    }

    mutating func answered(token: UInt64, _ reason: MQTTReason, at now: MonotonicTime) {
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
        case .other:
            do {
                _ = try ledger?.answered(token: token, isTaken: reason == .success, at: now)
            } catch {
                notify(.journalFailed("keep what was acknowledged of the ledger: \(error)"))
            }
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
        ledger?.disconnected()
        window.disconnected()
    }

    /// The far side asks for something.
    private mutating func heard(_ message: MQTTMessage, at now: MonotonicTime) {
        guard !message.isRetained else { return }
        do throws(RequestRefusal) {
            switch message.topic {
            case encoder.topics.replayRequest:
                guard let request = try desk?.replay(message, wall: wallClock(), at: now) else { return }
                sendAgain(request.scope)
                notify(.replayRequested(counter: request.counter))
            case encoder.topics.receipt:
                guard let through = try desk?.receipt(message, head: committed), through > applied else { return }
                applied = through
                unsavedApplied = true
            default: return
            }
            lastRefusal = nil
        } catch {
            snapshot.requestsRefused += 1
            // Somebody may send the same for hours.
            if error != lastRefusal { notify(.requestRefused(error)) }
            lastRefusal = error
        }
    }

    mutating func send(_ status: MQTTMessage, then next: Greeting) {
        do {
            try session.publish(status, token: Self.statusToken)
            greeting = next
        } catch {
            session.transport.drop()
        }
    }
}
