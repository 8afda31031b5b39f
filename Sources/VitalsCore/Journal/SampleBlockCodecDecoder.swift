/// Reads columns. Whatever the bytes, it ends with a value or with an error that says where.
struct SampleBlockDecoder: SampleBlockCoder {
    typealias Failure = SampleBlockError

    private var reader: BitReader

    init(_ bytes: [UInt8], version: UInt8) throws(SampleBlockError) {
        reader = BitReader(bytes)
        let found = try read("version") { reader throws(BitReader.Fault) in try reader.read(bits: 8) }
        guard found == version else {
            throw fault(.unsupportedVersion(UInt8(truncatingIfNeeded: found)), "version")
        }
    }

    /// Nothing may follow the last column.
    func finish() throws(SampleBlockError) {
        guard reader.isAtEnd else { throw fault(.trailingBytes, "end") }
    }

    /// An error at the present place.
    func fault(_ code: SampleBlockError.Code, _ column: String) -> SampleBlockError {
        SampleBlockError(code: code, byteOffset: reader.byteOffset, column: column)
    }

    mutating func stream() throws(SampleBlockError) -> SampleStream {
        let (number, isShort) = try read("stream") { reader throws(BitReader.Fault) in
            let short = try reader.read(bits: SampleBlockCodecLimits.shortStreamBits)
            return short > 0 ? (short, true) : (try reader.read(bits: SampleBlockCodecLimits.longStreamBits), false)
        }
        // A stream has one form, so that the same samples are always the same bytes.
        guard let stream = SampleStream(rawValue: UInt8(truncatingIfNeeded: number)),
            isShort == (number <= SampleBlockCodecLimits.shortStreamMax)
        else {
            throw fault(.unknownStream, "stream")
        }
        return stream
    }

    mutating func count(_ value: inout Int, max: Int, _ column: String) throws(SampleBlockError) {
        let found = try read(column) { reader throws(BitReader.Fault) in try reader.readDelta() }
        guard found <= UInt64(max) else { throw fault(.tooMany, column) }
        value = Int(found)
    }

    mutating func lengths(
        _ values: inout [Int], count: Int, totalMax: Int, _ column: String
    ) throws(SampleBlockError) {
        values = []
        var left = Int64(totalMax)
        for length in try integers(count: count, column) {
            guard length >= 0 else { throw fault(.valueOutOfRange, column) }
            guard length <= left else { throw fault(.tooMany, column) }
            left -= length
            values.append(Int(length))
        }
    }

    mutating func column<Value: FixedWidthInteger>(
        _ values: inout [Value], count: Int, _ column: String
    ) throws(SampleBlockError) {
        values = []
        values.reserveCapacity(count)
        for number in try integers(count: count, column) {
            guard let value = Value(exactly: number) else { throw fault(.valueOutOfRange, column) }
            values.append(value)
        }
    }

    mutating func times(_ values: inout [Int64], count: Int, _ column: String) throws(SampleBlockError) {
        values = []
        guard count > 0 else { return }
        let exponent = try read(column) { reader throws(BitReader.Fault) in
            try reader.read(bits: SampleBlockCodecLimits.timeUnitExponentBits)
        }
        let unit = (0..<exponent).reduce(Int64(1)) { unit, _ in unit * 10 }
        for number in try integers(count: count, column) {
            let (time, overflow) = number.multipliedReportingOverflow(by: unit)
            guard !overflow else { throw fault(.valueOutOfRange, column) }
            values.append(time)
        }
    }

    mutating func flags(_ values: inout [Bool], count: Int, _ column: String) throws(SampleBlockError) {
        values = []
        guard count > 0 else { return }
        values = try read(column) { reader throws(BitReader.Fault) in
            if try reader.read(bits: 1) == 1 { return Array(repeating: try reader.read(bits: 1) == 1, count: count) }
            var values: [Bool] = []
            for _ in 0..<count { values.append(try reader.read(bits: 1) == 1) }
            return values
        }
    }

    mutating func cases<Value: RawRepresentable<UInt8>>(
        _ values: inout [Value], count: Int, _ column: String
    ) throws(SampleBlockError) {
        values = []
        for number in try integers(count: count, column) {
            guard let value = UInt8(exactly: number).flatMap(Value.init(rawValue:)) else {
                throw fault(.valueOutOfRange, column)
            }
            values.append(value)
        }
    }

    private mutating func integers(count: Int, _ column: String) throws(SampleBlockError) -> [Int64] {
        guard count > 0 else { return [] }
        return try read(column) { reader throws(BitReader.Fault) in
            try SampleColumnForm.read(count: count, from: &reader)
        }
    }

    private mutating func read<Value>(
        _ column: String, _ body: (inout BitReader) throws(BitReader.Fault) -> Value
    ) throws(SampleBlockError) -> Value {
        do {
            return try body(&reader)
        } catch {
            throw fault(error == .truncated ? .truncated : .malformedNumber, column)
        }
    }
}
