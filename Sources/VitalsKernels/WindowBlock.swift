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
        precondition(0..<Self.lanes ~= lane, "a lane of the block")
        let ring = ring.span
        unsafe rows.withUnsafeMutableBytes { bytes in
            let numbers = unsafe bytes.assumingMemoryBound(to: Int32.self)
            var place = oldest
            for word in 0..<Self.slots / 32 {
                var validity: Int32 = 0
                for bit in 0..<32 {
                    if let value = ring[place] {
                        unsafe numbers[(BlockLayout.values + word * 32 + bit) * Self.lanes + lane] = value
                        validity |= 1 &<< Int32(bit)
                    }
                    place = place + 1 == Self.slots ? 0 : place + 1
                }
                unsafe numbers[(BlockLayout.validity + word) * Self.lanes + lane] = validity
            }
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
