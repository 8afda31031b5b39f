/// Sixteen 32-bit numbers: what the window kernels work on.
public typealias Lanes = SIMD16<Int32>

/// The fastest mix of the operations that the window kernels are made of: six chains that do not wait for each other, each
/// a maximum and an addition a round. Nothing is read or written between the rounds: six chains and what they are compared
/// with fill the sixteen registers of AVX2.
///
/// - Returns: operations done, on sixteen numbers each.
@inline(never)
public func integerOperations(_ rows: UnsafeMutablePointer<Lanes>, rounds: Int) -> Int {
    var (a, b, c) = unsafe (rows[0], rows[1], rows[2])
    var (d, e, f) = unsafe (rows[3], rows[4], rows[5])
    let (limit, step) = unsafe (rows[12], rows[13])
    var round = 0
    while round < rounds {
        (a, b, c) = (a.greater(limit), b.greater(limit), c.greater(limit))
        (d, e, f) = (d.greater(limit), e.greater(limit), f.greater(limit))
        (a, b, c) = (a &+ step, b &+ step, c &+ step)
        (d, e, f) = (d &+ step, e &+ step, f &+ step)
        round &+= 1
    }
    unsafe rows[0] = a &+ b &+ c &+ d &+ e &+ f
    return 12 &* rounds
}

/// Reads rows one after the other, four sums side by side.
@inline(never)
public func readRows(_ rows: UnsafeMutablePointer<Lanes>, count: Int) {
    var (a, b, c, d) = unsafe (rows[0], rows[1], rows[2], rows[3])
    var row = 4
    while row &+ 4 <= count {
        a = unsafe a &+ rows[row]
        b = unsafe b &+ rows[row &+ 1]
        c = unsafe c &+ rows[row &+ 2]
        d = unsafe d &+ rows[row &+ 3]
        row &+= 4
    }
    unsafe rows[0] = a &+ b &+ c &+ d
}

extension SIMD16<Int32> {
    @inline(always) fileprivate func greater(_ other: Self) -> Self { replacing(with: other, where: self .< other) }
}
