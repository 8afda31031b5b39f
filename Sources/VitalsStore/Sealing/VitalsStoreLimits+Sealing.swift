import VitalsModel

extension VitalsStoreLimits {
    /// Rows that one data key seals: 2^24. What NIST SP 800-38D allows is far more; this is what a thief of one key reads.
    static let dataKeyRowsMax: UInt64 = 1 << 24

    /// How long one data key seals: crypto-erase is as fine as this, since it takes a key with all that it sealed.
    static let dataKeyAgeMax = MonotonicTime.Span.seconds(86_400)

    /// The greatest number of a data key: each one takes the next, and after damage they go on with those of an era, so
    /// that a greater one was never given out.
    static let dataKeyNumberMax: Int64 = 1 << 62

    /// Bytes of the copy of the wrapped keys that are read: a line is 140, and a journal makes one a day and one at each
    /// opening, so these are of seven thousand days.
    static let keyCopyBytesMax = 1 << 20

    /// How often it is looked for keys that seal no row any more: a look at each key, of which there is one a day.
    static let erasureInterval = MonotonicTime.Span.seconds(3_600)

    /// Bytes that are read of a key file: a key in hexadecimal with the end of a line, and one more to see that it is
    /// too long.
    static let keyFileBytesMax = 80

    /// Records after which a checkpoint is due.
    static let checkpointRecords: UInt64 = 1_000

    /// The time after which a checkpoint is due when anything was written: what somebody who cuts off the end can take
    /// without the far side's witness seeing it.
    static let checkpointAgeMax = MonotonicTime.Span.seconds(60)
}
