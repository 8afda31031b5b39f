/// What each beat of the window looks like beside the beats before it, and how many beats of each look are in it.
///
/// Three traits, each a comparison of RR intervals in integers:
/// - *regular*: within 3.25 % (13/400) of the interval before;
/// - *repeating*: within 3.25 % of the interval before that one: the mark of a period of two, bigeminy;
/// - *compensated*: the interval before was premature (under 85 % of the one before it) and this one makes up for it
///   (over 110 % of that one, the two together within 10 % of twice of it): a premature ventricular beat with its pause.
struct BeatTraits: Hashable, Sendable {
    /// Beats in the window with each trait.
    private(set) var regular = 0
    private(set) var repeating = 0
    private(set) var compensated = 0

    private let capacity: Int
    private var ring: [UInt8] = []
    private var oldest = 0
    private var last: Int32 = 0
    private var beforeLast: Int32 = 0

    init(capacity: Int) {
        self.capacity = capacity
        ring.reserveCapacity(capacity)
    }

    var count: Int { ring.count }

    private static let regularBit: UInt8 = 1
    private static let repeatingBit: UInt8 = 2
    private static let compensatedBit: UInt8 = 4

    /// The traits of the next interval of the chain.
    mutating func judge(_ interval: UInt16) -> UInt8 {
        let current = Int32(interval)
        var traits: UInt8 = 0
        // Where the chain has no interval yet, 0 stands for it, and nothing is close to 0 or premature against it.
        if Self.isClose(current, last) { traits |= Self.regularBit }
        if Self.isClose(current, beforeLast) { traits |= Self.repeatingBit }
        // All below 2^16 · 120 < 2^31.
        let isPremature = last * 100 < beforeLast * 85
        let isLate = current * 100 > beforeLast * 110
        let excess = (last + current - 2 * beforeLast).magnitude
        if isPremature, isLate, excess * 10 <= UInt32(2 * beforeLast) { traits |= Self.compensatedBit }
        beforeLast = last
        last = current
        return traits
    }

    /// The beat enters the window, and the oldest leaves if it is full.
    mutating func push(_ traits: UInt8) {
        if ring.count == capacity {
            count(ring[oldest], by: -1)
            ring[oldest] = traits
            oldest = oldest + 1 == capacity ? 0 : oldest + 1
        } else {
            ring.append(traits)
        }
        count(traits, by: 1)
    }

    /// The next interval does not follow the last one.
    mutating func breakChain() {
        last = 0
        beforeLast = 0
    }

    mutating func reset() {
        breakChain()
        ring.removeAll(keepingCapacity: true)
        oldest = 0
        regular = 0
        repeating = 0
        compensated = 0
    }

    private mutating func count(_ traits: UInt8, by step: Int) {
        if traits & Self.regularBit != 0 { regular += step }
        if traits & Self.repeatingBit != 0 { repeating += step }
        if traits & Self.compensatedBit != 0 { compensated += step }
    }

    /// |current - reference| < 3.25 % of the reference. Below 2^16 · 400 < 2^31.
    private static func isClose(_ current: Int32, _ reference: Int32) -> Bool {
        (current - reference).magnitude * 400 < UInt32(13 * reference)
    }
}
