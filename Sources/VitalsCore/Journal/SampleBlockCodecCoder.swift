/// One direction of the codec. A layout is written down once, as calls of these methods, and serves both directions:
/// the encoder reads the arrays that it is given, the decoder fills them.
protocol SampleBlockCoder {
    /// `Never` for the encoder, `SampleBlockError` for the decoder.
    associatedtype Failure: Error

    /// The count of something, 0 to `max`.
    mutating func count(_ value: inout Int, max: Int, _ column: String) throws(Failure)

    /// `count` lengths of lists, `totalMax` in all.
    mutating func lengths(_ values: inout [Int], count: Int, totalMax: Int, _ column: String) throws(Failure)

    /// `count` numbers of the whole range of `Value`.
    mutating func column<Value: FixedWidthInteger>(
        _ values: inout [Value], count: Int, _ column: String
    ) throws(Failure)

    /// `count` microseconds, divided by the largest power of ten that divides them all.
    mutating func times(_ values: inout [Int64], count: Int, _ column: String) throws(Failure)

    /// `count` truth values.
    mutating func flags(_ values: inout [Bool], count: Int, _ column: String) throws(Failure)

    /// `count` values of an enumeration.
    mutating func cases<Value: RawRepresentable<UInt8>>(
        _ values: inout [Value], count: Int, _ column: String
    ) throws(Failure)
}

extension SampleBlockCoder {
    /// Values that may be absent: which are there, then those.
    mutating func optionals<Value: FixedWidthInteger>(
        _ values: inout [Value?], count: Int, _ column: String
    ) throws(Failure) {
        var isPresent = values.map { $0 != nil }
        try flags(&isPresent, count: count, column)
        // Closures here and below: a key path of a generic type is looked up by its name each time.
        var present = values.compactMap { $0 }
        try self.column(&present, count: isPresent.count { $0 }, column)
        var rest = present[...]
        values = isPresent.map { $0 ? rest.popFirst() : nil }
    }

    /// `count` pairs, the two quantities one after the other.
    mutating func pairs(_ pairs: inout [SpO2PulseRate], count: Int, _ column: String) throws(Failure) {
        var spO2 = pairs.map(\.spO2)
        try self.column(&spO2, count: count, column)
        var pulseRate = pairs.map(\.pulseRate)
        try self.column(&pulseRate, count: count, column)
        pairs = zip(spO2, pulseRate).map { SpO2PulseRate(spO2: $0, pulseRate: $1) }
    }

    /// Pairs that may be absent.
    mutating func optionalPairs(_ pairs: inout [SpO2PulseRate?], count: Int, _ column: String) throws(Failure) {
        var isPresent = pairs.map { $0 != nil }
        try flags(&isPresent, count: count, column)
        var present = pairs.compactMap(\.self)
        try self.pairs(&present, count: isPresent.count { $0 }, column)
        var rest = present[...]
        pairs = isPresent.map { $0 ? rest.popFirst() : nil }
    }

    /// A list for each sample: how many each has, then all of them.
    mutating func lists<Value: FixedWidthInteger>(
        _ lists: inout [[Value]], count: Int, totalMax: Int, _ column: String
    ) throws(Failure) {
        var lengths = lists.map { $0.count }
        try self.lengths(&lengths, count: count, totalMax: totalMax, column)
        var all = lists.flatMap { $0 }
        try self.column(&all, count: lengths.reduce(0, +), column)
        var start = 0
        lists = lengths.map { length in
            defer { start += length }
            return Array(all[start..<start + length])
        }
    }
}
