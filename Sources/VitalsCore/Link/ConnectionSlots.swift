import VitalsModel

/// Who gets the connection slots of one adapter: a controller has room for a few links only, and says so badly (lesson 12).
///
/// - A free slot goes to the highest priority, and among equals to the sensor that has waited longest.
/// - Without a free slot, a sensor of higher priority displaces the lowest one; among equals, a link makes room when it has
///   stood for the rotation, so that every sensor is read in turn.
/// - When the controller refuses a link for want of room, the number of links that it had is its number of slots until one
///   of them ends.
struct ConnectionSlots: Sendable {
    private let configured: Int
    private let rotation: MonotonicTime.Span
    private var learned: (count: Int, until: MonotonicTime)?
    private var displacedAt: MonotonicTime?

    /// A link, or an attempt to make one.
    struct Holder: Hashable, Sendable {
        let sensor: SensorAddress
        let priority: Int
        /// When the link came up; nil when it may not be displaced: it is being made, or hands over records.
        let since: MonotonicTime?
        /// Whether the gateway is ending it.
        let isEnding: Bool
    }

    /// A sensor that could be connected to now.
    struct Waiter: Hashable, Sendable {
        let sensor: SensorAddress
        let priority: Int
        let since: MonotonicTime
    }

    enum Decision: Hashable, Sendable {
        case connect(SensorAddress)
        case displace(SensorAddress)
        /// Nothing now; ask again then.
        case wait(until: MonotonicTime?)
    }

    init(configured: Int, rotation: MonotonicTime.Span) {
        self.configured = configured
        self.rotation = rotation
    }

    /// How many links may be there.
    func count(at time: MonotonicTime) -> Int {
        guard let learned, time < learned.until else { return configured }
        return min(configured, learned.count)
    }

    /// The controller refused a link, with so many of ours up. At least one stays allowed: the room may be taken by links of
    /// others, and only a try shows when it is free again.
    mutating func limitReached(links: Int, at time: MonotonicTime) {
        learned = (max(1, links), time + LinkLimits.learnedSlotsSpan)
    }

    /// A link ended, so that there is room for one more than was learnt.
    mutating func linkEnded() { learned = nil }

    /// What to do for those who wait.
    mutating func decide(holders: [Holder], waiters: [Waiter], at time: MonotonicTime) -> Decision {
        guard let next = waiters.min(by: Self.isBefore) else { return .wait(until: nil) }
        guard holders.count >= count(at: time) else { return .connect(next.sensor) }
        // Room is being made already.
        if holders.contains(where: \.isEnding) { return .wait(until: nil) }
        guard let (victim, due) = victim(of: next, among: holders) else { return .wait(until: learned?.until) }
        let allowed = max(due, displacedAt.map { $0 + LinkLimits.displacementInterval } ?? due)
        guard allowed <= time else { return .wait(until: allowed) }
        displacedAt = time
        return .displace(victim)
    }

    /// Whose link makes room, and from when on.
    private func victim(of waiter: Waiter, among holders: [Holder]) -> (SensorAddress, MonotonicTime)? {
        var best: (holder: Holder, since: MonotonicTime)?
        for holder in holders where holder.priority <= waiter.priority {
            guard let since = holder.since else { continue }
            guard let other = best else {
                best = (holder, since)
                continue
            }
            let rank = (holder.priority, since, holder.sensor)
            if rank < (other.holder.priority, other.since, other.holder.sensor) { best = (holder, since) }
        }
        return best.map { ($0.holder.sensor, $0.holder.priority < waiter.priority ? $0.since : $0.since + rotation) }
    }

    private static func isBefore(_ left: Waiter, _ right: Waiter) -> Bool {
        (right.priority, left.since, left.sensor) < (left.priority, right.since, right.sensor)
    }
}
