/// The rows of a block of heart rhythms: sixty-four streams side by side, each with the window of its last beats.
///
/// A *wide row* is four rows of `Lanes`, a 32-bit number for each stream; a *byte row* is one row, an octet for each
/// stream. A ring slot belongs to all streams at once: when only some of them take a beat, the rings of the others turn
/// by one slot to keep up.
///
/// A beat *enters* its stream's windows when the chain of intervals has two more before it: three make a word. The window
/// has N slots, the early window is the newest M of them.
public enum RhythmLayout {
    /// Streams of a block.
    public static var streams: Int { 64 }
    /// Rows of a wide row.
    public static var wide: Int { 4 }

    // Header: 32-bit numbers of the first row.

    /// The window's capacity N.
    public static var capacity: Int { 0 }
    /// The early window's capacity M, at most N.
    public static var earlyCapacity: Int { 1 }
    /// The ring slot of the oldest beat, which the next one replaces.
    public static var position: Int { 2 }
    /// How many beats before the newest the edge's youngest beat is, less than N.
    public static var edgeFirst: Int { 3 }
    /// How many beats before the newest the edge's oldest beat is, less than N.
    public static var edgeLast: Int { 4 }
    /// How many beats before the newest the early window ended whose mark is reported, less than N.
    public static var markDelay: Int { 5 }

    // Input.

    /// RR intervals in 1/1024 s, 1 to 65535; 0 where a stream has no beat in this step.
    public static var interval: Int { 1 }

    // State.

    /// The interval before this one in the chain; then the one before that, then the third. 0 where there is none.
    public static var history: Int { interval + wide }
    /// Their rates in bpm, rounded down.
    public static var rates: Int { history + 3 * wide }

    // State, and results, as wide rows.

    /// The sum of c · log2 c over the counts of the window's words, in 2^-20.
    public static var sum: Int { rates + 3 * wide }
    /// The same of the early window.
    public static var earlySum: Int { sum + wide }
    /// The sum of the distances of the window's beats, in bpm.
    public static var distance: Int { earlySum + wide }
    /// The same of the early window.
    public static var earlyDistance: Int { distance + wide }

    // State, and results, as byte rows: no window has more than 255 beats.

    /// Beats in the window, 0 to N.
    public static var count: Int { earlyDistance + wide }
    /// Distinct words in the window, k.
    public static var distinct: Int { count + 1 }
    /// Distinct words in the early window.
    public static var earlyDistinct: Int { distinct + 1 }
    /// Shifted beats of the window.
    public static var shifted: Int { earlyDistinct + 1 }
    /// Shifted beats of the early window.
    public static var earlyShifted: Int { shifted + 1 }
    /// Periodic beats of the window.
    public static var periodic: Int { earlyShifted + 1 }
    /// Periodic beats of the early window.
    public static var earlyPeriodic: Int { periodic + 1 }
    /// Paired beats of the window.
    public static var paired: Int { earlyPeriodic + 1 }
    /// Paired beats of the early window.
    public static var earlyPaired: Int { paired + 1 }
    /// Irregular beats of the edge, a stretch in the middle of the window.
    public static var edgeIrregular: Int { earlyPaired + 1 }

    // Results of one step, as byte rows.

    /// -1 where a beat entered, else 0.
    public static var entered: Int { edgeIrregular + 1 }
    /// Where a beat entered, the sum of the flags below; else 0.
    public static var flags: Int { entered + 1 }

    /// A beat entered.
    public static var hasEntered: UInt8 { 1 }
    /// The window is full.
    public static var isFull: UInt8 { 2 }
    /// The window is full, and its sum is below the limit for its distinct words.
    public static var isIrregular: UInt8 { 4 }
    /// The early window is full, and its sum is below its limit.
    public static var isEarly: UInt8 { 8 }
    /// It was so `markDelay` beats ago.
    public static var wasEarly: UInt8 { 16 }

    // Tables.

    /// `c · log2 c - (c - 1) · log2(c - 1)` in 2^-20 for c = 0...256, which is 0 for 0 and 1.
    public static var steps: Int { flags + 1 }

    /// For k = 0...255 distinct words in the window, the least sum that is no longer irregular.
    public static var limits: Int { steps + 17 }
    /// The same of the early window.
    public static var earlyLimits: Int { limits + 16 }

    // Scratch.

    /// Room for the kernel's own use.
    public static var scratch: Int { earlyLimits + 16 }

    // The two rings. They lie apart because every step goes through all of the first.

    /// Byte rows of a slot of the ring of words: a word's oldest symbol, its middle one, its newest, all -1 while the slot
    /// is free; and how many later slots hold the same word.
    public static var wordPlanes: Int { 4 }
    /// Byte rows of a slot of the ring of traits: whether the beat is shifted, its distance, whether it is periodic,
    /// paired, irregular; and `isEarly` if that was among its flags.
    public static var traitPlanes: Int { 6 }
    /// The first slot of the ring of words.
    public static var words: Int { scratch + 54 }
    /// The first slot of the ring of traits.
    public static func traits(capacity: Int) -> Int { words + wordPlanes * capacity }
    /// All rows of a block.
    public static func rows(capacity: Int) -> Int { traits(capacity: capacity) + traitPlanes * capacity }
}
