/// Why a detector did not judge: always a reason that a clinician can act on, never a bare nil.
public enum Refusal: UInt8, CaseIterable, Hashable, Sendable {
    /// The sensor says that it does not touch the body.
    case sensorOff
    /// Notifications stopped or the sensor sends no reading: what the body did in that time is not known.
    case signalLost
    /// The link to the sensor is down.
    case linkDown
    /// Nothing was received since the link came up.
    case noDataYet
    /// A stretch of data is missing, and what came before it may not be joined to what comes after.
    case gap
    /// The sensor sent no usable number: NaN, NRes, infinity, malfunction, demonstration, out of range.
    case invalidValue
    /// The sensor doubts its own value.
    case questionableSignal
    /// The intervals are all the same to the last bit, which no heart does.
    case flatSignal
    /// The sensor repeats one packet.
    case frozenSignal
    /// Too few beats were received to judge by.
    case notEnoughBeats
    /// The detector's window is not full yet.
    case warmingUp
    /// Too much of the window is artefact.
    case artefacts

    /// The name in records and in text: lower-case letters and hyphens.
    public var name: String {
        switch self {
        case .sensorOff: "sensor-off"
        case .signalLost: "signal-lost"
        case .linkDown: "link-down"
        case .noDataYet: "no-data-yet"
        case .gap: "gap"
        case .invalidValue: "invalid-value"
        case .questionableSignal: "questionable-signal"
        case .flatSignal: "flat-signal"
        case .frozenSignal: "frozen-signal"
        case .notEnoughBeats: "not-enough-beats"
        case .warmingUp: "warming-up"
        case .artefacts: "artefacts"
        }
    }
}
