import VitalsModel

/// What a sensor or the gateway has produced but not delivered, in order of time; equal times in order of production.
struct OutputQueue: Sendable {
    /// Something that happened at a time, in microseconds since the start.
    struct Entry: Sendable {
        let time: Int64
        let content: Content
    }

    /// What the gateway receives, or what is true.
    enum Content: Sendable {
        case event(SensorEvent.Kind)
        case truth(TruthEvent.Kind)
    }

    private var entries: [Entry] = []
    private var first = 0

    /// Entries in memory, delivered ones included.
    var storedCount: Int { entries.count }

    /// The oldest entry.
    var head: Entry? { first < entries.count ? entries[first] : nil }

    /// Adds an entry behind all that are not later.
    mutating func add(_ content: Content, at time: Int64) {
        var place = entries.count
        while place > first, entries[place - 1].time > time { place -= 1 }
        entries.insert(Entry(time: time, content: content), at: place)
    }

    /// Takes the oldest entry.
    mutating func removeHead() {
        first += 1
        // A packet is usually on its way, so that the queue is seldom empty: what has been delivered goes as soon as it
        // is half of all, which costs constant time an entry.
        if first * 2 >= entries.count {
            entries.removeFirst(first)
            first = 0
        }
    }
}
