import VitalsModel

/// What the machines of the supervisor share while one event is handled: its stamp, the dice, and what they want done.
struct LinkActions: Sendable {
    /// When the event happened.
    var stamp: Stamp
    /// The dice of the delays.
    var jitter: LinkJitter
    /// What is to be done, in this order.
    var outputs: [LinkOutput] = []

    init(stamp: Stamp, jitter: LinkJitter) {
        self.stamp = stamp
        self.jitter = jitter
    }

    var now: MonotonicTime { stamp.monotonic }

    /// Gives a command to the backend.
    mutating func command(_ command: LinkCommand) -> OpenCommand {
        outputs.append(.command(command))
        return OpenCommand(command, at: now)
    }

    /// Tells the engine what a sensor or its link did, at the time of the event unless another one is given.
    mutating func event(_ kind: SensorEvent.Kind, at stamp: Stamp? = nil) {
        outputs.append(.input(.sensor(SensorEvent(stamp: stamp ?? self.stamp, kind: kind))))
    }

    /// Tells the engine about a link.
    mutating func report(_ report: LinkReport, of sensor: SensorAddress?) {
        outputs.append(.input(.link(stamp, sensor: sensor, report)))
    }

    /// Tells whoever runs the gateway.
    mutating func log(
        _ level: LogLine.Level, _ message: String, sensor: SensorAddress? = nil, detail: String? = nil
    ) {
        outputs.append(.log(LogLine(level, message, sensor: sensor, detail: detail)))
    }
}
