public import VitalsModel

/// Decides when to connect, with which version of MQTT and with which kind of will.
///
/// - Delays grow exponentially with full jitter: each is drawn evenly between 0 and a ceiling that doubles, so that a
///   fleet does not come back in step. A connection that lasted makes the next delay short again.
/// - Every refusal is survived: the next attempt follows after a delay, for ever (lesson 34).
/// - MQTT 5 comes first. A refusal with "unsupported protocol version" makes the next attempt, at once, 3.1.1. So does,
///   after the usual delay, a broker that leaves `VitalsMQTTLimits.unansweredMax` CONNECTs of MQTT 5 in a row unanswered:
///   RabbitMQ 3.10 hangs up on what it cannot parse, amqtt keeps silent. A broker that has spoken 5 before is given many
///   more, since it may only be down; one that had to be asked with 3.1.1 is asked so after one. After that connection,
///   or that attempt, 5 is tried again, since brokers are upgraded.
/// - A broker without retained messages refuses a retained will with 0x9A: the next attempt, at once, has a plain one.
public struct ConnectionSupervisor: Sendable {
    /// What to do next.
    public enum Action: Hashable, Sendable {
        /// Start an attempt.
        case connect(version: MQTTVersion, isWillRetained: Bool)
        /// The broker did not answer within the connect deadline: cut the connection.
        case drop
        /// Nothing to do before this moment, or before something happens.
        case wait(until: MonotonicTime?)
    }

    private enum State: Sendable {
        case idle(until: MonotonicTime)
        case connecting(deadline: MonotonicTime)
        case connected(since: MonotonicTime)
        case dropping
    }

    private let settings: MQTTSettings
    private var state: State
    private var random: Jitter
    private var version = MQTTVersion.v5
    private var isWillRetained = true
    private var attempts = 0
    private var unanswered = 0
    private var unansweredMax = VitalsMQTTLimits.unansweredMax
    /// Connections made since the first one.
    public private(set) var reconnects: UInt64 = 0
    private var hasConnected = false

    /// A supervisor whose first attempt is due at once.
    public init(settings: MQTTSettings, at now: MonotonicTime) {
        self.settings = settings
        state = .idle(until: now)
        random = Jitter(seed: settings.seed)
    }

    /// Whether the broker accepted the present connection.
    public var isConnected: Bool {
        if case .connected = state { true } else { false }
    }

    /// The next thing to do.
    public mutating func advance(at now: MonotonicTime) -> Action {
        switch state {
        case .idle(let until):
            guard now >= until else { return .wait(until: until) }
            state = .connecting(deadline: now + settings.connectDeadline)
            return .connect(version: version, isWillRetained: isWillRetained)
        case .connecting(let deadline):
            guard now >= deadline else { return .wait(until: deadline) }
            state = .dropping
            return .drop
        case .connected, .dropping:
            return .wait(until: nil)
        }
    }

    /// The broker accepted the connection.
    public mutating func connected(at now: MonotonicTime) {
        state = .connected(since: now)
        if version == .v5 {
            unansweredMax = VitalsMQTTLimits.unansweredByKnownMax
        } else if unanswered > 0 {
            unansweredMax = 1
        }
        unanswered = 0
        if hasConnected { reconnects += 1 }
        hasConnected = true
    }

    /// The broker refused the connection.
    public mutating func refused(_ reason: MQTTReason, at now: MonotonicTime) {
        switch reason {
        case .unsupportedProtocolVersion where version == .v5:
            version = .v311
            state = .idle(until: now)
        case .retainNotSupported where isWillRetained:
            isWillRetained = false
            state = .idle(until: now)
        default:
            retry(at: now)
        }
    }

    /// The connection, or the attempt, ended; `isUnanswered` when the broker was there and left CONNECT unanswered.
    public mutating func disconnected(at now: MonotonicTime, isUnanswered: Bool = false) {
        if case .connected(let since) = state, now - since >= VitalsMQTTLimits.stableConnection { attempts = 0 }
        unanswered = isUnanswered && version == .v5 ? unanswered + 1 : 0
        let isEnough = unanswered >= unansweredMax
        retry(at: now)
        if isEnough { version = .v311 }
    }

    private mutating func retry(at now: MonotonicTime) {
        version = .v5
        isWillRetained = true
        let doubled = settings.reconnectDelayMin.microseconds.multipliedSaturating(by: 1 << Int64(attempts))
        let ceiling = min(doubled, settings.reconnectDelayMax.microseconds)
        let delay = max(random.below(ceiling), VitalsMQTTLimits.reconnectDelayFloor.microseconds)
        attempts = min(attempts + 1, VitalsMQTTLimits.reconnectDoublingsMax)
        state = .idle(until: now + MonotonicTime.Span(microseconds: delay))
    }
}

/// The dice of the delays: SplitMix64 (Steele, Lea, Flood 2014), seeded, so that a test can repeat a run.
private struct Jitter: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }

    mutating func below(_ ceiling: Int64) -> Int64 { Int64.random(in: 0...max(0, ceiling), using: &self) }
}
