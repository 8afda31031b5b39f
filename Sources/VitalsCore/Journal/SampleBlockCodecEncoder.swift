/// Writes columns. It cannot fail.
struct SampleBlockEncoder: SampleBlockCoder {
    typealias Failure = Never

    private var writer = BitWriter()

    /// What was written; the last byte is filled with zero bits.
    var bytes: [UInt8] { writer.bytes }

    /// The first byte is the version of the format.
    init(version: UInt8) { writer.write(UInt64(version), bits: 8) }

    /// The first three streams have the short form, which is what the first version had.
    mutating func stream(_ stream: SampleStream) {
        let number = UInt64(stream.rawValue)
        if number <= SampleBlockCodecLimits.shortStreamMax {
            writer.write(number, bits: SampleBlockCodecLimits.shortStreamBits)
        } else {
            writer.write(0, bits: SampleBlockCodecLimits.shortStreamBits)
            writer.write(number, bits: SampleBlockCodecLimits.longStreamBits)
        }
    }

    mutating func count(_ value: inout Int, max: Int, _ column: String) {
        precondition((0...max).contains(value), "a sample block holds at most \(max) \(column)")
        writer.writeDelta(UInt64(value))
    }

    mutating func lengths(_ values: inout [Int], count: Int, totalMax: Int, _ column: String) {
        precondition(values.reduce(0, +) <= totalMax, "a sample block holds at most \(totalMax) \(column)")
        write(values.map(Int64.init))
    }

    mutating func column<Value: FixedWidthInteger>(_ values: inout [Value], count: Int, _ column: String) {
        write(values.map { Int64(truncatingIfNeeded: $0) })
    }

    mutating func times(_ values: inout [Int64], count: Int, _ column: String) {
        guard !values.isEmpty else { return }
        var exponent = 0
        while exponent < SampleBlockCodecLimits.timeUnitExponentMax, values.allSatisfy({ $0 % 10 == 0 }),
            values.contains(where: { $0 != 0 })
        {
            for index in values.indices { values[index] /= 10 }
            exponent += 1
        }
        writer.write(UInt64(exponent), bits: SampleBlockCodecLimits.timeUnitExponentBits)
        write(values)
    }

    mutating func flags(_ values: inout [Bool], count: Int, _ column: String) {
        guard let first = values.first else { return }
        let isUniform = values.allSatisfy { $0 == first }
        writer.write(isUniform ? 1 : 0, bits: 1)
        for value in isUniform ? [first] : values { writer.write(value ? 1 : 0, bits: 1) }
    }

    mutating func cases<Value: RawRepresentable<UInt8>>(_ values: inout [Value], count: Int, _ column: String) {
        write(values.map { Int64($0.rawValue) })
    }

    private mutating func write(_ values: [Int64]) {
        guard let first = values.first else { return }
        let form = SampleColumnForm.best(for: values)
        writer.write(form.predictor.rawValue, bits: 1)
        if form.predictor == .previous { writer.writeDelta(first.zigzag) }
        let residuals = SampleColumnForm.residuals(of: values, by: form.predictor)
        switch form.coding {
        case .uniform(let span):
            writer.write(0, bits: 1)
            writer.writeDelta(form.reference.zigzag)
            writer.writeDelta(span)
            let code = TruncatedBinary(span: span)
            for residual in residuals { code.write(UInt64(bitPattern: residual &- form.reference), to: &writer) }
        case .rice(let parameter):
            writer.write(1, bits: 1)
            writer.writeDelta(form.reference.zigzag)
            writer.writeDelta(UInt64(parameter))
            for residual in residuals {
                Rice.write((residual &- form.reference).zigzag, parameter: parameter, to: &writer)
            }
        }
    }
}
