public import VitalsModel

/// What the link supervisor wants done, in this order.
public enum LinkOutput: Hashable, Sendable {
    /// Give the command to the backend.
    case command(LinkCommand)
    /// Give the input to the engine: a link that came up or went down, a value, a report.
    case input(EngineInput)
    /// Close the sensor's open block of spot checks, and answer with `LinkEvent.durable` when all is durable.
    case makeDurable(SensorAddress)
    /// Tell whoever runs the gateway.
    case log(LogLine)
}
