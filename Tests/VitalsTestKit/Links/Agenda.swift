public import VitalsModel

/// What happens when, on virtual time: the earliest first, and of equals the one that was put in first.
public struct Agenda<Item> {
    private var entries: [(time: MonotonicTime, item: Item)] = []

    /// An empty agenda.
    public init() {}

    /// When the next thing happens.
    public var next: MonotonicTime? { entries.last?.time }
    /// How many things are to happen.
    public var count: Int { entries.count }

    /// Puts something in.
    public mutating func add(_ item: Item, at time: MonotonicTime) {
        // The last entry is the next one. A new one stands before (so happens after) those of the same time.
        var low = 0
        var high = entries.count
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].time > time { low = middle + 1 } else { high = middle }
        }
        entries.insert((time, item), at: low)
    }

    /// Takes the next thing, if it happens by `time`.
    public mutating func take(by time: MonotonicTime) -> (time: MonotonicTime, item: Item)? {
        guard let last = entries.last, last.time <= time else { return nil }
        entries.removeLast()
        return (last.time, last.item)
    }

    /// Forgets everything.
    public mutating func clear() { entries = [] }
}
