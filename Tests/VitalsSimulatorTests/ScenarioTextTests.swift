import Testing
import VitalsSimulator

@Suite("Numbers and times of a scenario")
struct ScenarioTextTests {
    @Test(
        "a time is read with its units",
        arguments: [
            ("8h", 28_800_000), ("1h30m", 5_400_000), ("40m", 2_400_000), ("90s", 90_000), ("3.4s", 3_400),
            ("1.5h", 5_400_000), ("250ms", 250), ("-1h", -3_600_000), ("-1m0.5s", -60_500), ("0s", 0),
            ("1h2m3s4ms", 3_723_004),
        ] as [(String, Int64)])
    func reads(text: String, milliseconds: Int64) {
        #expect(ScenarioSpan(text)?.milliseconds == milliseconds)
    }

    @Test(
        "anything else is no time",
        arguments: [
            "", "-", "5", "s", "1x", "1m1h", "1m1m", "1.2.3s", ".5s", "5.s", "0.5ms", "1.0001s", "+1s", "1 h",
            "9999999999999h", "1H", "1h-1m", "--1h",
        ])
    func rejects(text: String) {
        #expect(ScenarioSpan(text) == nil)
    }

    @Test(
        "a time is written as it is best read",
        arguments: [
            (5_400_000, "1h30m"), (90_000, "1m30s"), (3_400, "3.4s"), (250, "0.25s"), (0, "0s"), (-60_500, "-1m0.5s"),
            (3_600_000, "1h"),
        ] as [(Int64, String)])
    func writes(milliseconds: Int64, text: String) {
        #expect(ScenarioSpan(milliseconds: milliseconds).description == text)
        #expect(ScenarioSpan(text)?.milliseconds == milliseconds)
    }

    @Test(
        "a number is written with no more decimals than it needs",
        arguments: [(4_500, "4.5"), (-250, "-0.25"), (0, "0"), (97_000, "97"), (1, "0.001")] as [(Int64, String)])
    func number(thousandths: Int64, text: String) {
        #expect(ScenarioNumber(thousandths: thousandths).description == text)
    }
}
