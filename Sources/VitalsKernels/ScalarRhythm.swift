import VitalsKernelsBaseline

/// The oracle of the rhythm kernel: one stream after the other by plain arithmetic, every number of a window found anew
/// from the beats that it holds.
///
/// Its operators trap on overflow where the kernel's wrap. It leaves alone the notes of how often a word came again: the
/// kernel's own means to an end. The pointer goes no farther than this type.
@safe struct ScalarRhythm {
    private let rows: UnsafeMutablePointer<Lanes>
    private let capacity: Int
    private let earlyCapacity: Int
    private let position: Int
    private let edgeFirst: Int
    private let edgeLast: Int
    private let markDelay: Int

    static func run(_ rows: UnsafeMutablePointer<Lanes>) {
        let rhythm = unsafe ScalarRhythm(rows)
        for stream in 0..<RhythmLayout.streams { rhythm.step(stream) }
        unsafe rows[0][RhythmLayout.position] = Int32((rhythm.position + 1) % rhythm.capacity)
    }

    private init(_ rows: UnsafeMutablePointer<Lanes>) {
        unsafe self.rows = unsafe rows
        capacity = unsafe min(max(Int(rows[0][RhythmLayout.capacity]), 2), KernelLimits.ringSlotsMax)
        earlyCapacity = unsafe min(max(Int(rows[0][RhythmLayout.earlyCapacity]), 1), capacity)
        position = unsafe min(max(Int(rows[0][RhythmLayout.position]), 0), capacity - 1)
        edgeFirst = unsafe min(max(Int(rows[0][RhythmLayout.edgeFirst]), 1), capacity - 1)
        markDelay = unsafe min(max(Int(rows[0][RhythmLayout.markDelay]), 0), capacity - 1)
        edgeLast = unsafe min(max(Int(rows[0][RhythmLayout.edgeLast]), edgeFirst), capacity - 1)
    }

    /// One beat as the rings hold it.
    private struct Beat {
        var word: [Int8] = [-1, -1, -1]
        /// Shifted, distance, periodic, paired, irregular, and the mark.
        var traits: [UInt8] = [0, 0, 0, 0, 0, 0]

        /// The word as one number, nil in a free slot.
        var key: Int32? { word[0] < 0 ? nil : word.reduce(0) { $0 << 6 | Int32($1) } }
    }

    private func step(_ stream: Int) {
        let x = min(max(number(RhythmLayout.interval, stream), 0), KernelLimits.intervalMax)
        let chain = (0..<3).map { number(RhythmLayout.history + $0 * RhythmLayout.wide, stream) }
        var beats = (0..<capacity).map { beat(slot: ($0 + position) % capacity, stream) }
        let enters = x > 0 && chain[1] > 0
        if enters {
            beats.append(newBeat([x] + chain))
            beats.removeFirst()
        }
        if x > 0 {
            for (age, interval) in zip(0..<3, [x] + chain) {
                set(RhythmLayout.history + age * RhythmLayout.wide, stream, interval)
                set(RhythmLayout.rates + age * RhythmLayout.wide, stream, interval > 0 ? 61_440 / interval : 0)
            }
        }
        setOctet(RhythmLayout.entered, stream, enters ? 0xFF : 0)
        summarise(beats, stream)
        setOctet(RhythmLayout.flags, stream, enters ? flags(&beats, stream) : 0)
        for (age, beat) in beats.enumerated() { write(beat, slot: (position + 1 + age) % capacity, stream) }
    }

    /// What the windows came to when a beat entered, which is marked.
    private func flags(_ beats: inout [Beat], _ stream: Int) -> UInt8 {
        let count = Int(octet(RhythmLayout.count, stream))
        var flags = RhythmLayout.hasEntered
        if count == capacity {
            flags |= RhythmLayout.isFull
            let limit = number(RhythmLayout.limits, Int(octet(RhythmLayout.distinct, stream)))
            if number(RhythmLayout.sum, stream) < limit { flags |= RhythmLayout.isIrregular }
        }
        if count >= earlyCapacity {
            let limit = number(RhythmLayout.earlyLimits, Int(octet(RhythmLayout.earlyDistinct, stream)))
            if number(RhythmLayout.earlySum, stream) < limit { flags |= RhythmLayout.isEarly }
        }
        beats[capacity - 1].traits[5] = flags & RhythmLayout.isEarly
        if beats[capacity - 1 - markDelay].traits[5] != 0 { flags |= RhythmLayout.wasEarly }
        return flags
    }

    private func newBeat(_ x: [Int32]) -> Beat {
        var beat = Beat()
        let rates = x.map { $0 > 0 ? 61_440 / $0 : nil }
        beat.word = [2, 1, 0].map { Int8(min(63, 12_288 / x[$0])) }
        let distances = rates[1...].compactMap { $0.map { abs($0 - 61_440 / x[0]) } }
        beat.traits[1] = UInt8(min(distances.min() ?? 40, 40))
        beat.traits[4] = abs(x[0] - x[1]) * 400 >= 13 * x[1] ? 1 : 0
        guard x[3] > 0 else { return beat }
        let (median, before) = (x[0...2].sorted()[1], x[1...3].sorted()[1])
        beat.traits[0] = abs(median - before) * 400 >= 13 * before ? 1 : 0
        beat.traits[2] = abs(x[0] - x[3]) < abs(x[0] - x[1]) ? 1 : 0
        beat.traits[3] = abs(x[0] + x[1] - x[2] - x[3]) < abs(x[0] - x[1]) ? 1 : 0
        return beat
    }

    /// Counts and sums of both windows, from the beats, oldest first.
    private func summarise(_ beats: [Beat], _ stream: Int) {
        let early = beats.suffix(earlyCapacity)
        let (all, newest) = (words(beats[...]), words(early))
        setOctet(RhythmLayout.count, stream, UInt8(beats.count { $0.key != nil }))
        setOctet(RhythmLayout.distinct, stream, UInt8(all.distinct))
        set(RhythmLayout.sum, stream, all.sum)
        setOctet(RhythmLayout.earlyDistinct, stream, UInt8(newest.distinct))
        set(RhythmLayout.earlySum, stream, newest.sum)
        set(RhythmLayout.distance, stream, beats.reduce(0) { $0 + Int32($1.traits[1]) })
        set(RhythmLayout.earlyDistance, stream, early.reduce(0) { $0 + Int32($1.traits[1]) })
        for (trait, row, earlyRow) in [
            (0, RhythmLayout.shifted, RhythmLayout.earlyShifted),
            (2, RhythmLayout.periodic, RhythmLayout.earlyPeriodic),
            (3, RhythmLayout.paired, RhythmLayout.earlyPaired),
        ] {
            setOctet(row, stream, beats.reduce(0) { $0 + $1.traits[trait] })
            setOctet(earlyRow, stream, early.reduce(0) { $0 + $1.traits[trait] })
        }
        let edge = edgeFirst...edgeLast
        setOctet(RhythmLayout.edgeIrregular, stream, edge.reduce(0) { $0 + beats[capacity - 1 - $1].traits[4] })
    }

    private func words(_ beats: ArraySlice<Beat>) -> (distinct: Int32, sum: Int32) {
        let keys = beats.compactMap(\.key).sorted()
        var (distinct, sum, run): (Int32, Int32, Int) = (0, 0, 0)
        for (place, key) in keys.enumerated() {
            let isFirst = place == 0 || keys[place - 1] != key
            run = isFirst ? 1 : run + 1
            distinct += isFirst ? 1 : 0
            sum += number(RhythmLayout.steps, run)
        }
        return (distinct, sum)
    }

    private func beat(slot: Int, _ stream: Int) -> Beat {
        let word = RhythmLayout.words + slot * RhythmLayout.wordPlanes
        let traits = RhythmLayout.traits(capacity: capacity) + slot * RhythmLayout.traitPlanes
        var beat = Beat()
        beat.word = (0..<3).map { Int8(bitPattern: octet(word + $0, stream)) }
        beat.traits = (0..<RhythmLayout.traitPlanes).map { octet(traits + $0, stream) }
        return beat
    }

    private func write(_ beat: Beat, slot: Int, _ stream: Int) {
        let word = RhythmLayout.words + slot * RhythmLayout.wordPlanes
        let traits = RhythmLayout.traits(capacity: capacity) + slot * RhythmLayout.traitPlanes
        for plane in 0..<3 { setOctet(word + plane, stream, UInt8(bitPattern: beat.word[plane])) }
        for plane in 0..<RhythmLayout.traitPlanes { setOctet(traits + plane, stream, beat.traits[plane]) }
    }

    private func number(_ row: Int, _ index: Int) -> Int32 {
        unsafe rows[row + index / Lanes.scalarCount][index % Lanes.scalarCount]
    }

    private func set(_ row: Int, _ index: Int, _ value: Int32) {
        unsafe rows[row + index / Lanes.scalarCount][index % Lanes.scalarCount] = value
    }

    private func octet(_ row: Int, _ stream: Int) -> UInt8 {
        UInt8(truncatingIfNeeded: number(row, stream / 4) >> Int32(stream % 4 * 8))
    }

    private func setOctet(_ row: Int, _ stream: Int, _ value: UInt8) {
        let shift = Int32(stream % 4 * 8)
        set(row, stream / 4, number(row, stream / 4) & ~(0xFF << shift) | Int32(value) << shift)
    }
}
