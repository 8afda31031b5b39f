/// What a power cut makes of what was written and not synced.
public enum CrashPolicy: String, CaseIterable, Hashable, Sendable {
    /// Nothing of it is there.
    case dropped
    /// All of it is there.
    case kept
    /// The first of the writes are there, each file's own number of them.
    case prefix
    /// As `prefix`, and the next write is there in part.
    case torn
    /// Some of the writes are there, whichever.
    case reordered
    /// Some sectors of each write are there.
    case sectors
    /// As `sectors`, and some hold neither the old nor the new bytes.
    case garbage
    /// The file has the size that it was to have; what was not written yet reads as zeros.
    case zeroed
    /// Each file has a policy of its own.
    case mixed
}
