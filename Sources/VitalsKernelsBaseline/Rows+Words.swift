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
        let (shifted, distance) = (RhythmScratch.traits, RhythmScratch.traits &+ 1)
        unsafe sum(RhythmLayout.shifted, enters: shifted, leaves: oldest)
        unsafe sum(RhythmLayout.earlyShifted, enters: shifted, leaves: middle)
        unsafe sum(RhythmLayout.distance, enters: distance, leaves: oldest &+ 1)
        unsafe sum(RhythmLayout.earlyDistance, enters: distance, leaves: middle &+ 1)
        unsafe sum(RhythmLayout.periodic, enters: shifted &+ 2, leaves: oldest &+ 2)
        unsafe sum(RhythmLayout.earlyPeriodic, enters: shifted &+ 2, leaves: middle &+ 2)
        unsafe sum(RhythmLayout.paired, enters: shifted &+ 3, leaves: oldest &+ 3)
        unsafe sum(RhythmLayout.earlyPaired, enters: shifted &+ 3, leaves: middle &+ 3)
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

    /// One sum of a trait, where a beat entered.
    @inline(always) private func sum(_ row: Int, enters: Int, leaves: Int) {
        let (sum, gain, loss) = unsafe (numbers(row), octets(enters), octets(leaves))
        let entered = unsafe octets(RhythmScratch.entered)
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
        let entered = unsafe self[RhythmScratch.entered]
        unsafe row.pointee = (self[plane] & entered) | (row.pointee & ~entered)
    }

    /// Moves one plane of a ring by a slot, for the streams that no beat enters.
    @inline(always) private func turn(_ column: Rows, _ planes: Int, capacity: Int, position: Int) {
        let entered = unsafe self[RhythmScratch.entered]
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
        let entered = unsafe octets(RhythmScratch.entered)
        var (stream, all) = (0, UInt8.max)
        while stream < RhythmLayout.streams {
            all &= unsafe entered[stream]
            stream &+= 1
        }
        return all == 0
    }

    /// Distinct words and the sums over their counts follow the words that enter and leave.
    @inline(always) func followWords(capacity: Int, early: Int) {
        let wide = RhythmLayout.wide
        var window = 0
        while window < 4 {
            unsafe widen(RhythmScratch.counts &+ window, to: RhythmScratch.wideCounts &+ window &* wide)
            window &+= 1
        }
        let full = Lanes(repeating: Int32(truncatingIfNeeded: capacity))
        let earlyFull = Lanes(repeating: Int32(truncatingIfNeeded: early))
        var part = 0
        while part < wide {
            let enters = unsafe self[RhythmLayout.entered &+ part] .< Lanes(repeating: 0)
            let count = unsafe self[RhythmLayout.count &+ part]
            let counts = RhythmScratch.wideCounts &+ part
            unsafe change(RhythmLayout.distinct &+ part, counts, enters, leaves: enters .& (count .>= full))
            unsafe change(
                RhythmLayout.earlyDistinct &+ part, counts &+ 2 &* wide, enters, leaves: enters .& (count .>= earlyFull)
            )
            let grows = enters .& (count .< full)
            unsafe self[RhythmLayout.count &+ part] = count.replacing(with: count &+ 1, where: grows)
            part &+= 1
        }
        unsafe follow(RhythmLayout.sum, RhythmLayout.distinct, places: 0, limits: RhythmLayout.limits)
        unsafe follow(
            RhythmLayout.earlySum, RhythmLayout.earlyDistinct, places: 2 &* wide, limits: RhythmLayout.earlyLimits)
    }

    /// The sum of one window, by the places in the table of steps, and whether it is below its limit: -1 or 0, which takes
    /// the first of the two places.
    @inline(always) private func follow(_ sum: Int, _ distinct: Int, places: Int, limits: Int) {
        let (sums, words) = unsafe (numbers(sum), numbers(distinct))
        let places = unsafe numbers(RhythmScratch.wideCounts &+ places)
        let (steps, limits) = unsafe (numbers(RhythmLayout.steps), numbers(limits))
        var stream = 0
        while stream < RhythmLayout.streams {
            let (gain, loss) = unsafe (steps[Int(places[stream])], steps[Int(places[stream &+ RhythmLayout.streams])])
            let sum = unsafe sums[stream] &+ gain &- loss
            unsafe sums[stream] = sum
            let limit = unsafe limits[Int(words[stream] & 255)]
            unsafe places[stream] = sum < limit ? -1 : 0
            stream &+= 1
        }
    }

    /// What the newest beat's windows came to, in one number; and its mark in the ring.
    @inline(always) func flag(capacity: Int, early: Int, position: Int) {
        let (zero, wide) = (Lanes(repeating: 0), RhythmLayout.wide)
        let full = Lanes(repeating: Int32(truncatingIfNeeded: capacity))
        let earlyFull = Lanes(repeating: Int32(truncatingIfNeeded: early))
        var part = 0
        while part < wide {
            let count = unsafe self[RhythmLayout.count &+ part]
            let enters = unsafe self[RhythmLayout.entered &+ part] .< zero
            let isFull = enters .& (count .>= full)
            let below = unsafe self[RhythmScratch.wideCounts &+ part]
            let earlyBelow = unsafe self[RhythmScratch.wideCounts &+ 2 &* wide &+ part]
            let isIrregular = isFull .& (below .< zero)
            let isEarly = enters .& (count .>= earlyFull) .& (earlyBelow .< zero)
            var flags = zero.replacing(with: Lanes(repeating: RhythmLayout.hasEntered), where: enters)
            flags = flags.replacing(with: flags | Lanes(repeating: RhythmLayout.isFull), where: isFull)
            flags = flags.replacing(with: flags | Lanes(repeating: RhythmLayout.isIrregular), where: isIrregular)
            flags = flags.replacing(with: flags | Lanes(repeating: RhythmLayout.isEarly), where: isEarly)
            unsafe self[RhythmLayout.flags &+ part] = flags
            unsafe self[RhythmScratch.marks &+ part] = zero.replacing(with: Lanes(repeating: 1), where: isEarly)
            part &+= 1
        }
        let ring = RhythmLayout.traits(capacity: capacity) &+ RhythmLayout.traitPlanes &- 1
        unsafe narrow(RhythmScratch.marks, to: RhythmScratch.word)
        unsafe enter(RhythmScratch.word, into: self + (ring &+ position &* RhythmLayout.traitPlanes))
        let delay = unsafe header(RhythmLayout.markDelay, 0, capacity &- 1)
        let ago = position &- delay &+ (position < delay ? capacity : 0)
        unsafe widen(ring &+ ago &* RhythmLayout.traitPlanes, to: RhythmScratch.marks)
        part = 0
        while part < wide {
            let enters = unsafe self[RhythmLayout.entered &+ part] .< zero
            let wasEarly = unsafe enters .& (self[RhythmScratch.marks &+ part] .!= zero)
            let flags = unsafe self[RhythmLayout.flags &+ part]
            unsafe self[RhythmLayout.flags &+ part] = flags.replacing(
                with: flags | Lanes(repeating: RhythmLayout.wasEarly), where: wasEarly)
            part &+= 1
        }
    }

    /// Distinct words after one entered and one left; their counts become places in the table of steps, 0 for no change.
    @inline(always) private func change(_ row: Int, _ counts: Int, _ enters: LaneMask, leaves: LaneMask) {
        let (zero, one) = (Lanes(repeating: 0), Lanes(repeating: 1))
        let (entering, leaving) = unsafe (self[counts], self[counts &+ RhythmLayout.wide])
        let distinct = unsafe self[row]
        let more = distinct.replacing(with: distinct &+ 1, where: enters .& (entering .== zero))
        unsafe self[row] = more.replacing(with: more &- 1, where: leaves .& (leaving .== one))
        unsafe self[counts] = zero.replacing(with: entering &+ 1, where: enters)
        unsafe self[counts &+ RhythmLayout.wide] = zero.replacing(with: leaving, where: leaves)
    }
}
