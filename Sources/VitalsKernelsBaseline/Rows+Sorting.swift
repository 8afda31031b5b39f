// Sorting networks over rows: sixteen independent sorts, one in each lane, that take the same steps whatever they sort.
// Rows are ordered upwards; an absent sample is greater than every other and ends up last.

/// The two rows of a comparator, the lesser value going to the first.
typealias Comparator = (Int, Int)

extension Rows {
    /// Sorts 64 rows: blocks of eight, then three bitonic merges.
    @inline(always) func sort64() {
        unsafe sortEights()
        var length = 16
        while length <= 64 {
            unsafe mirror(length)
            var distance = length &>> 2
            while distance >= 8 {
                unsafe halve(distance)
                distance &>>= 1
            }
            unsafe finishEights()
            length &<<= 1
        }
    }

    /// Sorts 64 rows that fall and then rise in every lane: for those the last merge of a bitonic sort is enough.
    @inline(always) func mergeValley64() {
        unsafe halve(32)
        unsafe halve(16)
        unsafe halve(8)
        unsafe finishEights()
    }

    /// Sorts 11 rows, with 35 comparators in 8 layers, the fewest of both.
    @inline(always) func sort11() {
        unsafe layer(0, (0, 9), (1, 6), (2, 4), (3, 7), (5, 8))
        unsafe layer(0, (0, 1), (3, 5), (4, 10), (6, 9), (7, 8))
        unsafe layer(0, (1, 3), (2, 5), (4, 7), (8, 10))
        unsafe layer(0, (0, 4), (1, 2), (3, 7), (5, 9), (6, 8))
        unsafe layer(0, (0, 1), (2, 6), (4, 5), (7, 8), (9, 10))
        unsafe layer(0, (2, 4), (3, 6), (5, 7), (8, 9))
        unsafe layer(0, (1, 2), (3, 4), (5, 6), (7, 8))
        unsafe layer(0, (2, 3), (4, 5), (6, 7))
    }

    /// Sorts 11 rows that fall and then rise: a bitonic merge of 16 without the comparators of the five missing rows.
    @inline(always) func mergeValley11() {
        unsafe layer(0, (0, 8), (1, 9), (2, 10))
        unsafe layer(0, (0, 4), (1, 5), (2, 6), (3, 7))
        unsafe layer(0, (0, 2), (1, 3), (4, 6), (5, 7), (8, 10))
        unsafe layer(0, (0, 1), (2, 3), (4, 5), (6, 7), (8, 9))
    }

    /// Sorts each eight rows, with 19 comparators, the fewest.
    @inline(always) private func sortEights() {
        var base = 0
        while base < 64 {
            unsafe layer(base, (0, 2), (1, 3), (4, 6), (5, 7))
            unsafe layer(base, (0, 4), (1, 5), (2, 6), (3, 7))
            unsafe layer(base, (0, 1), (2, 3), (4, 5), (6, 7))
            unsafe layer(base, (2, 4), (3, 5))
            unsafe layer(base, (1, 4), (3, 6))
            unsafe layer(base, (1, 2), (3, 4), (5, 6))
            base &+= 8
        }
    }

    /// The half-cleaner layers of distance 4, 2 and 1, eight rows at a time so that these stay in registers.
    @inline(always) private func finishEights() {
        var base = 0
        while base < 64 {
            unsafe layer(base, (0, 4), (1, 5), (2, 6), (3, 7))
            unsafe layer(base, (0, 2), (1, 3), (4, 6), (5, 7))
            unsafe layer(base, (0, 1), (2, 3), (4, 5), (6, 7))
            base &+= 8
        }
    }

    /// The first layer of a merge of two sorted runs: each row against its mirror image in the other run.
    @inline(always) private func mirror(_ length: Int) {
        var base = 0
        while base < 64 {
            var i = 0
            while i < length &>> 1 {
                unsafe exchange(base &+ i, base &+ length &- 1 &- i)
                i &+= 1
            }
            base &+= length
        }
    }

    /// One half-cleaner layer over 64 rows.
    @inline(always) private func halve(_ distance: Int) {
        var base = 0
        while base < 64 {
            var i = base
            while i < base &+ distance {
                unsafe exchange(i, i &+ distance)
                i &+= 1
            }
            base &+= distance &<< 1
        }
    }

    /// One layer of a network: comparators that share no row.
    @inline(always) private func layer(
        _ base: Int, _ a: Comparator, _ b: Comparator, _ c: Comparator? = nil, _ d: Comparator? = nil,
        _ e: Comparator? = nil
    ) {
        unsafe exchange(base &+ a.0, base &+ a.1)
        unsafe exchange(base &+ b.0, base &+ b.1)
        if let c { unsafe exchange(base &+ c.0, base &+ c.1) }
        if let d { unsafe exchange(base &+ d.0, base &+ d.1) }
        if let e { unsafe exchange(base &+ e.0, base &+ e.1) }
    }

    /// Orders two rows: afterwards row `i` holds the lesser of each lane's pair.
    @inline(always) private func exchange(_ i: Int, _ j: Int) {
        let (left, right) = unsafe (self[i], self[j])
        let isOutOfOrder = left .> right
        unsafe self[i] = left.replacing(with: right, where: isOutOfOrder)
        unsafe self[j] = right.replacing(with: left, where: isOutOfOrder)
    }
}
