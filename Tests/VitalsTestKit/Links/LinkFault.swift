public import VitalsCore
public import VitalsModel

/// What ends a fault that lasts.
public enum FaultCure: Hashable, Sendable {
    /// Unsubscribing and subscribing again.
    case resubscribe
    /// Another connection.
    case reconnect
    /// Forgetting the sensor.
    case forget
    /// Stopping discovery and starting it again.
    case restartDiscovery
    /// Switching the adapter off and on.
    case powerCycle
    /// Resetting the controller.
    case reset
    /// Nothing but `LinkOrder.mend` or `.mendAdapter`.
    case never
}

/// What is wrong with a sensor, or with how the Bluetooth service treats it. `times` counts down; then all is well.
public enum SensorFault: Hashable, Sendable {
    /// Connecting fails at once with this.
    case connectFails(LinkFailure.Kind, times: Int)
    /// Connecting fails only after 40 s, as it does to a sensor that is out of reach.
    case connectHangs(times: Int)
    /// Another attempt, left behind by a killed process, is in progress until somebody disconnects (lesson 1).
    case connectPending
    /// The link comes up and ends at once.
    case connectDrops(times: Int)
    /// The link comes up and its table never does.
    case neverResolves(times: Int)
    /// The table that the service shows lacks these, until cured; empty: it lacks all (lesson 10).
    case tableLacks(Set<BluetoothUUID>, until: FaultCure)
    /// Subscribing fails with this.
    case subscribeFails(LinkFailure.Kind, times: Int)
    /// Subscribing is never answered by the service (lesson 9).
    case subscribeHangs(times: Int)
    /// Subscribing fails since the service holds an old session, until it is unsubscribed or disconnected (lesson 11).
    case subscriptionHeld
    /// A descriptor got by `AcquireNotify` ends at once (lesson 6).
    case acquireEnds
    /// Ending the link while `AcquireNotify` is under way takes the service down (lesson 7).
    case acquireCrashesService(times: Int)
    /// The first value is sent before subscribing is answered (lesson 8).
    case firstValueEarly
    /// Connected, subscribed, and nothing is sent until cured (lessons 17, 19).
    case silent(until: FaultCure)
    /// Reading fails with this.
    case readFails(LinkFailure.Kind, times: Int)
    /// The sensor lost its bond; the gateway believes in its own (lesson 14): pairing and encrypting fail.
    case bondRefused
    /// The service goes down when a link to the sensor is made (lesson 48), and comes back after the span.
    case crashesService(times: Int, backAfter: MonotonicTime.Span)
    /// Commands about the sensor are never answered by the backend, against its contract.
    case noAnswer(times: Int)
}

extension SensorFault {
    /// How often it still happens; nil when it lasts until cured.
    public var times: Int? {
        switch self {
        case .connectFails(_, let times), .connectHangs(let times), .connectDrops(let times),
            .neverResolves(let times), .subscribeFails(_, let times), .subscribeHangs(let times),
            .acquireCrashesService(let times), .readFails(_, let times), .crashesService(let times, _),
            .noAnswer(let times):
            times
        default: nil
        }
    }

    /// The same fault, happening so often.
    public func counting(_ times: Int) -> SensorFault {
        switch self {
        case .connectFails(let kind, _): .connectFails(kind, times: times)
        case .connectHangs: .connectHangs(times: times)
        case .connectDrops: .connectDrops(times: times)
        case .neverResolves: .neverResolves(times: times)
        case .subscribeFails(let kind, _): .subscribeFails(kind, times: times)
        case .subscribeHangs: .subscribeHangs(times: times)
        case .acquireCrashesService: .acquireCrashesService(times: times)
        case .readFails(let kind, _): .readFails(kind, times: times)
        case .crashesService(_, let back): .crashesService(times: times, backAfter: back)
        case .noAnswer: .noAnswer(times: times)
        default: self
        }
    }

    /// Ends the faults that a step cures; a stronger step cures what a milder one would.
    static func cure(_ faults: inout [SensorFault], _ step: FaultCure) {
        faults.removeAll { fault in
            switch fault {
            case .silent(let until), .tableLacks(_, let until): step.cures(until)
            default: false
            }
        }
    }

    /// What of `faults` matches first; a fault that counts is used up by one.
    static func take<Value>(_ faults: inout [SensorFault], _ match: (SensorFault) -> Value?) -> Value? {
        for (index, fault) in faults.enumerated() {
            guard let value = match(fault) else { continue }
            if let times = fault.times {
                if times > 1 { faults[index] = fault.counting(times - 1) } else { faults.remove(at: index) }
            }
            return value
        }
        return nil
    }
}

/// What is wrong with an adapter.
public enum AdapterFault: Hashable, Sendable {
    /// Nothing is heard until cured (lesson 13).
    case silent(until: FaultCure)
    /// Starting discovery fails with this until it is mended (lesson 2).
    case discoveryFails(LinkFailure.Kind)
    /// Discovery goes on without anybody here having asked for it, and connecting fails meanwhile (lesson 3).
    case discoveryStuck
    /// The controller has room for so many links; a further one fails with this (lesson 12).
    case slots(Int, LinkFailure.Kind)
    /// It cannot be switched on.
    case staysOff
}

extension AdapterFault {
    /// Ends the faults that a step cures.
    static func cure(_ faults: inout [AdapterFault], _ step: FaultCure) {
        faults.removeAll { if case .silent(let until) = $0 { step.cures(until) } else { false } }
    }
}

extension FaultCure {
    /// Whether this step ends a fault that lasts until `cure`.
    func cures(_ cure: FaultCure) -> Bool { cure != .never && cure.rank <= rank }

    private var rank: Int {
        switch self {
        case .resubscribe, .restartDiscovery: 0
        case .reconnect: 1
        case .forget: 2
        case .powerCycle: 3
        case .reset: 4
        case .never: 5
        }
    }
}

/// What a test asks of the world around a link backend.
public enum LinkOrder: Sendable {
    /// A sensor comes into reach, or is replaced by what it is from now on.
    case add(VirtualSensor)
    /// A sensor is no longer in reach: its link ends, and it advertises no more.
    case remove(SensorAddress)
    /// A fault begins.
    case fault(SensorAddress, SensorFault)
    /// All faults of a sensor end.
    case mend(SensorAddress)
    /// A link is lost.
    case drop(SensorAddress)
    /// A link exists although the gateway did not make it; its table is known to the service or not (lessons 1, 4).
    case leftover(SensorAddress, AdapterIndex, isResolved: Bool)
    /// The sensor sends this.
    case send(SensorAddress, BluetoothUUID, [UInt8])
    /// An adapter is plugged in, switched on or off.
    case addAdapter(AdapterIndex, SensorAddress, isPowered: Bool)
    /// An adapter is unplugged.
    case removeAdapter(AdapterIndex)
    /// A fault of an adapter begins.
    case adapterFault(AdapterIndex, AdapterFault)
    /// All faults of an adapter end.
    case mendAdapter(AdapterIndex)
    /// The service is killed: its name loses its owner, and nothing else is said. Links go with it.
    case killService
    /// The service ends in order, as `systemctl stop bluetooth` has it: it takes everything back before.
    case stopService
    /// The service runs again, with what it remembers.
    case startService
    /// The bus's policy keeps the gateway away from the service, or no longer (lesson 20).
    case denyAccess(Bool)
}
