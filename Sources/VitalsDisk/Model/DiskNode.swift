/// A file without its name: what a running system reads of it, and what a power cut would leave.
struct DiskNode: Sendable {
    /// A change that is not known to be on the disk.
    struct Pending: Sendable {
        let change: DiskChange
        /// A sync failed on it. The system believes it written, so no later sync writes it (as Linux does).
        var isForsaken = false
    }

    /// What reads see.
    private(set) var bytes: [UInt8]
    /// What is on the disk for sure.
    private(set) var durable: [UInt8]
    /// What came after it, in order.
    private(set) var pending: [Pending] = []

    /// A file that is on the disk as it is.
    init(durable: [UInt8] = []) {
        self.durable = durable
        bytes = durable
    }

    /// Changes the file; the change is not durable.
    mutating func change(_ change: DiskChange) {
        change.apply(to: &bytes)
        pending.append(Pending(change: change))
        if pending.count > VitalsDiskLimits.pendingChangesMax { writeBack() }
    }

    /// The older half of what waits reaches the disk by itself, as it does wherever nobody syncs.
    private mutating func writeBack() {
        let count = pending.count / 2
        for entry in pending.prefix(count) where !entry.isForsaken { entry.change.apply(to: &durable) }
        pending.removeFirst(count)
    }

    /// Everything written so far is on the disk, but for what an earlier sync failed on.
    mutating func synchronise() {
        var forsaken: [Pending] = []
        for entry in pending {
            if entry.isForsaken {
                forsaken.append(entry)
            } else {
                entry.change.apply(to: &durable)
                // What was written again since cannot come back.
                forsaken = forsaken.compactMap { earlier in
                    earlier.change.remainder(after: entry.change).map { Pending(change: $0, isForsaken: true) }
                }
            }
        }
        pending = forsaken
    }

    /// A sync failed: what it was to write is neither written nor ever tried again.
    mutating func forsake() {
        for index in pending.indices { pending[index].isForsaken = true }
    }

    /// Changes a byte behind everybody's back, as a failing disk does.
    mutating func damage(at offset: Int, mask: UInt8) {
        if bytes.indices.contains(offset) { bytes[offset] ^= mask }
        if durable.indices.contains(offset) { durable[offset] ^= mask }
    }
}
