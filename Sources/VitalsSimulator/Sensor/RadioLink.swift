/// When a sensor measures and when its packets arrive: measurements keep the sensor's own period; a packet waits for
/// the next connection event, now and then for a later one, and the host adds a little. Stamps are whole milliseconds.
struct RadioLink: Sendable {
    private let period: Int64
    private let drift: Int64
    /// Microseconds between connection events.
    let connectionInterval: Int64
    private let jitter: Int64
    private let retransmitted: Int64
    private var random: RandomStream
    private let phase: Int64
    private var count: Int64 = 0
    private var last: Int64 = -1

    /// Microseconds from a measurement until the radio has the packet.
    private static let processing: Int64 = 2_000

    init(_ plan: SensorPlan) {
        let link = plan.specification.link
        period = link.period.microseconds
        drift = plan.specification.device.clockDrift.thousandths
        connectionInterval = link.connectionInterval.thousandths
        jitter = link.jitter.thousandths
        retransmitted = link.retransmitted.millionths
        random = RandomStream(seed: plan.sensorSeed, 50)
        phase = random.below(period)
    }

    /// When the sensor would first be connected: it advertises, is found, and connects.
    mutating func firstConnection() -> Int64 { random.within(100...1_500) * 1_000 }

    /// The time of the next measurement; a sensor whose clock runs ahead measures early.
    mutating func nextMeasurement() -> Int64 {
        let nominal = phase + count * period
        count += 1
        return max(0, nominal - SensorClock.gain(over: nominal, drift))
    }

    /// When a packet that is ready after `measurement` arrives, on a link that came up at `anchor`; later than any before.
    mutating func arrival(of measurement: Int64, anchor: Int64) -> Int64 {
        let events = (measurement + Self.processing - anchor) / connectionInterval + 1
        // Drawn always, so that the share of retransmissions shifts no later random number.
        let retries = random.within(1...3)
        let isRetried = random.chance(millionths: retransmitted)
        let event = anchor + (events + (isRetried ? retries : 0)) * connectionInterval
        last = max(last + 1, (event + random.below(jitter + 1)) / 1_000)
        return last * 1_000
    }

    /// When the packet after that arrives: in the same connection event, or one later.
    mutating func next(isLater: Bool) -> Int64 {
        last += isLater ? max(1, connectionInterval / 1_000) : 1
        return last * 1_000
    }
}
