/// The local maxima and minima of a window of samples at each scale, and those that are extreme at every scale up to the
/// most telling one: its peaks and its onsets (Scholkmann et al. 2012).
///
/// Memory for the greatest window is allocated once, and used again for every window.
public struct PulseExtrema: Hashable, Sendable {
    /// Samples of the present window.
    public private(set) var count = 0
    /// The greatest scale of the present window.
    public private(set) var scales = 0

    private let countMax: Int
    private let scalesMax: Int
    private var samples: [Int64]
    private var counts: [Int64]
    private var reaches: [Int64]

    /// Memory for windows up to that size.
    public init(countMax: Int, scalesMax: Int) {
        precondition(countMax > 0 && scalesMax > 0)
        self.countMax = countMax
        self.scalesMax = scalesMax
        samples = Array(repeating: 0, count: countMax + 2 * scalesMax + 8)
        counts = Array(repeating: 0, count: 16 * scalesMax)
        reaches = Array(repeating: 0, count: 2 * (countMax + 7))
    }

    /// Takes a window and finds its extrema up to a scale.
    public mutating func analyse(_ window: [Int64], scales: Int, kernels: SeriesKernelTable) {
        precondition(window.count <= countMax && 1...scalesMax ~= scales, "a window beyond the memory")
        count = window.count
        self.scales = scales
        for (place, sample) in window.enumerated() { samples[scalesMax + place] = sample }
        for row in 0..<16 * scales { counts[row] = 0 }
        kernels.pulse(&self)
    }

    /// The places of the peaks in order: the maxima at every scale up to the one that has the most.
    public func peaks() -> [Int] { places(ofMinima: false) }

    /// The places of the onsets, likewise of minima.
    public func onsets() -> [Int] { places(ofMinima: true) }

    /// The scale with the most maxima or minima, the least such: 1 to `scales`.
    public func fullestScale(ofMinima: Bool) -> Int {
        var (fullest, most) = (1, Int64(-1))
        for scale in 1...scales {
            let row = (ofMinima ? scales + scale - 1 : scale - 1) * 8
            let found = counts[row..<row + 8].reduce(0, +)
            if found > most { (fullest, most) = (scale, found) }
        }
        return fullest
    }

    private func places(ofMinima: Bool) -> [Int] {
        guard count > 0 else { return [] }
        let least = Int64(fullestScale(ofMinima: ofMinima))
        let first = ofMinima ? (count + 7) / 8 * 8 : 0
        return (0..<count).filter { reaches[first + $0] >= least }
    }

    /// Lends the memory to a kernel.
    @unsafe mutating func withPointers(
        _ body: (UnsafePointer<Int64>, UnsafeMutablePointer<Int64>, UnsafeMutablePointer<Int64>) -> Void
    ) {
        unsafe samples.withUnsafeBufferPointer { samples in
            unsafe counts.withUnsafeMutableBufferPointer { counts in
                unsafe reaches.withUnsafeMutableBufferPointer { reaches in
                    guard let samples = samples.baseAddress, let counts = counts.baseAddress,
                        let reaches = reaches.baseAddress
                    else { return }
                    unsafe body(samples + scalesMax, counts, reaches)
                }
            }
        }
    }
}
