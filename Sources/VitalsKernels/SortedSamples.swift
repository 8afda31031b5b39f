/// Up to 64 numbers kept in order.
struct SortedSamples {
    private var storage = InlineArray<64, Int32>(repeating: 0)
    private var count = 0

    /// Puts a number in its place.
    mutating func insert(_ value: Int32) {
        var place = count
        while place > 0, storage[place - 1] > value {
            storage[place] = storage[place - 1]
            place -= 1
        }
        storage[place] = value
        count += 1
    }

    /// The sum of the two middle numbers, or twice the one: twice the median. 0 without numbers.
    var doubledMedian: Int32 { count == 0 ? 0 : storage[(count - 1) / 2] + storage[count / 2] }
}
