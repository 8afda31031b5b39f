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

    /// A byte row where another one is -1, and 0 where that is 0.
    @inline(always) func byteRow(_ row: Int, where mask: Lanes) -> Octets {
        unsafe unsafeBitCast(self[row] & mask, to: Octets.self)
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
}

extension SIMD64<Int8> {
    /// -1 where two byte rows are equal, 0 elsewhere, as a mask.
    @inline(always) func equals(_ other: Self) -> Lanes {
        unsafe unsafeBitCast(self .== other, to: Lanes.self)
    }

    /// -1 where a byte row, taken without sign, is not below another, 0 elsewhere.
    @inline(always) func reaches(_ other: Self) -> Lanes {
        unsafe unsafeBitCast(
            unsafeBitCast(self, to: SIMD64<UInt8>.self) .>= unsafeBitCast(other, to: SIMD64<UInt8>.self),
            to: Lanes.self)
    }

    /// The octets of a mask.
    @inline(always) init(mask: Lanes) { self = unsafe unsafeBitCast(mask, to: Self.self) }
}
