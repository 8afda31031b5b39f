import VitalsCore
import VitalsModel

// What the far side asked for once more.
extension UplinkLoop {
    mutating func sendAgain(_ scope: ReplayRequest.Scope) {
        switch scope {
        case .records(let ranges): window.sendAgain(ranges, span: nil)
        case .time(let span): window.sendAgain([1...UInt64.max], span: span)
        }
        isReplaying = true
    }

    /// Goes on with what a run before this one had not sent as a whole: whoever asked was told that it was heard.
    mutating func resumeReplay() {
        guard !isReplayResumed, let desk else { return }
        do {
            let scopes = try desk.unfinished()
            isReplayResumed = true
            guard !scopes.isEmpty else { return }
            for scope in scopes { sendAgain(scope) }
            notify(.replayResumed)
        } catch {
            // The next connection tries again.
            notify(.journalFailed("read the ledger: \(error)"))
        }
    }

    /// Tells the ledger when everything was sent that was asked for.
    mutating func noteReplayed(at now: MonotonicTime) -> MonotonicTime? {
        // An entry speaks for all requests before it, also for those of an earlier run that were not looked for yet.
        guard isReplaying, isReplayResumed, window.replayCount == 0 else { return nil }
        if let replayNoteAt, now < replayNoteAt { return replayNoteAt }
        do {
            try desk?.done()
            isReplaying = false
            replayNoteAt = nil
        } catch {
            replayNoteAt = now + VitalsMQTTLimits.journalRetryDelay
            notify(.journalFailed("\(error)"))
        }
        return replayNoteAt
    }
}
