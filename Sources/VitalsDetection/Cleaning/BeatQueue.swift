import VitalsModel

/// An interval that waits for its class.
struct QueuedBeat: Hashable, Sendable {
    var rr: UInt16 = 0
    var time = MonotonicTime(microseconds: 0)
    /// Whether it follows directly on the interval before it in the queue.
    var isChained = false
}

/// The intervals that wait for their class, the oldest first; never more than there are places.
struct BeatQueue: Sendable {
    private var places = [QueuedBeat](repeating: QueuedBeat(), count: VitalsDetectionLimits.cleaningPlaces)
    private var oldest = 0
    private(set) var count = 0

    /// The beat so many places behind the oldest.
    subscript(offset: Int) -> QueuedBeat { places[place(of: offset)] }

    mutating func append(_ beat: QueuedBeat) {
        places[place(of: count)] = beat
        count = min(count + 1, VitalsDetectionLimits.cleaningPlaces)
    }

    mutating func popFirst() -> QueuedBeat? {
        guard count > 0 else { return nil }
        let first = places[place(of: 0)]
        oldest += 1
        count -= 1
        return first
    }

    private func place(of offset: Int) -> Int { (oldest + offset) & (VitalsDetectionLimits.cleaningPlaces - 1) }
}
