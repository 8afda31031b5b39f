import VitalsModel

/// What is due when, in data time: a binary heap ordered by time, then by owner, so that equal times are always served
/// in the same order.
///
/// An owner's deadline mostly moves later, with every sample. It therefore keeps one entry, at or before its true
/// deadline; when the entry comes up early, the owner is asked again and the entry is moved.
struct DeadlineQueue {
    /// An owner's number and the time at which to ask it.
    struct Entry: Comparable {
        let time: MonotonicTime
        let owner: Int

        static func < (left: Entry, right: Entry) -> Bool { (left.time, left.owner) < (right.time, right.owner) }
    }

    private var heap: [Entry] = []
    /// The earliest entry of each owner that stands in the heap.
    private var scheduled: [Int: MonotonicTime] = [:]

    /// Asks the owner at `time`, or earlier if that is planned already.
    mutating func schedule(_ owner: Int, at time: MonotonicTime) {
        if let planned = scheduled[owner], planned <= time { return }
        if heap.count > 2 * scheduled.count + Self.staleEntriesMax { dropStaleEntries() }
        scheduled[owner] = time
        push(Entry(time: time, owner: owner))
    }

    /// The next owner to ask at or before `time`.
    mutating func next(upTo time: MonotonicTime) -> Entry? {
        while let first = heap.first, first.time <= time {
            pop()
            // An entry that a later call moved earlier has been served already.
            guard scheduled[first.owner] == first.time else { continue }
            scheduled[first.owner] = nil
            return first
        }
        return nil
    }

    /// The entries that the queue has room for now, those that no longer count among them.
    var entryCount: Int { heap.count }

    /// The time of the earliest entry.
    var earliest: MonotonicTime? { heap.first?.time }

    private mutating func push(_ entry: Entry) {
        heap.append(entry)
        var child = heap.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard heap[child] < heap[parent] else { return }
            heap.swapAt(child, parent)
            child = parent
        }
    }

    /// Makes the heap anew from the entries that still count: stamps that run back without end would fill it.
    private mutating func dropStaleEntries() {
        heap = scheduled.map { Entry(time: $0.value, owner: $0.key) }.sorted()
    }

    /// So many entries that a later call moved earlier may stand in the heap, and as many again as there are owners:
    /// seldom enough that making the heap anew costs nothing.
    private static let staleEntriesMax = 300

    private mutating func pop() {
        heap.swapAt(0, heap.count - 1)
        heap.removeLast()
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count && heap[child] < heap[least] {
                least = child
            }
            guard least != parent else { return }
            heap.swapAt(least, parent)
            parent = least
        }
    }
}
