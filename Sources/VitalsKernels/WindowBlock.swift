import VitalsKernelsBaseline

/// Up to sixteen sample windows side by side, with room for what the kernels find in them.
///
/// A window is 96 slots of one second: the first 64 are the reference, the last 32 the test part. Each lane holds one
/// window and knows nothing of the others. A block is allocated once, 11.8 KB, and filled again and again.
public struct WindowBlock: Sendable {
    /// Windows in a block.
    public static let lanes = Lanes.scalarCount
    /// Slots in a window.
    public static let slots = BlockLayout.windowSlots
    /// Slots in the reference part.
    public static let referenceSlots = BlockLayout.referenceSlots
    /// Slots in the test part.
    public static let testSlots = BlockLayout.testSlots
    /// Slots of the test part that are judged; the others look ahead.
    public static let chartedSlots = BlockLayout.chartedSlots

    private var rows = [Lanes](repeating: Lanes(repeating: 0), count: BlockLayout.rows)

    /// A block of windows without samples.
    public init() {}

    /// Puts a window into a lane.
    ///
    /// - Parameters:
    ///   - ring: 96 slots in hundredths of the quantity's unit, nil where there is no valid sample. Values beyond
    ///     ±2^20 are taken as ±2^20.
    ///   - oldest: where in the ring the window's first slot stands, 0 to 95.
    ///   - scale: how deviations are weighed.
    ///   - lane: which window of the block, 0 to 15.
    public mutating func load(_ ring: [Int32?], oldest: Int, scale: ChartScale, lane: Int) {
        precondition(ring.count == Self.slots && ring.indices ~= oldest, "a window is a ring of \(Self.slots) slots")
        var (place, word) = (oldest, Int32(0))
        for slot in 0..<Self.slots {
            if let value = ring[place] {
                rows[BlockLayout.values + slot][lane] = value
                word |= 1 &<< Int32(slot & 31)
            }
            if slot & 31 == 31 {
                rows[BlockLayout.validity + slot >> 5][lane] = word
                word = 0
            }
            place = place + 1 == Self.slots ? 0 : place + 1
        }
        rows[BlockLayout.sigmaFloor][lane] = scale.sigmaFloor
        rows[BlockLayout.slack][lane] = scale.slackSixteenths
        rows[BlockLayout.limit][lane] = scale.limitSixteenths
    }

    /// What the kernels found in the window of a lane; meaningful after `KernelTable.judge`.
    public func figures(lane: Int) -> WindowFigures { WindowFigures(self, lane: lane) }

    /// One lane of a row of `BlockLayout`: for tests, which write bits there that no window would have.
    package subscript(row: Int, lane: Int) -> Int32 {
        get { rows[row][lane] }
        set { rows[row][lane] = newValue }
    }

    /// Lends the rows to a kernel.
    @unsafe mutating func withRows(_ kernel: (UnsafeMutablePointer<Lanes>) -> Void) {
        unsafe rows.withUnsafeMutableBufferPointer { buffer in
            if let start = buffer.baseAddress { unsafe kernel(start) }
        }
    }
}
