extension VitalsDetectionLimits {
    /// The largest sample of the trend score in either direction, Q16 of its unit: 2^30 units. With it every sum of the
    /// score stays below 2^62, so that no addition in it can overflow; beyond it a sample counts as this one.
    public static let trendSample: Int64 = 1 << 46

    /// The greatest floor of a deviation, Q16: with it the floor of the longest shape stays below 2^50.
    public static let trendFloor: Int64 = 1 << 40

    /// How many segments the shape memory may hold. The least is enough for one comparison of the longest shape; the
    /// most, 100 kB a stream, keeps a segment's comparison below 10 µs.
    public static let shapeMemorySegments = 128...4_096

    /// How many missing samples in a row the trend score may be told to bear: beyond an hour of slots, what was
    /// before says nothing about what comes after.
    public static let trendMissingSamples = 0...360

    /// How long a report of the trend score may keep lesser ones silent, in samples.
    public static let trendRestSamples = 0...10_000

    /// How long a deviation may be kept from its record, in samples: an eighth of the record's memory.
    public static let trendRecordDelay = 0...1_000

    /// The longest slot of the trend detector, seconds: a mean over more would hide what it is to see.
    public static let trendSlotSeconds: ClosedRange<Int64> = 1...60

    /// The longest learning time of the trend detector, in slots: a day of the longest ones.
    public static let trendWarmUpSlots = 1...1_440

    /// A decimal number's digits are read until they reach this: 18 or 19 of them fit 64 bits and are finer than Q16.
    static let decimalDigits: UInt64 = 100_000_000_000_000_000

    /// The largest power of ten that is read: any number with a larger one is zero or beyond the largest sample.
    static let decimalExponent = 400

    /// Where the sums of a CUSUM chart stop growing, Q16: far above any limit, and below an overflow with the next
    /// sample.
    public static let cusum: Int64 = 1 << 60
}
