import Testing
import VitalsGATT
import VitalsModel

/// SFLOAT and FLOAT, against the tables of IEEE 11073-20601 and arithmetic of the test's own.
@Suite("SFLOAT and FLOAT")
struct FloatTypeTests {
    @Test(
        "an SFLOAT word says what the standard's table says (lesson 25)",
        arguments: [
            (0x0061, "97"), (0xF3D2, "97.8"), (0xF2D0, "72.0"), (0xE15A, "3.46"), (0xF12C, "30.0"), (0x0B2E, "-1234"),
            (0x7001, "10000000"), (0x8001, "0.00000001"), (0xF014, "2.0"), (0xE0C8, "2.00"), (0x0000, "0"),
            (0x07FD, "2045"), (0x0803, "-2045"),
            (0x07FF, "NaN"), (0x0800, "NRes"), (0x07FE, "+INFINITY"), (0x0802, "-INFINITY"), (0x0801, "reserved"),
            (0x17FF, "NaN"), (0xF800, "NRes"), (0x77FE, "+INFINITY"), (0x8802, "-INFINITY"), (0xE801, "reserved"),
        ] as [(UInt16, String)])
    func words(word: UInt16, text: String) {
        #expect(SFLOAT(rawValue: word).value.description == text)
    }

    @Test("all 65 536 SFLOAT words are two's complement both ways, and no special one is ever a number (lesson 25)")
    func allWords() {
        var numbers = 0
        for word in UInt16.min...UInt16.max {
            let mantissa = Int(word) % 4096 - (Int(word) % 4096 >= 2048 ? 4096 : 0)
            let exponent = Int(word) / 4096 - (Int(word) / 4096 >= 8 ? 16 : 0)
            let value = SFLOAT(rawValue: word).value
            if abs(mantissa) > 2045 {
                if value.number != nil || value.specialName == nil { Issue.record("\(word) is \(value)") }
            } else {
                numbers += 1
                let number = ExactDecimal(mantissa: Int32(mantissa), exponent: Int8(exponent))
                if value != .number(number) { Issue.record("\(word) is \(value), not \(number)") }
                if SFLOAT(number)?.rawValue != word { Issue.record("\(number) is not \(word)") }
            }
        }
        #expect(numbers == 16 * 4091)
    }

    @Test(
        "no SFLOAT word is made of a number that does not fit as it is",
        arguments: [
            (2046, 0), (-2046, 0), (2048, 0), (97, 8), (97, -9), (Int32.max, 0), (Int32.min, 0), (0, 127), (0, -128),
        ] as [(Int32, Int8)])
    func unfit(mantissa: Int32, exponent: Int8) {
        #expect(SFLOAT(ExactDecimal(mantissa: mantissa, exponent: exponent)) == nil)
    }

    @Test("2.0 and 2.00 stay two values: precision is data")
    func precision() {
        #expect(SFLOAT(rawValue: 0xF014) != SFLOAT(rawValue: 0xE0C8))
        #expect(SFLOAT(ExactDecimal(mantissa: 20, exponent: -1)) == SFLOAT(rawValue: 0xF014))
        #expect(SFLOAT(ExactDecimal(mantissa: 200, exponent: -2)) == SFLOAT(rawValue: 0xE0C8))
    }

    @Test("the named SFLOAT words are what they are called")
    func named() {
        #expect(SFLOAT.nan.value == .nan)
        #expect(SFLOAT.nres.value == .nres)
        #expect(SFLOAT.positiveInfinity.value == .positiveInfinity)
        #expect(SFLOAT.negativeInfinity.value == .negativeInfinity)
    }

    @Test(
        "a FLOAT word says what the standard's table says",
        arguments: [
            (0xFF00_016E, "36.6"), (0xFE00_0EFA, "38.34"), (0xFF00_03D1, "97.7"), (0x0000_0061, "97"),
            (0x007F_FFFD, "8388605"), (0x0080_0003, "-8388605"), (0xFFFF_FFFF, "-0.1"),
            (0x007F_FFFF, "NaN"), (0x0080_0000, "NRes"), (0x007F_FFFE, "+INFINITY"), (0x0080_0002, "-INFINITY"),
            (0x0080_0001, "reserved"), (0xFF7F_FFFF, "NaN"), (0x0180_0002, "-INFINITY"),
        ] as [(UInt32, String)])
    func longWords(word: UInt32, text: String) {
        let float = FLOAT(rawValue: word)
        #expect(float.value.description == text)
        if let number = float.value.number { #expect(FLOAT(number) == float) }
    }

    @Test("no FLOAT word is made of a special mantissa", arguments: [8_388_606, -8_388_606, Int32.max, Int32.min])
    func longUnfit(mantissa: Int32) {
        #expect(FLOAT(ExactDecimal(mantissa: mantissa, exponent: 0)) == nil)
    }
}
