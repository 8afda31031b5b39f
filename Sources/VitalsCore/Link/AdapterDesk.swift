import VitalsModel

/// One adapter: whether it is on, whether it listens, and whether it still hears anything.
///
/// The supervisor says whether it should listen. Discovery is state that is shared with every other client of the service, so
/// that "in progress" is no error but a reason to try again later (lesson 2).
struct AdapterDesk: Sendable {
    let index: AdapterIndex
    private(set) var state: AdapterState
    private(set) var open: OpenCommand?
    /// Whether discovery of ours runs, as far as we know.
    private(set) var isListening = false
    /// When anything was received over it last.
    private(set) var lastHeard: MonotonicTime?
    private(set) var recoveries: [LinkRecovery: Int] = [:]
    var slots: ConnectionSlots
    private var silence: SilenceLadder
    private var listening = Backoff(limit: LinkLimits.discoveryBackoffMax)
    private var switching = Backoff(limit: LinkLimits.discoveryBackoffMax)
    /// Discovery is not started or stopped before this, after a failure.
    private var discoveryAt: MonotonicTime?
    private var powerAt: MonotonicTime?
    private var stops = 0
    private var offSince: MonotonicTime?
    /// Since when discovery cannot be started, and the service's words.
    private var failingSince: MonotonicTime?
    private var failure = ""
    /// Since when discovery of ours is said to be off.
    private var quietSince: MonotonicTime?
    private var foreign = ForeignDiscovery()
    private let cameAt: MonotonicTime
    private var wasRecoveredAt: MonotonicTime?

    init(_ index: AdapterIndex, _ state: AdapterState, _ configuration: LinkConfiguration, at time: MonotonicTime) {
        self.index = index
        self.state = state
        slots = ConnectionSlots(configured: configuration.slots, rotation: configuration.rotation)
        silence = SilenceLadder(span: configuration.adapterSilence, mayReset: configuration.resetsAdapter)
        cameAt = time
        note(state, at: time)
    }

    /// Whether it is on and nothing is being done with it.
    var isFree: Bool { state.isPowered && open == nil }

    /// Its address or its state was reported.
    mutating func note(_ state: AdapterState, at time: MonotonicTime) {
        self.state = state
        if state.isPowered {
            offSince = nil
            powerAt = nil
            switching.reset()
        } else {
            offSince = offSince ?? time
            stoppedListening()
        }
        quietSince = isListening && !state.isDiscovering ? quietSince ?? time : nil
        foreign.note(isDiscovering: state.isDiscovering, isOurs: isListening, at: time)
    }

    /// Something was received over it: an advertisement, which shows that discovery runs, or a value.
    mutating func heard(
        isAdvertisement: Bool, _ book: inout ConditionBook, _ actions: inout LinkActions
    ) {
        let time = actions.now
        lastHeard = time
        if isAdvertisement, quietSince != nil { quietSince = time }
        if silence.heard(at: time) { book.clear(.adapterSilent, subject: index.description, &actions) }
    }

    /// It is gone: what was said of it is no longer so.
    func leave(_ book: inout ConditionBook, _ actions: inout LinkActions) {
        for condition in [LinkCondition.adapterSilent, .discoveryStuck] {
            book.clear(condition, subject: index.description, &actions)
        }
        book.clear(.discoveryStuck, subject: foreignSubject, &actions)
        book.clear(.adapterMissing, subject: offSubject, &actions)
    }

    private var offSubject: String { "\(index) is off" }
    private var foreignSubject: String { "\(index) discovers although nobody here asked for it" }
}

// MARK: - Commands

extension AdapterDesk {
    /// Switches it on if it is off.
    mutating func switchOn(_ actions: inout LinkActions) {
        guard !state.isPowered, open == nil, powerAt.map({ $0 <= actions.now }) ?? true else { return }
        open = actions.command(.powerOn(index))
    }

    /// Listens, or no longer. Does nothing while something is being done already.
    mutating func listen(_ isWanted: Bool, services: [BluetoothUUID], _ actions: inout LinkActions) {
        if !isWanted { failingSince = nil }
        guard isFree, isWanted != isListening, discoveryAt.map({ $0 <= actions.now }) ?? true else { return }
        discoveryAt = nil
        open = actions.command(isWanted ? .startDiscovery(index, services: services) : .stopDiscovery(index))
    }

    /// Ends discovery before the gateway ends, whatever else is being done (lesson 3).
    mutating func stop(_ actions: inout LinkActions) {
        var isOurs = isListening
        if case .startDiscovery? = open?.command { isOurs = true }
        if isOurs { _ = actions.command(.stopDiscovery(index)) }
        stoppedListening()
        open = nil
    }

    /// Recovers it for the sake of a silent sensor; false when that was done lately.
    mutating func recover(detail: String, _ actions: inout LinkActions) -> Bool {
        guard isFree else { return false }
        if let wasRecoveredAt, actions.now - wasRecoveredAt < LinkLimits.adapterRecoveryInterval { return false }
        wasRecoveredAt = actions.now
        perform(.powerCycle, detail: detail, &actions)
        return true
    }

    /// A command was answered, or its answer is no longer waited for.
    mutating func answered(
        _ command: LinkCommand, _ failure: LinkFailure?, _ book: inout ConditionBook, _ actions: inout LinkActions
    ) {
        guard open?.command == command else { return }
        open = nil
        if let failure {
            let words = "\(index) \(command.name): \(failure.message)"
            actions.log(failure.level, "the adapter refuses", detail: words)
        }
        switch command {
        case .startDiscovery: startAnswered(failure, &book, &actions)
        case .stopDiscovery: stopAnswered(failure, &actions)
        case .powerOn:
            if let failure { self.failure = failure.message }
            // Also when it is said to be done: the state that follows shows whether it is.
            powerAt = actions.now + switching.next(&actions.jitter)
        // The controller forgot what it was told.
        case .powerCycle, .reset: stoppedListening()
        default: break
        }
    }

    private mutating func startAnswered(
        _ failure: LinkFailure?, _ book: inout ConditionBook, _ actions: inout LinkActions
    ) {
        guard let failure else {
            isListening = true
            listening.reset()
            failingSince = nil
            quietSince = state.isDiscovering ? nil : actions.now
            foreign.note(isDiscovering: state.isDiscovering, isOurs: true, at: actions.now)
            book.clear(.discoveryStuck, subject: index.description, &actions)
            return silence.listens(at: actions.now)
        }
        self.failure = failure.message
        failingSince = failingSince ?? actions.now
        // A bluetoothd that was killed while it discovered leaves the kernel discovering, which ends within 10 s.
        let isNew = actions.now - cameAt < LinkLimits.discoveryStartSpan
        let pause = listening.next(&actions.jitter)
        discoveryAt = actions.now + (isNew ? min(pause, LinkLimits.discoveryStartPause) : pause)
        // Perhaps the service still counts a session of ours: ending it is what helps, and does no harm if there is none.
        if failure.kind == .inProgress { open = actions.command(.stopDiscovery(index)) }
    }

    private mutating func stopAnswered(_ failure: LinkFailure?, _ actions: inout LinkActions) {
        // A stop that fails while nothing runs has reached what it is for, and one that hung is not waited for again.
        guard let failure, failure.kind != .deadline, isListening, state.isDiscovering,
            stops < LinkLimits.discoveryStopsMax
        else {
            return stoppedListening(at: actions.now)
        }
        stops += 1
        discoveryAt = actions.now + LinkLimits.retryPause
    }

    private mutating func stoppedListening(at time: MonotonicTime? = nil) {
        isListening = false
        stops = 0
        silence.listensNoLonger()
        quietSince = nil
        if let time { foreign.note(isDiscovering: state.isDiscovering, isOurs: false, at: time) }
    }

    private mutating func perform(_ step: LinkRecovery, detail: String, _ actions: inout LinkActions) {
        recoveries[step, default: 0] += 1
        let words = "\(index): \(detail)"
        actions.report(.recovery(step, count: recoveries[step, default: 0], detail: words), of: nil)
        switch step {
        case .powerCycle: open = actions.command(.powerCycle(index))
        case .reset: open = actions.command(.reset(index))
        default: open = actions.command(.stopDiscovery(index))
        }
        stoppedListening()
    }
}

// MARK: - Time

extension AdapterDesk {
    /// When to call `expire` after this time.
    func deadline(after time: MonotonicTime) -> MonotonicTime? {
        var dues = [open?.deadline, discoveryAt]
        if !state.isPowered { dues.append(powerAt) }
        if open == nil, isListening { dues.append(silence.deadline) }
        dues.append(offSince.map { $0 + LinkLimits.adapterGrace })
        dues.append(failingSince.map { $0 + LinkLimits.discoveryGrace })
        dues.append(quietSince.map { $0 + LinkLimits.discoveryPauseMax })
        dues.append(foreign.deadline)
        return dues.compactMap(\.self).filter { $0 > time }.min()
    }

    /// Does what is due, and says what is wrong with it or no longer. `mayDisturb` is false while a link streams over it.
    mutating func expire(mayDisturb: Bool, _ book: inout ConditionBook, _ actions: inout LinkActions) {
        let now = actions.now
        if let open, open.deadline <= now {
            actions.log(.warning, "a command was not answered", detail: "\(index) \(open.command.name)")
            answered(open.command, open.missed, &book, &actions)
        }
        review(&book, &actions)
        guard open == nil, isListening else { return }
        let isDeaf = quietSince.map { $0 + LinkLimits.discoveryPauseMax <= now } ?? false
        let words = isDeaf ? "discovery ended by itself" : "nothing is heard"
        switch silence.expire(at: now, isDeaf: isDeaf, mayDisturb: mayDisturb) {
        case .recover(let step)?: perform(step, detail: words, &actions)
        case .giveUp?:
            book.raise(
                .adapterSilent, subject: index.description, detail: "\(index) hears nothing, whatever was tried",
                &actions)
        case nil: if isDeaf { perform(.restartDiscovery, detail: words, &actions) }
        }
    }

    private mutating func review(_ book: inout ConditionBook, _ actions: inout LinkActions) {
        let now = actions.now
        if let offSince {
            guard offSince + LinkLimits.adapterGrace <= now else { return }
            let words = failure.isEmpty ? offSubject : "\(offSubject): \(failure)"
            return book.raise(.adapterMissing, subject: offSubject, detail: words, &actions)
        }
        book.clear(.adapterMissing, subject: offSubject, &actions)
        if let failingSince, failingSince + LinkLimits.discoveryGrace <= now {
            let words = "\(index) cannot discover: \(failure)"
            book.raise(.discoveryStuck, subject: index.description, detail: words, &actions)
        } else if failingSince == nil {
            book.clear(.discoveryStuck, subject: index.description, &actions)
        }
        if let due = foreign.deadline, due <= now {
            book.raise(.discoveryStuck, subject: foreignSubject, detail: foreignSubject, &actions)
        } else if !state.isDiscovering {
            book.clear(.discoveryStuck, subject: foreignSubject, &actions)
        }
    }
}
