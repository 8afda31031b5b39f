/// One beat of each of sixty-four heart rhythms: the words and traits of its window, counted as the beat enters and the
/// oldest one leaves.
///
/// Reads `interval`, which a stream without a beat has at 0; follows the state, and writes the results. The windows are
/// those of the `atrial-fibrillation` detector, which says what the numbers mean. A symbol is a rate in steps of 5 bpm, 63
/// at most, a word three symbols in a row.
///
/// With x the interval, x1, x2, x3 those before it in the chain, and hr(x) = 61440 / x, a beat is
/// - *irregular* when |x - x1| is 3.25 % (13/400) of x1 or more;
/// - *shifted* when the median of x, x1, x2 differs as much from that of x1, x2, x3;
/// - *periodic* when |x - x3| < |x - x1|;
/// - *paired* when |(x + x1) - (x2 + x3)| < |x - x1|;
/// - as *distant* as the least |hr(x) - hr(xp)| of the three, 40 bpm at most.
///
/// Without an x3 only the first and the last apply.
@inline(never)
public func rhythm(_ rows: UnsafeMutablePointer<Lanes>) {
    let capacity = unsafe rows.header(RhythmLayout.capacity, 2, KernelLimits.ringSlotsMax)
    let early = unsafe rows.header(RhythmLayout.earlyCapacity, 1, capacity)
    let position = unsafe rows.header(RhythmLayout.position, 0, capacity &- 1)
    // The early window's oldest slot: M before the one that is written next.
    let start = position &- early &+ (position < early ? capacity : 0)
    unsafe rows.takeBeats()
    unsafe rows.narrowBeats()
    unsafe rows.countWords(capacity: capacity, early: early, position: position, start: start)
    unsafe rows.sumTraits(capacity: capacity, position: position, start: start)
    unsafe rows.sumEdge(capacity: capacity, position: position)
    unsafe rows.enterBeats(capacity: capacity, position: position)
    unsafe rows.followWords(capacity: capacity, early: early)
    unsafe rows.flag(capacity: capacity, early: early, position: position)
    let next = position &+ 1 == capacity ? 0 : position &+ 1
    unsafe rows.numbers(0)[RhythmLayout.position] = Int32(truncatingIfNeeded: next)
}

/// The scratch rows of the rhythm kernel.
enum RhythmScratch {
    /// Wide rows: word and traits of the newest beat in the order of the rings and whether it enters.
    static var oldest: Int { RhythmLayout.scratch }
    static var middle: Int { oldest &+ RhythmLayout.wide }
    static var newest: Int { middle &+ RhythmLayout.wide }
    static var shifted: Int { newest &+ RhythmLayout.wide }
    static var distance: Int { shifted &+ RhythmLayout.wide }
    static var periodic: Int { distance &+ RhythmLayout.wide }
    static var paired: Int { periodic &+ RhythmLayout.wide }
    static var irregular: Int { paired &+ RhythmLayout.wide }
    static var enters: Int { irregular &+ RhythmLayout.wide }
    /// Byte rows: the slots of the two rings that are to be written.
    static var word: Int { enters &+ RhythmLayout.wide }
    static var traits: Int { word &+ RhythmLayout.wordPlanes }
    /// Byte rows: how often the entering and the leaving word stand in the window, then in the early window; then, in the
    /// same rows, their places in the table of steps.
    static var counts: Int { traits &+ RhythmLayout.traitPlanes }
    /// Byte rows of the flags of the two windows, before it is known whether they are full; over what is not needed then.
    static var below: Int { oldest }
    static var earlyBelow: Int { below &+ 1 }
}

extension Rows {
    /// A number of the header, brought into its range.
    @inline(always) func header(_ index: Int, _ low: Int, _ high: Int) -> Int {
        let value = unsafe Int(truncatingIfNeeded: numbers(0)[index])
        return value < low ? low : value > high ? high : value
    }
}
