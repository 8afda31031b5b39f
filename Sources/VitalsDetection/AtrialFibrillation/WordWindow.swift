/// The last N words of a symbol series with, for each distinct word, its count, and from these the Shannon entropy.
///
/// A word has 18 bits, so a table of all of them would take 2^18 entries a stream; at most N are in use. They stand in
/// an open-addressed table of at least 2 N slots, found by multiplicative hashing and linear probing; a word that
/// leaves takes its slot with it (backward shift), so that probes stay short for ever. Entering and leaving cost O(1),
/// and the sum of `c · log2 c` follows each change of a count.
struct WordWindow: Hashable, Sendable {
    /// How many words the window holds when full.
    let capacity: Int
    /// Distinct words held, and the sum of `c · log2 c` over them; an entropy comes of it once the window is full.
    private(set) var counts: AtrialFibrillation.WordCounts

    private var ring: [UInt32]
    private var oldest = 0
    /// Each a word above its count, which is at most `capacity` and so fits 8 bits; 0 is a free slot.
    private var slots: [UInt32]
    private let hashShift: UInt32

    init(capacity: Int) {
        let range = VitalsDetectionLimits.entropyWords
        self.capacity = min(max(capacity, range.lowerBound), range.upperBound)
        counts = AtrialFibrillation.WordCounts(words: self.capacity, distinct: 0, sum: 0)
        // The power of two that is at least twice the capacity.
        let bits = UInt32(Int.bitWidth - (2 * self.capacity - 1).leadingZeroBitCount)
        hashShift = 32 - bits
        slots = Array(repeating: 0, count: 1 << Int(bits))
        ring = []
        ring.reserveCapacity(self.capacity)
    }

    var count: Int { ring.count }
    var isFull: Bool { ring.count == capacity }

    /// The newest word enters, and the oldest leaves if the window is full.
    mutating func push(_ word: UInt32) {
        guard isFull else {
            ring.append(word)
            add(word)
            return
        }
        let leaving = ring[oldest]
        // A steady rhythm repeats itself: nothing changes when the same word leaves and enters.
        if leaving != word {
            ring[oldest] = word
            remove(leaving)
            add(word)
        }
        oldest = oldest + 1 == capacity ? 0 : oldest + 1
    }

    mutating func reset() {
        for slot in slots.indices { slots[slot] = 0 }
        ring.removeAll(keepingCapacity: true)
        oldest = 0
        counts.distinct = 0
        counts.sum = 0
    }

    private mutating func add(_ word: UInt32) {
        let slot = slot(of: word)
        let entry = slots[slot]
        if entry == 0 {
            slots[slot] = word << 8 | 1
            counts.distinct += 1
        } else {
            slots[slot] = entry + 1
            counts.sum += CountLogarithm.steps[Int(entry & 0xFF)]
        }
    }

    private mutating func remove(_ word: UInt32) {
        let slot = slot(of: word)
        let entry = slots[slot]
        let count = Int(entry & 0xFF)
        if count > 1 {
            slots[slot] = entry - 1
            counts.sum -= CountLogarithm.steps[count - 1]
        } else if count == 1 {
            counts.distinct -= 1
            free(slot)
        }
    }

    /// The word's slot, or the free one where it belongs. At least half of the table is free, so the search ends.
    private func slot(of word: UInt32) -> Int {
        var slot = home(of: word)
        while true {
            let entry = slots[slot]
            if entry == 0 || entry >> 8 == word { return slot }
            slot = (slot + 1) & (slots.count - 1)
        }
    }

    private func home(of word: UInt32) -> Int { Int((word &* 0x9E37_79B1) >> hashShift) }

    /// Frees a slot and moves back whatever was only displaced by the word that stood in it.
    private mutating func free(_ freed: Int) {
        let mask = slots.count - 1
        var hole = freed
        var slot = freed
        while true {
            slot = (slot + 1) & mask
            let entry = slots[slot]
            if entry == 0 { break }
            // A word may move back as far as its home: it fills the hole if it stands no nearer to its home than to it.
            if (slot - home(of: entry >> 8)) & mask >= (slot - hole) & mask {
                slots[hole] = entry
                hole = slot
            }
        }
        slots[hole] = 0
    }
}
