/// How the fields of what is hashed, tagged and sealed are written, so that no two have the same bytes.
extension [UInt8] {
    /// A number, its highest byte first.
    mutating func append(bigEndian number: some FixedWidthInteger) {
        for shift in stride(from: number.bitWidth - 8, through: 0, by: -8) {
            append(UInt8(truncatingIfNeeded: number >> shift))
        }
    }

    /// The length in four bytes, then the bytes.
    mutating func append(sized bytes: [UInt8]) {
        append(bigEndian: UInt32(truncatingIfNeeded: bytes.count))
        append(contentsOf: bytes)
    }
}
