// The shorter way for blocks of which no sample is missing: every lane has its median in the same rows, and what has to be
// known of the deviations from it can be read off the sorted samples. The numbers are those of the longer way.

extension Rows {
    /// Whether every lane of a row of validity has all of some bits set.
    @inline(always) func isFull(_ row: Int, bits: Int32) -> Bool {
        let words = unsafe numbers(row)
        var (lane, all) = (0, bits)
        while lane < Lanes.scalarCount {
            all &= unsafe words[lane]
            lane &+= 1
        }
        return all == bits
    }

    /// Twice the median of 64 sorted rows.
    @inline(always) var doubledMedian64: Lanes { unsafe self[31] &+ self[32] }

    /// Twice the median of the 64 sorted rows' deviations from their median, in Q1: the sum of the 32nd and the 33rd.
    ///
    /// Below the median the deviations rise downwards, above it upwards. Of two rising runs together the n-th is the least,
    /// over all i, of the greater of the i-th of one and the (n - i)-th of the other.
    @inline(always) func doubledDeviation64(_ doubledMedian: Lanes) -> Lanes {
        // With i of the lower half and 32 - i of the upper one; none of one half is all of the other.
        var middle = unsafe (doubledMedian &- self[0] &<< 1).lesser(self[63] &<< 1 &- doubledMedian)
        var next = unsafe (doubledMedian &- self[0] &<< 1).greater(self[32] &<< 1 &- doubledMedian)
        var i = 1
        while i < 32 {
            let below = unsafe doubledMedian &- self[32 &- i] &<< 1
            let above = unsafe self[63 &- i] &<< 1 &- doubledMedian
            let farther = unsafe self[64 &- i] &<< 1 &- doubledMedian
            middle = middle.lesser(below.greater(above))
            next = next.lesser(below.greater(farther))
            i &+= 1
        }
        return middle &+ next
    }

    /// The median of 11 sorted rows' deviations from their median: the sixth, of which the least is 0.
    @inline(always) var deviation11: Lanes {
        let median = unsafe self[5]
        var least = unsafe (median &- self[0]).lesser(self[10] &- median)
        least = unsafe least.lesser((median &- self[4]).greater(self[9] &- median))
        least = unsafe least.lesser((median &- self[3]).greater(self[8] &- median))
        least = unsafe least.lesser((median &- self[2]).greater(self[7] &- median))
        return unsafe least.lesser((median &- self[1]).greater(self[6] &- median))
    }
}
