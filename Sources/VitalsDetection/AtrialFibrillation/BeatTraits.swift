/// What one beat looks like beside the three beats before it, packed into 16 bits for the windows' ring.
///
/// Each trait is a comparison of RR intervals in integers. With x the beat's interval and x1, x2, x3 those before it:
/// - *irregular*: x differs from x1 by 3.25 % (13/400) or more;
/// - *shifted*: the median of x, x1, x2 differs from that of x1, x2, x3 by 3.25 % or more. A single early or late beat
///   moves no median: what is left is irregularity that lasts;
/// - *periodic*: x is closer to x3 than to x1, as in trigeminy and in slow breathing; by chance half of the beats are;
/// - *paired*: two beats together, x + x1, are closer to the two before them than x is to x1: the mark of bigeminy and
///   of premature beats with a compensating pause. Of independent intervals two in five are;
/// - *distance*: how far the beat's rate is, in whole bpm, from the nearest of the three rates before it, at most 40.
///   Rates that swing with breathing or jump back after an early beat have a near neighbour; those of fibrillation
///   have none.
struct BeatTraits: Hashable, Sendable {
    /// The distance in the lowest 6 bits, a bit for each other trait above it; 0 is the look of no beat.
    private(set) var bits: UInt16 = 0

    var distance: Int { Int(bits & 0x3F) }
    /// 1 or 0, to be added up.
    var irregular: Int { Int(bits >> 6 & 1) }
    var shifted: Int { Int(bits >> 7 & 1) }
    var periodic: Int { Int(bits >> 8 & 1) }
    var paired: Int { Int(bits >> 9 & 1) }
    /// Whether the early tier's entropy exceeded its threshold with this beat.
    var isEarly: Bool {
        get { bits >> 10 & 1 == 1 }
        set { bits = bits & ~(1 << 10) | (newValue ? 1 << 10 : 0) }
    }

    init() {}

    /// The traits of an interval. 0 stands for one that is not known: without x3 there is no more than *irregular* and
    /// *distance*.
    init(_ x: Int32, after x1: Int32, _ x2: Int32, _ x3: Int32) {
        bits = UInt16(Self.distance(x, x1, x2, x3))
        if Self.differ(x, x1) { bits |= 1 << 6 }
        guard x3 > 0 else { return }
        if Self.differ(Self.median(x, x1, x2), Self.median(x1, x2, x3)) { bits |= 1 << 7 }
        let step = (x - x1).magnitude
        if (x - x3).magnitude < step { bits |= 1 << 8 }
        if (x + x1 - x2 - x3).magnitude < step { bits |= 1 << 9 }
    }

    /// The farthest that a distance counts, bpm: beyond it a beat is as unlike its neighbours as it can be, and one
    /// missed beat must not stand for ten.
    private static let farthest: Int32 = 40

    private static func distance(_ x: Int32, _ x1: Int32, _ x2: Int32, _ x3: Int32) -> Int32 {
        let rate = perMinute / max(x, 1)
        var nearest = farthest
        for other in [x1, x2, x3] where other > 0 {
            nearest = min(nearest, abs(rate - perMinute / other))
        }
        return nearest
    }

    /// 60 s/min · 1024 units/s.
    private static let perMinute: Int32 = 61_440

    /// By 3.25 % of the reference or more. All below 2^16 · 400 < 2^31.
    private static func differ(_ value: Int32, _ reference: Int32) -> Bool {
        (value - reference).magnitude * 400 >= UInt32(13 * reference)
    }

    private static func median(_ a: Int32, _ b: Int32, _ c: Int32) -> Int32 {
        max(min(a, b), min(max(a, b), c))
    }
}
