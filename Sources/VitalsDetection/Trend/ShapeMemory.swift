/// Remembers how a stream went, and says how unlike everything remembered its newest stretch is: the discord of the
/// newest stretch, by its nearest neighbour in the past (the left matrix profile with the L1 distance, not normalised).
///
/// The stream comes as sums over segments of eight samples. For a length of w segments and each lag L ≥ w, so that no
/// stretch is compared with itself, the distance is Σ |y(c-k) - y(c-L-k)| over k = 0…w-1; the least over all lags is
/// the result. Each distance is carried on from segment to segment by adding its newest term and taking its oldest
/// away, which is exact in integers: the cost is two differences a lag and segment, whatever the length.
///
/// - Unit: that of the sums; w terms of them in a distance.
/// - Memory: 16 octets a segment remembered, and 8 for each length.
/// - Cannot see: a stretch that differs from every past one by less than these differ among themselves.
struct ShapeMemory: Sendable {
    /// How many segments are remembered, a power of two.
    let capacity: Int

    /// The segments, newest first from `newest` on, each written twice so that any stretch of the memory is contiguous.
    private var segments: [Int64]
    private var newest = 0
    /// Segments taken in since the start, no more than the capacity.
    private var count = 0

    /// An empty memory of a capacity that is a power of two.
    init(capacity: Int) {
        self.capacity = capacity
        segments = [Int64](repeating: 0, count: 2 * capacity)
    }

    /// Takes in the newest segment.
    mutating func append(_ segment: Int64) {
        newest = newest == 0 ? capacity - 1 : newest - 1
        segments[newest] = segment
        segments[newest + capacity] = segment
        count = min(count + 1, capacity)
    }

    /// Forgets everything.
    mutating func clear() {
        count = 0
    }

    /// The distances of the newest stretch of some length to all those before it.
    struct Distances: Sendable {
        /// Segments in a stretch.
        let length: Int
        /// By lag, less the length.
        private var sums: [Int64]

        init(length: Int, capacity: Int) {
            self.length = length
            sums = [Int64](repeating: 0, count: capacity - 2 * length)
        }

        /// Carries the distances on to the segment just appended; nil while no earlier stretch is whole.
        mutating func advance(over memory: borrowing ShapeMemory) -> Int64? {
            // Lags whose oldest term is still remembered; before the memory is full, those that have one at all.
            let lags = min(sums.count, memory.count - length)
            guard lags > 0 else {
                if memory.count == 1 { clear() }
                return nil
            }
            let whole = min(lags, max(0, memory.count - 2 * length))
            let past = memory.segments.span.extracting(memory.newest..<memory.newest + memory.capacity)
            var least = carry(whole, over: past)
            for lag in whole..<max(whole, lags) {
                sums[lag] += Self.distance(past[0], past[length + lag])
                // The stretch at this lag is whole with this very segment.
                if memory.count == 2 * length + lag { least = min(least, sums[lag]) }
            }
            return least == .max ? nil : least
        }

        /// Carries the whole distances on, and returns the least.
        ///
        /// Wrapping arithmetic, since samples are bounded and no sum can overflow; stretches of one length beside each
        /// other, so that the compiler can see that every index is inside and work on several lags at once.
        private mutating func carry(_ whole: Int, over past: Span<Int64>) -> Int64 {
            let newest = past[0]
            let leaving = past[length]
            let entered = past.extracting(length..<length + whole)
            let left = past.extracting(2 * length..<2 * length + whole)
            var carried = sums.mutableSpan
            var least = Int64.max
            for lag in 0..<whole {
                let sum =
                    carried[lag] &+ Self.distance(newest, entered[lag]) &- Self.distance(leaving, left[lag])
                carried[lag] = sum
                least = sum < least ? sum : least
            }
            return least
        }

        private mutating func clear() {
            for lag in sums.indices { sums[lag] = 0 }
        }

        private static func distance(_ a: Int64, _ b: Int64) -> Int64 {
            let difference = a &- b
            return difference < 0 ? 0 &- difference : difference
        }
    }
}
