public import VitalsModel

/// What the engine wants done. Effects stand in the order in which they came to be, and are done in that order.
public enum Effect: Hashable, Sendable {
    /// Make this record durable, then publish it.
    case append(Record)
    /// One line of the evaluation trace: a JSON object. Only when the engine was made with tracing on.
    case trace([UInt8])
    /// Tell whoever runs the gateway. It never holds a value of a patient.
    case log(LogLine)
}

/// A constant phrase and what it is about.
public struct LogLine: Hashable, Sendable {
    /// How much it matters.
    public enum Level: Hashable, Sendable {
        /// Of interest when something is being looked into.
        case debug
        /// Worth knowing.
        case info
        /// Something is not as it should be.
        case warning
    }

    /// How much it matters.
    public var level: Level
    /// A constant phrase.
    public var message: String
    /// The sensor that it is about.
    public var sensor: SensorAddress?
    /// A further word, such as a reason or the name of a characteristic.
    public var detail: String?

    /// A line.
    public init(_ level: Level, _ message: String, sensor: SensorAddress? = nil, detail: String? = nil) {
        self.level = level
        self.message = message
        self.sensor = sensor
        self.detail = detail
    }
}
