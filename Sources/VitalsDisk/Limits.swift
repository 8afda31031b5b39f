/// The bounds of the simulated disk, each with its reason.
public enum VitalsDiskLimits {
    /// What a disk writes at once or not at all, in bytes: the least that drives have ever promised.
    public static let sectorBytes = 512

    /// The largest file: a journal of a simulation has a few megabytes, and a write far beyond its end is a fault of
    /// whoever wrote, not a reason to take all memory.
    static let fileBytesMax = 1 << 30

    /// Changes of a file that wait for a sync: beyond them the older half counts as written back, since a system does
    /// not hold them for ever either. More than any transaction makes.
    static let pendingChangesMax = 8_192

    /// Regions of shared memory of a journal's WAL index, 32 KiB each: frames of a WAL file of 4 GiB.
    static let memoryRegionsMax = 256

    /// Characters of a path on a simulated disk.
    static let pathMax: Int32 = 512
}
