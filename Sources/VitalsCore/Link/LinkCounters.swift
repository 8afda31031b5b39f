/// What was counted of one sensor's link since the gateway started.
public struct LinkCounters: Hashable, Sendable {
    /// Links that came up.
    public var connections = 0
    /// Attempts that failed, and links that ended before they could be used.
    public var failures = 0
    /// Values that were handed on.
    public var values = 0
    /// Values that could not be handed on: without a link, or of a handle that the table does not know.
    public var dropped = 0
    /// Stored records that had been handed on before and were not again.
    public var repeated = 0
    /// Commands that the backend never answered.
    public var unanswered = 0
    /// Steps of recovery, by step.
    public var recoveries: [LinkRecovery: Int] = [:]

    mutating func count(_ step: LinkRecovery) -> Int {
        recoveries[step, default: 0] += 1
        return recoveries[step, default: 0]
    }
}
