/// Little-endian fields at the end of a value that is being built.
extension [UInt8] {
    mutating func append(littleEndian word: UInt16) {
        append(UInt8(truncatingIfNeeded: word))
        append(UInt8(truncatingIfNeeded: word >> 8))
    }

    /// The low 24 bits of `word`.
    mutating func append(littleEndian24 word: UInt32) {
        append(littleEndian: UInt16(truncatingIfNeeded: word))
        append(UInt8(truncatingIfNeeded: word >> 16))
    }

    mutating func append(littleEndian word: UInt32) {
        append(littleEndian24: word)
        append(UInt8(truncatingIfNeeded: word >> 24))
    }
}
