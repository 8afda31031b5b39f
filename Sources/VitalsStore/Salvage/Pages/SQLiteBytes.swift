/// Numbers as SQLite writes them into a file (https://www.sqlite.org/fileformat2.html), read without trust: nil for
/// whatever lies outside the bytes.
extension ArraySlice<UInt8> {
    /// A big-endian number of `count` bytes, at most eight, at an offset from the start.
    func bigEndian(at offset: Int, count: Int) -> UInt64? {
        guard offset >= 0, count <= 8, offset <= self.count - count else { return nil }
        return self[(startIndex + offset)..<(startIndex + offset + count)].reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// A big-endian 32-bit number.
    func word(at offset: Int) -> UInt32? { bigEndian(at: offset, count: 4).map { UInt32(truncatingIfNeeded: $0) } }

    /// A variable-length integer (section 1.6): its value, and the bytes that it takes.
    func variableInteger(at offset: Int) -> (value: UInt64, count: Int)? {
        guard offset >= 0 else { return nil }
        var value: UInt64 = 0
        for index in 0..<9 {
            guard offset + index < count else { return nil }
            let byte = self[startIndex + offset + index]
            guard index < 8 else { return (value << 8 | UInt64(byte), 9) }
            value = value << 7 | UInt64(byte & 0x7F)
            if byte & 0x80 == 0 { return (value, index + 1) }
        }
        return nil
    }
}
