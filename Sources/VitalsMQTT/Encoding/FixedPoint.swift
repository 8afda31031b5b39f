/// Numbers with a fixed count of decimal places as text, exactly.
///
/// Digit by digit: making these strings from parts took most of the time of a publication.
enum FixedPoint {
    /// The 20 digits of a 64-bit number, a zero and a point before ten places, and a sign, with room.
    private static let bytesMax = 32

    /// `units` of 10^-places, without zeros at the end: 1250000 with six places is `1.25`. At most 10 places.
    static func text(_ units: UInt64, places: Int, isNegative: Bool = false) -> String {
        unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: bytesMax) { bytes in
            // From the last digit on, at the end of the room.
            var place = bytesMax
            func put(_ byte: UInt8) {
                place -= 1
                unsafe bytes[place] = byte
            }
            var rest = units
            var hasFraction = false
            for _ in 0..<places {
                let digit = rest % 10
                rest /= 10
                guard digit != 0 || hasFraction else { continue }
                hasFraction = true
                put(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: digit))
            }
            if hasFraction { put(UInt8(ascii: ".")) }
            repeat {
                put(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10))
                rest /= 10
            } while rest > 0
            if isNegative { put(UInt8(ascii: "-")) }
            return unsafe String(decoding: UnsafeBufferPointer(rebasing: bytes[place...]), as: UTF8.self)
        }
    }
}
