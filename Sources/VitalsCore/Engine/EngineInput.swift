public import VitalsModel

/// Everything that can happen to the engine. All time comes in with it.
public enum EngineInput: Hashable, Sendable {
    /// The first input: the engine starts.
    case start(Stamp)
    /// A sensor, its link or the clock did something.
    case sensor(SensorEvent)
    /// Something about the link to a sensor or, without a sensor, about an adapter or the Bluetooth service.
    case link(Stamp, sensor: SensorAddress?, LinkReport)
    /// A trouble of the gateway's own journal began or ended. Only live runs are told: a recording makes the same records
    /// whatever a disk does.
    case journal(Stamp, JournalTrouble, isPresent: Bool)
    /// Time has passed and nothing else happened. A tick never changes what later inputs do: what is due at a time is
    /// done at that time, whether a tick or the next event brings it.
    case tick(Stamp)
    /// The last input: no more comes after this, and what is open is closed.
    case stop(Stamp)

    /// When it happened.
    public var stamp: Stamp {
        switch self {
        case .start(let stamp), .tick(let stamp), .stop(let stamp), .link(let stamp, _, _), .journal(let stamp, _, _):
            stamp
        case .sensor(let event): event.stamp
        }
    }
}
