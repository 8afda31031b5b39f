/// The newest so many numbers in the order of their size, for running medians and quartiles.
///
/// Cost: a binary search and one move of half the window per number. None of them may be a NaN.
struct SortedWindow<Element: Comparable & Sendable>: Sendable {
    private let capacity: Int
    private var sorted: [Element] = []
    private var arrivals: [Element] = []
    private var oldest = 0

    init(capacity: Int) {
        self.capacity = capacity
        sorted.reserveCapacity(capacity)
        arrivals.reserveCapacity(capacity)
    }

    var count: Int { sorted.count }
    var isEmpty: Bool { sorted.isEmpty }

    /// The element of a rank, 0 being the smallest. The rank must be below the count.
    subscript(rank: Int) -> Element { sorted[rank] }

    /// Takes a number; the oldest leaves if the window is full.
    mutating func push(_ element: Element) {
        if sorted.count == capacity { dropOldest() }
        sorted.insert(element, at: rank(of: element))
        if arrivals.count < capacity {
            arrivals.append(element)
        } else {
            let place = oldest + sorted.count - 1
            arrivals[place < capacity ? place : place - capacity] = element
        }
    }

    /// The oldest number leaves. The window must not be empty.
    mutating func dropOldest() {
        sorted.remove(at: rank(of: arrivals[oldest]))
        oldest = oldest + 1 == capacity ? 0 : oldest + 1
    }

    mutating func removeAll() {
        sorted.removeAll(keepingCapacity: true)
        arrivals.removeAll(keepingCapacity: true)
        oldest = 0
    }

    /// How many elements are smaller.
    private func rank(of element: Element) -> Int {
        var low = 0
        var high = sorted.count
        while low < high {
            let middle = (low + high) / 2
            if sorted[middle] < element { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
