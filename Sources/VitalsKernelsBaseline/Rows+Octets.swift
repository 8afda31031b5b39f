// Sixty-four streams side by side: a byte row is one row of octets, a wide row four rows of 32-bit numbers. Between the
// two go plain loops over the streams, of which the compiler makes vectors.

/// An octet for each of sixty-four streams.
typealias Octets = SIMD64<Int8>

extension Rows {
    /// A byte row.
    @inline(always) func byteRow(_ row: Int) -> Octets { unsafe unsafeBitCast(self[row], to: Octets.self) }

    /// Writes a byte row.
    @inline(always) func setByteRow(_ row: Int, _ octets: Octets) {
        unsafe self[row] = unsafeBitCast(octets, to: Lanes.self)
    }

    /// The 32-bit numbers from a row on.
    @inline(always) func numbers(_ row: Int) -> UnsafeMutablePointer<Int32> {
        unsafe UnsafeMutableRawPointer(self + row).assumingMemoryBound(to: Int32.self)
    }

    /// The octets from a row on.
    @inline(always) func octets(_ row: Int) -> UnsafeMutablePointer<UInt8> {
        unsafe UnsafeMutableRawPointer(self + row).assumingMemoryBound(to: UInt8.self)
    }

    /// The low octets of a wide row as a byte row.
    @inline(always) func narrow(_ row: Int, to byteRow: Int) {
        let (source, target) = unsafe (numbers(row), octets(byteRow))
        var stream = 0
        while stream < RhythmLayout.streams {
            unsafe target[stream] = UInt8(truncatingIfNeeded: source[stream])
            stream &+= 1
        }
    }

    /// The octets of a byte row, without sign, as a wide row.
    @inline(always) func widen(_ byteRow: Int, to row: Int) {
        let (source, target) = unsafe (octets(byteRow), numbers(row))
        var stream = 0
        while stream < RhythmLayout.streams {
            unsafe target[stream] = Int32(truncatingIfNeeded: source[stream])
            stream &+= 1
        }
    }
}
