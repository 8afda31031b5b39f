// Eight neighbouring numbers as lanes. Written out, since the library's unaligned loads are generic: the compiler makes one
// instruction of eight loads that stand side by side.

extension UnsafePointer<Double> {
    /// Eight numbers from a place on, which needs no alignment.
    @inline(always) func lanes(at place: Int) -> SeriesLanes {
        let from = unsafe self + place
        return unsafe SeriesLanes(from[0], from[1], from[2], from[3], from[4], from[5], from[6], from[7])
    }
}

extension UnsafeMutablePointer<Double> {
    /// Eight numbers from a place on, which needs no alignment.
    @inline(always) func lanes(at place: Int) -> SeriesLanes {
        let from = unsafe self + place
        return unsafe SeriesLanes(from[0], from[1], from[2], from[3], from[4], from[5], from[6], from[7])
    }

    /// Writes eight numbers from a place on.
    @inline(always) func store(_ lanes: SeriesLanes, at place: Int) {
        let target = unsafe self + place
        unsafe target[0] = lanes[0]
        unsafe target[1] = lanes[1]
        unsafe target[2] = lanes[2]
        unsafe target[3] = lanes[3]
        unsafe target[4] = lanes[4]
        unsafe target[5] = lanes[5]
        unsafe target[6] = lanes[6]
        unsafe target[7] = lanes[7]
    }
}
