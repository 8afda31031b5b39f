import VitalsModel

/// The tries to subscribe to one characteristic over one link: again after an old session was ended, then the other way, then
/// no more (lessons 6, 7, 9 and 11).
struct SubscriptionAttempt: Hashable, Sendable {
    let characteristic: RemoteCharacteristic
    /// How it is tried.
    private(set) var method: SubscriptionMethod
    private var hasCleared = false
    private var hasSwitched = false

    enum Next: Hashable, Sendable {
        /// End the subscription that seems to be there, then try again.
        case clearAndRetry
        /// Try again the other way.
        case switchMethod
        /// It cannot be had over this link.
        case giveUp
    }

    /// Indications have no other way than `StartNotify`.
    init(_ characteristic: RemoteCharacteristic, preferred: SubscriptionMethod) {
        self.characteristic = characteristic
        method = characteristic.properties.contains(.notify) ? preferred : .startNotify
    }

    /// What to do after a failure. A call that never ended is not repeated over the same link: it would hang again.
    mutating func failed(_ failure: LinkFailure) -> Next {
        if failure.kind == .deadline || failure.kind == .notConnected { return .giveUp }
        if !hasCleared, failure.saysSubscribed {
            hasCleared = true
            return .clearAndRetry
        }
        guard !hasSwitched, characteristic.properties.contains(.notify) else { return .giveUp }
        hasSwitched = true
        method = method.other
        return .switchMethod
    }
}

extension SubscriptionMethod {
    /// The other way.
    var other: SubscriptionMethod { self == .startNotify ? .acquireNotify : .startNotify }
}

extension LinkFailure {
    /// Whether a session seems to be there already: the service kept one, or another client has it.
    fileprivate var saysSubscribed: Bool {
        switch kind {
        case .inProgress: true
        case .notPermitted, .other: says("notify acquired") || says("failed to register notify session")
        default: false
        }
    }

    /// Whether the link has to be encrypted or authenticated first. BlueZ says this in words as well.
    var wantsPairing: Bool {
        switch kind {
        case .notPaired, .authentication: true
        // Insufficient authentication, insufficient encryption key size, insufficient encryption (Core 5.4, volume 3,
        // part F, 3.4.1.1).
        case .attribute(let code): code == 0x05 || code == 0x0C || code == 0x0F
        case .notPermitted: says("not paired")
        default: false
        }
    }

    /// Who is to know: only somebody else can mend what the bus's policy or the kernel forbids (lesson 20).
    var level: LogLine.Level { kind == .accessDenied ? .warning : .info }

    private func says(_ words: String) -> Bool { message.lowercased().contains(words) }
}
