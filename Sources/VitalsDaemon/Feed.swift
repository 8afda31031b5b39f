internal import VitalsModel
internal import VitalsSystemd

/// Where the engine's inputs come from. It lives on the loop's thread.
protocol Feed: AnyObject {
    /// What the service manager is told when all runs.
    var readiness: String { get }

    /// Begins to feed.
    func begin() throws

    /// The journal is durable up to its head: there is room again, if there was none.
    func committed(upTo head: UInt64) throws

    /// Whether what comes becomes durable. Told every few seconds, and when it changes.
    func heard(isRecording: Bool) throws

    /// The daemon stops: what has to be said to the engine is said now.
    func end() throws

    /// What was wrong with the input, when the daemon has to say so with its exit status.
    var damage: (any Error)? { get }
}
