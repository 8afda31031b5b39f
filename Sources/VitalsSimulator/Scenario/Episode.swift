public import VitalsModel

/// Something that happens in a scenario at a stated time. Which parameters a kind has is in docs/simulator.md; those
/// that are nil take the kind's default.
public struct Episode: Hashable, Sendable {
    /// What happens.
    public var kind: EpisodeKind
    /// To which sensor, all its copies included, and for what befalls the heart to all sensors of its subject; nil for
    /// every sensor that can show it.
    public var sensor: SensorAddress?
    /// When it begins, from the start of the scenario.
    public var at: ScenarioSpan?
    /// How long it lasts; kinds with a length of their own have none.
    public var duration: ScenarioSpan?
    /// Heart rate in beats per minute.
    public var heartRate: ScenarioNumber?
    /// Coefficient of variation of the intervals in %.
    public var irregularity: ScenarioNumber?
    /// Premature beats per minute, when they are isolated.
    public var perMinute: ScenarioNumber?
    /// Where premature beats arise; ventricular unless given.
    public var origin: PrematureOrigin?
    /// How premature beats follow each other; isolated unless given.
    public var pattern: PrematurePattern?
    /// The interval of a pause.
    public var length: ScenarioSpan?
    /// The fall of SpO2 in %.
    public var depth: ScenarioNumber?
    /// Time from the begin to the nadir.
    public var fall: ScenarioSpan?
    /// Time at the nadir.
    public var hold: ScenarioSpan?
    /// Time from the nadir back.
    public var recovery: ScenarioSpan?
    /// Pulse amplitude index in %.
    public var amplitude: ScenarioNumber?
    /// Share of beats or measurements spoilt, in %.
    public var strength: ScenarioNumber?
    /// Share of notifications in %.
    public var share: ScenarioNumber?
    /// Why the link goes down; `supervision-timeout` unless given.
    public var reason: String?
    /// How far the gateway's wall clock steps, forward when positive.
    public var step: ScenarioSpan?
    /// Whether the gateway's wall clock is synchronised after the step; true unless given.
    public var synchronised: Bool?
    /// How far the sensor's clock is ahead.
    public var offset: ScenarioSpan?

    /// An episode with the kind's defaults.
    public init(
        _ kind: EpisodeKind, sensor: SensorAddress? = nil, at: ScenarioSpan? = nil, duration: ScenarioSpan? = nil
    ) {
        self.kind = kind
        self.sensor = sensor
        self.at = at
        self.duration = duration
    }

    /// The value of a numeric parameter in thousandths or milliseconds, nil when it is not given.
    func given(_ key: CodingKeys) -> Int64? {
        switch key {
        case .at: at?.milliseconds
        case .duration: duration?.milliseconds
        case .heartRate: heartRate?.thousandths
        case .irregularity: irregularity?.thousandths
        case .perMinute: perMinute?.thousandths
        case .length: length?.milliseconds
        case .depth: depth?.thousandths
        case .fall: fall?.milliseconds
        case .hold: hold?.milliseconds
        case .recovery: recovery?.milliseconds
        case .amplitude: amplitude?.thousandths
        case .strength: strength?.thousandths
        case .share: share?.thousandths
        case .step: step?.milliseconds
        case .offset: offset?.milliseconds
        case .kind, .sensor, .origin, .pattern, .reason, .synchronised: nil
        }
    }

    /// The value of a numeric parameter, or the kind's default, or 0 when the kind has no such parameter.
    func value(_ key: CodingKeys) -> Int64 {
        given(key) ?? kind.parameters.first { $0.key == key }?.fallback ?? 0
    }

    /// How long it lasts in milliseconds, by `duration` or by the kind's own parameters.
    var lengthMilliseconds: Int64 {
        switch kind {
        case .pause: value(.length)
        case .desaturation: value(.fall) + value(.hold) + value(.recovery)
        case .clockStep: 0
        default: value(.duration)
        }
    }
}

/// Where premature beats arise.
public enum PrematureOrigin: String, CaseIterable, Sendable {
    /// In a ventricle: early by 40 %, and the next normal beat comes when it would have come (compensatory pause).
    case ventricular
    /// In an atrium: early by 30 %, and the sinus node starts anew from it.
    case atrial
}

/// How premature beats follow each other.
public enum PrematurePattern: String, CaseIterable, Sendable {
    /// Single, at random.
    case isolated
    /// Every second beat.
    case bigeminy
    /// Every third beat.
    case trigeminy
}

extension Episode: Decodable {
    /// The keys of an `[[episode]]` table.
    enum CodingKeys: String, CodingKey, CaseIterable {
        case kind, sensor, at, duration
        case heartRate = "heart_rate"
        case irregularity
        case perMinute = "per_minute"
        case origin, pattern, length, depth, fall, hold, recovery, amplitude, strength, share, reason, step
        case synchronised, offset
    }

    /// Reads an episode; `kind` is required here, the rest is for `Scenario.validate`.
    public init(from decoder: any Decoder) throws {
        let keys = try decoder.container(keyedBy: CodingKeys.self)
        guard let kind = try keys.choice(EpisodeKind.self, .kind) else {
            let names = EpisodeKind.allCases.map(\.rawValue).joined(separator: ", ")
            throw ScenarioError(key: keys.path(of: .kind), message: "is missing; one of \(names) is expected")
        }
        self.init(kind)
        sensor = try keys.sensor(.sensor)
        origin = try keys.choice(PrematureOrigin.self, .origin)
        pattern = try keys.choice(PrematurePattern.self, .pattern)
        reason = try keys.text(.reason)
        synchronised = try keys.value(Bool.self, .synchronised, expected: "true or false")
        for (key, path) in Self.numbers {
            self[keyPath: path] = try keys.value(ScenarioNumber.self, key, expected: Expected.number)
        }
        for (key, path) in Self.spans {
            self[keyPath: path] = try keys.value(ScenarioSpan.self, key, expected: Expected.span)
        }
    }

    private static var numbers: [(CodingKeys, WritableKeyPath<Episode, ScenarioNumber?>)] {
        [
            (.heartRate, \.heartRate), (.irregularity, \.irregularity), (.perMinute, \.perMinute), (.depth, \.depth),
            (.amplitude, \.amplitude), (.strength, \.strength), (.share, \.share),
        ]
    }

    private static var spans: [(CodingKeys, WritableKeyPath<Episode, ScenarioSpan?>)] {
        [
            (.at, \.at), (.duration, \.duration), (.length, \.length), (.fall, \.fall), (.hold, \.hold),
            (.recovery, \.recovery), (.step, \.step), (.offset, \.offset),
        ]
    }
}

extension KeyedDecodingContainer {
    /// The address of a sensor, or nil when the key is absent.
    func sensor(_ key: Key) throws -> SensorAddress? {
        guard let text = try text(key) else { return nil }
        if let address = SensorAddress(text) { return address }
        throw ScenarioError(
            key: path(of: key), message: "the address of a sensor such as \"C0:00:00:00:00:01\" is expected")
    }
}
