import Testing
import VitalsModel

@testable import VitalsCapture

@Suite("Guesses by structure")
struct MeasurementGuessTests {
    @Test(
        "values that can only be a heart rate",
        arguments: ["0048", "1648e803de03", "012c01", "0e48e803", "1e3c00000004", "1f2c01100000040c04", "0600"])
    func heartRate(hex: String) throws {
        #expect(MeasurementGuess.characteristic(of: try #require(Hex.bytes(hex))) == .heartRateMeasurement)
    }

    @Test(
        "values that can only be an oximeter's",
        arguments: [
            "0061004800", "00d2f3d0f2", "016100480060004a00", "1f610048006000490062004700400100020 05ae1",
            "0cff07ff07002000 0800", "105f003c0000e0",
        ])
    func oximeter(hex: String) throws {
        let bytes = try #require(Hex.bytes(hex.filter { $0 != " " }))
        #expect(MeasurementGuess.characteristic(of: bytes) == .plxContinuousMeasurement)
    }

    @Test(
        "values that are neither, or both, are not guessed",
        arguments: [
            "", "64", "16", "1648e8", "1048", "0148", "e048", "00c8004800", "006100480001", "00010861ff", "01ff7f",
            "10480100", "04610048001f00", "0061f0ff0f",
            // Flags 11: four intervals behind a 16-bit rate, or two pairs (one NRes) and an amplitude.
            "11 3c00 0001 0008 0001 0001",
        ])
    func neither(hex: String) throws {
        let bytes = try #require(Hex.bytes(hex.filter { $0 != " " }))
        #expect(MeasurementGuess.characteristic(of: bytes) == nil)
    }
}
