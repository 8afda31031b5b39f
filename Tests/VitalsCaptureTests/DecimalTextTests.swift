import Testing

@testable import VitalsCapture

@Suite("Decimal numbers of texts")
struct DecimalTextTests {
    @Test(
        "numbers are exact to the wanted place and rounded half away from zero there",
        arguments: [
            ("1.024", 1_024_000), ("0", 0), ("-0", 0), ("9.0", 9_000_000), ("0.000001", 1), ("0.0000005", 1),
            ("0.00000049", 0), ("-0.0000005", -1), ("12345678901.5", 12_345_678_901_500_000), ("1e3", 1_000_000_000),
            ("1.5e-3", 1_500), ("15E-1", 1_500_000), ("0.30000000000000004", 300_000), ("1e-400", 0), ("0e999999", 0),
            ("007", 7_000_000), ("+1", 1_000_000), ("0.7999999999999999", 800_000),
        ])
    func scaled(text: String, expected: Int64) {
        #expect(DecimalText.scaled(text.utf8, places: 6) == expected)
    }

    @Test(
        "what is no number, or too large, is nothing",
        arguments: [
            "", "-", ".", "1.", ".5", "1.2.3", "1e", "1e+", "abc", "1,5", "1 ", "0x10", "1e40", "10000000000000",
        ])
    func refused(text: String) {
        #expect(DecimalText.scaled(text.utf8, places: 6) == nil)
    }

    @Test("below zero is below zero, however little")
    func negative() {
        #expect(DecimalText.isNegative("-0.0000000001".utf8))
        #expect(!DecimalText.isNegative("-0.000".utf8))
        #expect(!DecimalText.isNegative("5".utf8))
    }

    @Test(
        "decimals keep what was written as far as the mantissa allows",
        arguments: [
            ("97", 97, 0), ("97.8", 978, -1), ("97.0", 970, -1), ("97.85", 979, -1), ("0", 0, 0), ("0.00", 0, -2),
            ("-3", -3, 0), ("0.05", 5, -2), ("204.5", 2_045, -1), ("204.6", 205, 0), ("10000000", 1_000, 4),
            ("0.123456789", 1_235, -4), ("20450000000", 2_045, 7),
        ])
    func decimal(text: String, mantissa: Int64, exponent: Int) throws {
        let number = try #require(DecimalText.decimal(text.utf8, mantissaMax: 2_045, exponents: -8...7))
        #expect(number.mantissa == mantissa)
        #expect(number.exponent == exponent)
    }

    @Test("a number beyond every exponent is nothing")
    func tooLarge() {
        #expect(DecimalText.decimal("20460000000000".utf8, mantissaMax: 2_045, exponents: -8...7) == nil)
    }
}
