/// What a journal takes on its disk.
public struct JournalSpace: Hashable, Sendable {
    /// Bytes of the database file.
    public var fileBytes: Int64 = 0
    /// How many of them are in pages that hold nothing, to be used again.
    public var freePageBytes: Int64 = 0
    /// Bytes of the WAL file.
    public var walBytes: Int64 = 0
    /// Bytes of the ballast.
    public var ballastBytes: Int64 = 0
    /// What the disk has left for files of ours; nil when it does not say.
    public var diskFreeBytes: Int64?

    /// All files together.
    public var totalBytes: Int64 { fileBytes + walBytes + ballastBytes }

    /// A space that takes nothing.
    public init() {}
}

/// Whether a journal can do its work.
public struct JournalCondition: Hashable, Sendable {
    /// The disk has less left than the journal wants: it grows no further, and drops more.
    public var isTight = false
    /// The ballast was freed, and there is no room to lay it down again.
    public var isWithoutBallast = false
    /// Why records are being dropped before their time; nil when none are.
    public var pressure: String?
    /// The WAL file has outgrown its bound: somebody who reads holds the past open.
    public var isPinned = false
    /// The file is no longer where it was opened: what is written goes where nobody will find it.
    public var isGone = false

    /// All is well.
    public init() {}

    /// What is wrong, for a line of status; nil when nothing is.
    public var complaint: String? {
        if isGone { return "the journal's file was moved or deleted" }
        if isWithoutBallast { return "the disk is full" }
        if isTight { return "the disk is nearly full" }
        if isPinned { return "a reader holds the journal open" }
        return nil
    }
}
