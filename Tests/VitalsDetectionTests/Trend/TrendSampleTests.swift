import Testing
import VitalsDetection

@Suite("Trend sample")
struct TrendSampleTests {
    @Test(
        "a decimal number becomes Q16, rounded to the nearest, halves away from zero",
        arguments: [
            ("0", Int64(0)), ("1", 65_536), ("-1", -65_536), ("+2.5", 163_840), (".5", 32_768), ("3.", 196_608),
            ("0.00000762939453125", 1), ("0.00000762939453124", 0), ("-0.00000762939453125", -1),
            ("6.8e-05", 4), ("1E3", 65_536_000), ("1e+3", 65_536_000), ("73.967322", 4_847_522),
            ("0.066000000000000004", 4_325), ("-21.999186094199999", -1_441_739),
            ("863964000", 56_620_744_704_000), ("0.000000000000000000000000000000000000000001", 0),
            ("00000000000000000000000000000001", 65_536), ("1e400", 1 << 46), ("-9e18", -1 << 46),
            ("123456789012345678901234567890", 1 << 46), ("1e-99999999999999999999", 0), ("0e99999", 0),
        ])
    func numbers(text: String, expected: Int64) {
        #expect(TrendSample.parse(text.utf8) == expected)
    }

    @Test(
        "what is no number is missing",
        arguments: [
            "", " ", "-", "+", ".", "e5", "1e", "1e-", "nan", "inf", "1 ", "1,5", "0x10", "--1", "1.2.3", "1e5.0", "5-",
        ])
    func others(text: String) {
        #expect(TrendSample.parse(text.utf8) == nil)
    }
}
