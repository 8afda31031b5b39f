/// The bounds of what becomes of a damaged journal.
extension VitalsStoreLimits {
    /// Bytes of a row's list of column types: the widest table has a dozen columns of at most five bytes each, so more
    /// is no row.
    static let rowHeaderBytesMax = 256

    /// Bytes of a row: several times the largest body that a record can have. A length beyond it is a damaged one.
    static let rowBytesMax = 1 << 20

    /// Bytes of the witness: numbers, epoch, a gateway's name and a digest.
    static let witnessBytesMax = 128

    /// Bytes of the names beside a journal that are read: thousands of sensors.
    static let namesBytesMax = 1 << 20

    /// Bytes of a quarantined file's state: a word and a sentence.
    static let quarantineStateBytesMax = 4_096

    /// Damaged journals that are kept: each may be as large as the journal itself, and a disk that damages one file a
    /// day must not be filled by them. Only those go whose salvage is complete, oldest first.
    static let quarantinedMax = 3

    /// Page images of a salvage that an opening waits for: 4 MiB of them, the newest ones. A start may take 5 s, on slow
    /// machines too; sixteen times as many took more than 30 s on a fast one that had other work. The rest is read while the
    /// gateway works.
    public static let salvageImagesAtOpening = 1_024

    /// Pages from the beginning of a damaged file that are looked at first: the small tables are made with the journal,
    /// so what its numbers stand for and whose it is mostly lies there.
    static let salvageGlanceImages = 64

    /// Page images of one transaction of a salvage that goes on while the gateway works: about 10 ms.
    static let salvageImagesPerStep = 128

    /// Rows of small tables that may stand for one number. Some rows look alike (a sensor, a class of retention), and
    /// the tag of each record tells which is meant; more than these are noise.
    static let salvageCandidatesMax = 16

    /// Sequences from one era to the next. After damage that took an unknown number of records, the next one gets the
    /// next multiple above everything that was ever seen, so that no sequence repeats: no gateway makes so many records
    /// in its life.
    static let sequenceEra: UInt64 = 1 << 32

    /// Eras that are looked at for what lies before them. Each is one salvage, and a disk that damages a journal every week
    /// for ten years makes half as many.
    static let erasMax: UInt64 = 1_000

    /// How far above everything that is proved a number in a damaged file may lie and still be believed to have been
    /// given out: 16 eras. A flipped bit must not use up the numbers.
    static let believedErasMax: UInt64 = 16

    /// Ranges in one ledger entry about a salvage: its body stays within a few kilobytes.
    static let lostRangesPerEntry = 64

    /// Lost ranges that the log of a start names; the ledger names them all.
    static let lostRangesNamedMax = 10

    /// How often an opening starts over when the journal that it has just salvaged is damaged again: such a disk needs
    /// somebody to look at it.
    static let recoveryAttemptsMax = 2

    /// Findings of SQLite's own check that a full check of a journal prints: one is enough to act on, more show how far
    /// it goes.
    static let integrityFindingsMax = 20
}
