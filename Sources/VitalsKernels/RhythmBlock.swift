import VitalsKernelsBaseline

/// Sixty-four heart rhythms side by side: the state that the `rhythm` kernel moves on by a beat of each.
///
/// A block is allocated once, some 75 KB for windows of 127 beats, and stepped again and again. What its numbers mean is
/// said by `RhythmLayout`.
package struct RhythmBlock: Sendable {
    /// Streams in a block.
    package static let streams = RhythmLayout.streams
    /// Most beats in a window.
    package static let capacityMax = KernelLimits.ringSlotsMax

    /// Beats in a window.
    package let capacity: Int
    /// Beats in the early window.
    package let earlyCapacity: Int

    private var rows: [Lanes]

    /// A block whose streams have no history.
    ///
    /// - Parameters:
    ///   - capacity: beats in a window, 2 to 255.
    ///   - earlyCapacity: beats in the early window, 1 to `capacity`. A mark is reported after the beats that it lacks.
    ///   - edge: the beats whose irregularity is added up, by how many beats before the newest they are, from 1.
    ///   - steps: what the c-th word of a kind adds to the sum, in 2^-20, for c = 0...256; the first two are 0.
    ///   - limits: for k = 0...255 distinct words, the least sum of a window that is no longer irregular.
    ///   - earlyLimits: the same of the early window.
    package init(
        capacity: Int, earlyCapacity: Int, edge: ClosedRange<Int>, steps: [Int32], limits: [Int32], earlyLimits: [Int32]
    ) {
        precondition(2...Self.capacityMax ~= capacity && 1...capacity ~= earlyCapacity, "windows of 2 to 255 beats")
        precondition(edge.lowerBound >= 1 && edge.upperBound < capacity, "the edge lies before the newest beat")
        precondition(steps.count == 257 && limits.count == 256 && earlyLimits.count == 256, "a number for each count")
        self.capacity = capacity
        self.earlyCapacity = earlyCapacity
        rows = [Lanes](repeating: Lanes(repeating: 0), count: RhythmLayout.rows(capacity: capacity))
        set(RhythmLayout.capacity, of: 0, to: Int32(capacity))
        set(RhythmLayout.earlyCapacity, of: 0, to: Int32(earlyCapacity))
        set(RhythmLayout.edgeFirst, of: 0, to: Int32(edge.lowerBound))
        set(RhythmLayout.edgeLast, of: 0, to: Int32(edge.upperBound))
        set(RhythmLayout.markDelay, of: 0, to: Int32(capacity - earlyCapacity))
        for (row, table) in [
            (RhythmLayout.steps, steps), (RhythmLayout.limits, limits), (RhythmLayout.earlyLimits, earlyLimits),
        ] {
            for (count, number) in table.enumerated() { set(count, of: row, to: number) }
        }
        for stream in 0..<Self.streams { forget(stream: stream) }
    }

    /// Figures of a stream: the four wide rows from `RhythmLayout.sum` on, then the ten byte rows from `count` on.
    package typealias Figures = InlineArray<14, Int32>

    /// The figures of a stream.
    package func figures(of stream: Int) -> Figures {
        precondition(0..<Self.streams ~= stream, "a stream of the block")
        let (wide, octets) = (RhythmLayout.sum * rowSize, RhythmLayout.count * rowSize)
        return unsafe rows.withUnsafeBytes { bytes in
            Figures { figure in
                guard figure >= 4 else {
                    let number = figure * Self.streams + stream
                    return unsafe bytes.loadUnaligned(fromByteOffset: wide + number * 4, as: Int32.self)
                }
                return unsafe Int32(bytes[octets + (figure - 4) * rowSize + stream])
            }
        }
    }

    /// The flags of a stream.
    package func flags(of stream: Int) -> Int32 {
        precondition(0..<Self.streams ~= stream, "a stream of the block")
        return unsafe rows.withUnsafeBytes { unsafe Int32($0[RhythmLayout.flags * rowSize + stream]) }
    }

    /// Copies what a step came to in all streams, 64 numbers of each figure: four wide ones from `RhythmLayout.sum` on, and
    /// twelve octets from `count` to `flags`.
    package func copyResults(into sums: inout [Int32], _ octets: inout [UInt8]) {
        precondition(sums.count == 4 * Self.streams && octets.count == 12 * Self.streams, "room for all figures")
        unsafe rows.withUnsafeBytes { bytes in
            let (wide, narrow) = (RhythmLayout.sum * rowSize, RhythmLayout.count * rowSize)
            let first = unsafe UnsafeRawBufferPointer(rebasing: bytes[wide..<wide + 16 * rowSize])
            unsafe sums.withUnsafeMutableBytes { unsafe $0.copyMemory(from: first) }
            let second = unsafe UnsafeRawBufferPointer(rebasing: bytes[narrow..<narrow + 12 * rowSize])
            unsafe octets.withUnsafeMutableBytes { unsafe $0.copyMemory(from: second) }
        }
    }

    /// Puts in the RR intervals of the next step, 64 of an array's, 0 where a stream has no beat.
    package mutating func setIntervals(_ intervals: [UInt16], from start: Int) {
        precondition(start >= 0 && start + Self.streams <= intervals.count, "an interval for each stream")
        unsafe rows.withUnsafeMutableBytes { bytes in
            let first = RhythmLayout.interval * rowSize
            let end = first + Self.streams * MemoryLayout<Int32>.size
            let numbers = unsafe UnsafeMutableRawBufferPointer(rebasing: bytes[first..<end]).assumingMemoryBound(
                to: Int32.self)
            for stream in 0..<Self.streams { unsafe numbers[stream] = Int32(intervals[start + stream]) }
        }
    }

    /// The next interval of a stream does not follow its last one.
    package mutating func breakChain(stream: Int) {
        for row in [RhythmLayout.history, RhythmLayout.rates] {
            for age in 0..<3 { set(stream, of: row + age * RhythmLayout.wide, to: 0) }
        }
    }

    /// Empties a stream's windows.
    package mutating func forget(stream: Int) {
        breakChain(stream: stream)
        for row in stride(from: RhythmLayout.sum, to: RhythmLayout.count, by: RhythmLayout.wide) {
            set(stream, of: row, to: 0)
        }
        for row in RhythmLayout.count..<RhythmLayout.steps { setOctet(stream, of: row, to: 0) }
        let traits = RhythmLayout.traits(capacity: capacity)
        for slot in 0..<capacity {
            for plane in 0..<RhythmLayout.wordPlanes {
                setOctet(
                    stream, of: RhythmLayout.words + slot * RhythmLayout.wordPlanes + plane, to: plane < 3 ? -1 : 0)
            }
            for plane in 0..<RhythmLayout.traitPlanes {
                setOctet(stream, of: traits + slot * RhythmLayout.traitPlanes + plane, to: 0)
            }
        }
    }

    /// Number `index` from a row of `RhythmLayout` on: for tests, which write bits there that no stream would have.
    package subscript(row: Int, index: Int) -> Int32 {
        get { rows[row + index / Lanes.scalarCount][index % Lanes.scalarCount] }
        set { set(index, of: row, to: newValue) }
    }

    /// Lends the rows to a kernel.
    @unsafe mutating func withRows(_ kernel: (UnsafeMutablePointer<Lanes>) -> Void) {
        unsafe rows.withUnsafeMutableBufferPointer { buffer in
            if let start = buffer.baseAddress { unsafe kernel(start) }
        }
    }

    /// Number `index` from a row on.
    private mutating func set(_ index: Int, of row: Int, to value: Int32) {
        rows[row + index / Lanes.scalarCount][index % Lanes.scalarCount] = value
    }

    private mutating func setOctet(_ stream: Int, of row: Int, to value: Int8) {
        unsafe rows.withUnsafeMutableBytes { bytes in
            unsafe bytes.storeBytes(of: value, toByteOffset: row * rowSize + stream, as: Int8.self)
        }
    }
}

/// Octets of a row.
private let rowSize = 64
