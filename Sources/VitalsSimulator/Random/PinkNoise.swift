/// 1/f noise of unit variance in 1/4096: eight octaves of held normal deviates, the k-th renewed every 2^k steps
/// (Voss's method, in Gardner: White and brown music, fractal curves and one-over-f fluctuations, 1978).
///
/// Heart period and oxygen saturation at rest vary like this over minutes: neither white nor a random walk that leaves.
struct PinkNoise: Hashable, Sendable {
    private var octaves: [Int64]
    private var step: UInt64 = 0

    init(_ random: inout RandomStream) {
        octaves = []
        for _ in 0..<8 { octaves.append(random.gaussian()) }
    }

    /// The next value, in 1/4096 of a standard deviation; one draw.
    mutating func next(_ random: inout RandomStream) -> Int64 {
        step &+= 1
        octaves[min(step.trailingZeroBitCount, octaves.count - 1)] = random.gaussian()
        // 1448 / 4096 is 1 / √8.
        return octaves.reduce(0, +) * 1_448 / 4_096
    }
}
