/// Which sensor comes next: a binary heap of the sensors by the time of their next output, then by their place.
struct SensorOrder: Sendable {
    /// A sensor and when its next output is.
    typealias Entry = (time: Int64, sensor: Int)

    private var heap: [Entry] = []

    /// The sensor that comes first.
    var first: Entry? { heap.first }

    /// Adds a sensor.
    mutating func insert(time: Int64, sensor: Int) {
        heap.append((time, sensor))
        var child = heap.count - 1
        while child > 0, heap[child] < heap[(child - 1) / 2] {
            heap.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    /// Moves the first sensor to its place by its new time.
    mutating func replaceFirst(time: Int64) {
        guard let first = heap.first else { return }
        heap[0] = (time, first.sensor)
        sink()
    }

    /// Takes out the first sensor.
    mutating func removeFirst() {
        guard let last = heap.popLast(), !heap.isEmpty else { return }
        heap[0] = last
        sink()
    }

    private mutating func sink() {
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count && heap[child] < heap[least] {
                least = child
            }
            guard least != parent else { return }
            heap.swapAt(parent, least)
            parent = least
        }
    }
}
