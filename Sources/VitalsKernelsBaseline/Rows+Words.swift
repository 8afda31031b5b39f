// The windows of sixty-four streams: what enters, what leaves, and how often either stands in them.

extension Rows {
    /// How often the entering and the leaving word stand in each window, as byte rows of scratch.
    ///
    /// Each slot knows how many later slots hold the same word, which is all that its own leaving needs: then they are
    /// the only ones left of it. A word that enters adds itself to every such slot.
    @inline(always) func countWords(capacity: Int, early: Int, position: Int, start: Int) {
        let ring = unsafe self + RhythmLayout.words
        let (oldest, middle) = unsafe (
            ring + position &* RhythmLayout.wordPlanes, ring + start &* RhythmLayout.wordPlanes
        )
        let one = Octets(repeating: 1)
        unsafe setByteRow(RhythmScratch.counts &+ 1, oldest.byteRow(3) &+ one)
        unsafe setByteRow(RhythmScratch.counts &+ 3, middle.byteRow(3) &+ one)
        let word = unsafe (
            self[RhythmScratch.word], self[RhythmScratch.word &+ 1], self[RhythmScratch.word &+ 2]
        )
        let (isSame, isEarlySame) = unsafe (oldest.matches(word), middle.matches(word))
        // The early window lies in one or two stretches of the ring, and so does the rest.
        let end = start &+ early
        var inside = unsafe ring.count(word, from: start, to: end < capacity ? end : capacity)
        var outside = unsafe ring.count(word, from: end > capacity ? end &- capacity : 0, to: start)
        if end > capacity {
            inside = unsafe inside &+ ring.count(word, from: 0, to: end &- capacity)
        } else {
            outside = unsafe outside &+ ring.count(word, from: end, to: capacity)
        }
        // The leaving words were counted too: where the entering one is the same, it finds one fewer.
        unsafe setByteRow(RhythmScratch.counts, inside &+ outside &+ isSame)
        unsafe setByteRow(RhythmScratch.counts &+ 2, inside &+ isEarlySame)
    }

    /// How many slots of a stretch of the ring hold a word; each of them notes that it came again.
    @inline(always) private func count(_ word: (Lanes, Lanes, Lanes), from first: Int, to end: Int) -> Octets {
        var count = Octets(repeating: 0)
        var slot = unsafe self + first &* RhythmLayout.wordPlanes
        let last = unsafe self + end &* RhythmLayout.wordPlanes
        while unsafe slot < last {
            let matches = unsafe slot.matches(word)
            count = count &- matches
            unsafe slot.setByteRow(3, slot.byteRow(3) &- matches)
            unsafe slot += RhythmLayout.wordPlanes
        }
        return count
    }

    /// -1 in each stream for which the slot that this points to holds a word, 0 in the others.
    @inline(always) private func matches(_ word: (Lanes, Lanes, Lanes)) -> Octets {
        let difference = unsafe (self[0] ^ word.0) | (self[1] ^ word.1) | (self[2] ^ word.2)
        let octets = unsafe unsafeBitCast(difference, to: Octets.self)
        return unsafe unsafeBitCast(octets .== Octets(repeating: 0), to: Octets.self)
    }

    /// The sums of the traits follow the beats that enter and leave; free slots have none.
    @inline(always) func sumTraits(capacity: Int, position: Int, start: Int) {
        let ring = RhythmLayout.traits(capacity: capacity)
        let oldest = ring &+ position &* RhythmLayout.traitPlanes
        let middle = ring &+ start &* RhythmLayout.traitPlanes
        let traits = RhythmScratch.traits
        unsafe sum(RhythmLayout.shifted, enters: traits, leaves: oldest)
        unsafe sum(RhythmLayout.earlyShifted, enters: traits, leaves: middle)
        unsafe sumWide(RhythmLayout.distance, enters: traits &+ 1, leaves: oldest &+ 1)
        unsafe sumWide(RhythmLayout.earlyDistance, enters: traits &+ 1, leaves: middle &+ 1)
        unsafe sum(RhythmLayout.periodic, enters: traits &+ 2, leaves: oldest &+ 2)
        unsafe sum(RhythmLayout.earlyPeriodic, enters: traits &+ 2, leaves: middle &+ 2)
        unsafe sum(RhythmLayout.paired, enters: traits &+ 3, leaves: oldest &+ 3)
        unsafe sum(RhythmLayout.earlyPaired, enters: traits &+ 3, leaves: middle &+ 3)
    }

    /// The sum over the edge follows the beats that grow old enough for it, and too old.
    @inline(always) func sumEdge(capacity: Int, position: Int) {
        let first = unsafe header(RhythmLayout.edgeFirst, 1, capacity &- 1)
        let last = unsafe header(RhythmLayout.edgeLast, first, capacity &- 1)
        // Ages count from the beat that enters now, whose slot is the position.
        let enters = position &- first &+ (position < first ? capacity : 0)
        let leaves = position &- last &- 1 &+ (position < last &+ 1 ? capacity : 0)
        let ring = RhythmLayout.traits(capacity: capacity) &+ 4
        let planes = RhythmLayout.traitPlanes
        unsafe sum(RhythmLayout.edgeIrregular, enters: ring &+ enters &* planes, leaves: ring &+ leaves &* planes)
    }

    /// One sum of a trait that is 0 or 1, where a beat entered.
    @inline(always) private func sum(_ row: Int, enters: Int, leaves: Int) {
        let entered = unsafe self[RhythmLayout.entered]
        let (gain, loss) = unsafe (byteRow(enters, where: entered), byteRow(leaves, where: entered))
        unsafe setByteRow(row, byteRow(row) &+ gain &- loss)
    }

    /// The sum of a trait that is greater than that.
    @inline(always) private func sumWide(_ row: Int, enters: Int, leaves: Int) {
        let (sum, gain, loss) = unsafe (numbers(row), octets(enters), octets(leaves))
        let entered = unsafe octets(RhythmLayout.entered)
        var stream = 0
        while stream < RhythmLayout.streams {
            let mask = unsafe entered[stream]
            let (gained, lost) = unsafe (gain[stream] & mask, loss[stream] & mask)
            unsafe sum[stream] = sum[stream] &+ Int32(gained) &- Int32(lost)
            stream &+= 1
        }
    }

    /// Writes the entering beats over the oldest ones. The rings of the other streams turn instead.
    @inline(always) func enterBeats(capacity: Int, position: Int) {
        let (words, traits) = (RhythmLayout.words, RhythmLayout.traits(capacity: capacity))
        let isAnyIdle = unsafe isAnyIdle
        var plane = 0
        while plane < RhythmLayout.wordPlanes {
            let column = unsafe self + (words &+ plane)
            if isAnyIdle { unsafe turn(column, RhythmLayout.wordPlanes, capacity: capacity, position: position) }
            unsafe enter(RhythmScratch.word &+ plane, into: column + position &* RhythmLayout.wordPlanes)
            plane &+= 1
        }
        plane = 0
        while plane < RhythmLayout.traitPlanes {
            let column = unsafe self + (traits &+ plane)
            if isAnyIdle { unsafe turn(column, RhythmLayout.traitPlanes, capacity: capacity, position: position) }
            unsafe enter(RhythmScratch.traits &+ plane, into: column + position &* RhythmLayout.traitPlanes)
            plane &+= 1
        }
    }

    /// Writes one plane of the entering beats over that of the oldest ones.
    @inline(always) private func enter(_ plane: Int, into row: Rows) {
        let entered = unsafe self[RhythmLayout.entered]
        unsafe row.pointee = (self[plane] & entered) | (row.pointee & ~entered)
    }

    /// Moves one plane of a ring by a slot, for the streams that no beat enters.
    @inline(always) private func turn(_ column: Rows, _ planes: Int, capacity: Int, position: Int) {
        let entered = unsafe self[RhythmLayout.entered]
        let newest = position == 0 ? capacity &- 1 : position &- 1
        var carried = unsafe column[newest &* planes]
        var (slot, left) = (position, capacity)
        while left > 0 {
            let row = unsafe column + slot &* planes
            let here = unsafe row.pointee
            unsafe row.pointee = (here & entered) | (carried & ~entered)
            carried = here
            slot = slot &+ 1 == capacity ? 0 : slot &+ 1
            left &-= 1
        }
    }

    /// Whether there is a stream that no beat enters.
    @inline(always) private var isAnyIdle: Bool {
        let entered = unsafe octets(RhythmLayout.entered)
        var (stream, all) = (0, UInt8.max)
        while stream < RhythmLayout.streams {
            all &= unsafe entered[stream]
            stream &+= 1
        }
        return all == 0
    }

    /// Distinct words and the sums over their counts follow the words that enter and leave.
    @inline(always) func followWords(capacity: Int, early: Int) {
        let entered = unsafe self[RhythmLayout.entered]
        let count = unsafe byteRow(RhythmLayout.count)
        let isFull = entered & count.reaches(Octets(repeating: Int8(truncatingIfNeeded: capacity)))
        let isEarlyFull = entered & count.reaches(Octets(repeating: Int8(truncatingIfNeeded: early)))
        unsafe setByteRow(RhythmLayout.count, count &- Octets(mask: entered & ~isFull))
        unsafe change(RhythmLayout.distinct, RhythmScratch.counts, leaves: isFull)
        unsafe change(RhythmLayout.earlyDistinct, RhythmScratch.counts &+ 2, leaves: isEarlyFull)
        unsafe follow(
            RhythmLayout.sum, RhythmLayout.distinct, places: RhythmScratch.counts, limits: RhythmLayout.limits,
            flags: RhythmScratch.below, RhythmLayout.isIrregular)
        unsafe follow(
            RhythmLayout.earlySum, RhythmLayout.earlyDistinct, places: RhythmScratch.counts &+ 2,
            limits: RhythmLayout.earlyLimits, flags: RhythmScratch.earlyBelow, RhythmLayout.isEarly)
    }

    /// Distinct words after one entered and one left; their counts become places in the table of steps, 0 for no change.
    @inline(always) private func change(_ row: Int, _ counts: Int, leaves: Lanes) {
        let (zero, one) = (Octets(repeating: 0), Octets(repeating: 1))
        let entered = unsafe self[RhythmLayout.entered]
        let (entering, leaving) = unsafe (byteRow(counts), byteRow(counts &+ 1))
        let isNew = Octets(mask: entered & entering.equals(zero))
        let isLast = Octets(mask: leaves & leaving.equals(one))
        unsafe setByteRow(row, byteRow(row) &- isNew &+ isLast)
        unsafe setByteRow(counts, entering &+ one)
        unsafe self[counts] = self[counts] & entered
        unsafe self[counts &+ 1] = self[counts &+ 1] & leaves
    }

    /// The sum of one window, by the places in the table of steps, and a flag where it is below its limit.
    @inline(always) private func follow(
        _ sum: Int, _ distinct: Int, places: Int, limits: Int, flags: Int, _ flag: UInt8
    ) {
        let (sums, words, flags) = unsafe (numbers(sum), octets(distinct), octets(flags))
        let (gains, losses) = unsafe (octets(places), octets(places &+ 1))
        let (steps, limits) = unsafe (numbers(RhythmLayout.steps), numbers(limits))
        var stream = 0
        while stream < RhythmLayout.streams {
            let (gain, loss) = unsafe (steps[Int(gains[stream])], steps[Int(losses[stream])])
            let sum = unsafe sums[stream] &+ gain &- loss
            unsafe sums[stream] = sum
            unsafe flags[stream] = sum < limits[Int(words[stream])] ? flag : 0
            stream &+= 1
        }
    }

    /// What the newest beat's windows came to, in one octet; and its mark in the ring.
    @inline(always) func flag(capacity: Int, early: Int, position: Int) {
        let entered = unsafe self[RhythmLayout.entered]
        let count = unsafe byteRow(RhythmLayout.count)
        let isFull = entered & count.reaches(Octets(repeating: Int8(truncatingIfNeeded: capacity)))
        let isEarlyFull = entered & count.reaches(Octets(repeating: Int8(truncatingIfNeeded: early)))
        let (one, two) = (Lanes(repeating: 0x0101_0101), Lanes(repeating: 0x0202_0202))
        let irregular = unsafe self[RhythmScratch.below] & isFull
        let isEarly = unsafe self[RhythmScratch.earlyBelow] & isEarlyFull
        let ring = RhythmLayout.traits(capacity: capacity) &+ RhythmLayout.traitPlanes &- 1
        unsafe self[RhythmScratch.word] = isEarly
        unsafe enter(RhythmScratch.word, into: self + (ring &+ position &* RhythmLayout.traitPlanes))
        let delay = unsafe header(RhythmLayout.markDelay, 0, capacity &- 1)
        let ago = position &- delay &+ (position < delay ? capacity : 0)
        let wasNot = unsafe byteRow(ring &+ ago &* RhythmLayout.traitPlanes).equals(Octets(repeating: 0))
        let wasEarly = Lanes(repeating: 0x1010_1010) & entered & ~wasNot
        unsafe self[RhythmLayout.flags] = (entered & one) | (isFull & two) | irregular | isEarly | wasEarly
    }
}
