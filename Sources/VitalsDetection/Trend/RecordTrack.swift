/// How far the largest deviation that a stream has shown reaches, fading with time, and how a new one compares with it.
///
/// A stream is its own yardstick: what is unusual for it is what exceeds everything that it did lately. Nothing about
/// the deviations' distribution has to be known, so one threshold serves streams of any unit and any kind of noise.
/// While nothing changes, a record is exceeded the more rarely the longer it is remembered: without fading, the n-th
/// sample does so with probability 1/n.
///
/// With r the record before the sample and d ≥ 0 its deviation, the comparison is d/(d + r) in [0, 1]: one half for a
/// record equalled, two thirds for one doubled. Then r fades by 2^-fade of itself and becomes d where d is greater. A
/// floor stands for a record that is always there: what the sensor's resolution and a resting body explain by
/// themselves.
///
/// With a delay, deviations join the record by blocks of so many comparisons, each when the block after it ends: what
/// grows slowly is then compared with what was before it began, and not with itself a sample ago.
struct RecordTrack: Hashable, Sendable {
    /// The record loses 2^-fade of itself with each comparison.
    let fade: Int64
    /// Comparisons in a block; 0 for no delay.
    let delay: Int
    /// What the record never fades below, in the deviation's unit.
    let floor: Int64

    /// The record, in sixteenths of the deviation's own unit, so that small ones fade too; nil before there is one.
    private var sixteenths: Int64?
    /// The greatest deviations of the block under way and of the one before it, in the same unit.
    private var open: Int64 = 0
    private var closed: Int64?
    /// Comparisons in the block under way.
    private var count = 0

    init(fade: Int64, delay: Int, floor: Int64) {
        self.fade = fade
        self.delay = delay
        self.floor = floor
    }

    /// Compares a deviation, 0 to 2^58, with the record and takes it in; nil while there is no record to meet.
    mutating func compare(_ deviation: Int64) -> TrendScore.Evidence? {
        let evidence = sixteenths.map { TrendScore.Evidence(deviation: deviation, record: max($0 >> 4, floor)) }
        if let record = sixteenths { sixteenths = record - record >> fade }
        if delay == 0 {
            join(deviation << 4)
        } else {
            open = max(open, deviation << 4)
            count += 1
            if count == delay { closeBlock() }
        }
        return evidence
    }

    private mutating func closeBlock() {
        if let closed { join(closed) }
        closed = open
        open = 0
        count = 0
    }

    private mutating func join(_ deviation: Int64) { sixteenths = max(sixteenths ?? 0, deviation) }
}
