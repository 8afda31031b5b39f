/// The names of the bits that are set in a field.
enum BitNames {
    /// Lowest bit first; a bit without a name is reserved and says nothing.
    static func names(of bits: UInt32, in table: [String?]) -> [String] {
        table.enumerated().compactMap { bit, name in bits >> UInt32(bit) & 1 == 1 ? name : nil }
    }
}
