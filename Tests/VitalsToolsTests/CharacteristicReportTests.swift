import Testing
import VitalsGATT
import VitalsModel

@testable import VitalsTools

@Suite("Decoding a characteristic")
struct CharacteristicReportTests {
    @Test(
        "A value is one JSON object with sorted members and every sent digit",
        arguments: [
            (
                "2A37", "1648e803",
                #"{"characteristic":"2A37","contact":"detected","heartRate":72,"name":"Heart Rate Measurement","#
                    + #""raw":"1648e803","rrIntervals":[{"milliseconds":976.5625,"ticks":1000}],"#
                    + #""units":{"heartRate":"beats/min","milliseconds":"ms","ticks":"1/1024 s"},"warnings":[]}"#
            ),
            (
                "2A37", "0C 48 05 00",
                #"{"characteristic":"2A37","contact":"not-detected","energyExpendedKilojoule":5,"heartRate":72,"#
                    + #""name":"Heart Rate Measurement","raw":"0c480500","rrIntervals":[],"#
                    + #""units":{"energyExpendedKilojoule":"kJ","heartRate":"beats/min"},"warnings":[]}"#
            ),
            (
                "2A5F", "0x00:d2:f3:48:00",
                #"{"characteristic":"2A5F","name":"PLX Continuous Measurement","#
                    + #""normal":{"pulseRate":72,"spO2":97.8},"raw":"00d2f34800","#
                    + #""units":{"pulseRate":"beats/min","spO2":"%"},"validity":"valid","warnings":[]}"#
            ),
            (
                "2A5F", "00-ff-07-48-00",
                #"{"characteristic":"2A5F","name":"PLX Continuous Measurement","#
                    + #""normal":{"pulseRate":72,"spO2":"NaN"},"raw":"00ff074800","#
                    + #""units":{"pulseRate":"beats/min","spO2":"%"},"validity":"invalid","#
                    + #""validityReason":"not-a-number","warnings":[]}"#
            ),
            (
                "2A52", "06000101",
                #"{"characteristic":"2A52","name":"Record Access Control Point","#
                    + #""opCode":{"name":"response-code","number":6},"raw":"06000101","#
                    + #""requestOpCode":{"name":"report-stored-records","number":1},"#
                    + #""responseCode":{"name":"success","number":1},"warnings":[]}"#
            ),
            (
                "2A19", "65",
                #"{"batteryLevel":"reserved","characteristic":"2A19","name":"Battery Level","raw":"65","#
                    + #""units":{"batteryLevel":"%"},"warnings":["reserved-value"]}"#
            ),
            (
                "2A2B", "ea070b150c1e1f068000",
                #"{"adjustReason":{"bits":0,"names":[]},"characteristic":"2A2B","dateTime":"2026-11-21T12:30:31","#
                    + #""dayOfWeek":"saturday","fractions256":128,"name":"Current Time","#
                    + #""raw":"ea070b150c1e1f068000","units":{"fractions256":"1/256 s"},"warnings":[]}"#
            ),
            (
                "2A23", "74e8fffeff051c00",
                #"{"address":"00:1C:05:FF:E8:74","characteristic":"2A23","isPlaceholder":false,"name":"System ID","#
                    + #""raw":"74e8fffeff051c00","systemID":"00-1C-05-FF-FE-FF-E8-74","warnings":[]}"#
            ),
            (
                "2A24", "48313000",
                #"{"characteristic":"2A24","name":"Model Number String","raw":"48313000","text":"H10","warnings":[]}"#
            ),
        ])
    func line(_ characteristic: String, _ hex: String, _ expected: String) throws {
        #expect(try CharacteristicReport.line(characteristic: characteristic, hex: hex) == expected)
    }

    @Test("Milliseconds are exact for every interval")
    func milliseconds() {
        for ticks in UInt16.min...UInt16.max {
            let text = CharacteristicReport.milliseconds(ticks)
            let parts = text.split(separator: ".", omittingEmptySubsequences: false)
            let fraction = String(parts.count > 1 ? parts[1] : "0")
            let padded = fraction + String(repeating: "0", count: 7 - fraction.count)
            let whole = Int(parts[0]) ?? -1
            let tenMillionths = Int(padded) ?? -1
            let isExact = (whole * 10_000_000 + tenMillionths) * 1_024 == Int(ticks) * 1_000 * 10_000_000
            #expect(isExact && (parts.count == 1 || fraction.last != "0"), "\(ticks)/1024 s is not \(text) ms")
        }
    }

    @Test(
        "A characteristic is found by its number, its full UUID and its name",
        arguments: [
            "2A5F", "2a5f", "00002a5f-0000-1000-8000-00805f9b34fb", "00002A5F00001000800000805F9B34FB",
            "PLX Continuous Measurement", "plx-continuous-measurement", "PLXContinuousMeasurement",
        ])
    func names(_ text: String) throws {
        #expect(try CharacteristicName.find(text) == .plxContinuousMeasurement)
    }

    @Test("Every characteristic that can be decoded can be named, and no other")
    func known() {
        let named = (UInt16.min...UInt16.max).map { BluetoothUUID($0) }.filter { $0.characteristicName != nil }
        #expect(CharacteristicName.known == named)
    }

    @Test("An unknown characteristic comes with a list of those that are known")
    func unknown() throws {
        let failure = try #require(Workbench.failure { _ = try CharacteristicName.find("2A99") })
        #expect(
            failure.text.hasPrefix("2A99: this characteristic is not known; choose one of\n  2A19  Battery Level\n"))
        #expect(failure.text.hasSuffix("\n  2A60  PLX Features"))
        #expect(failure.status == 64)
    }

    @Test("Bytes that are no value are an error that names the field (lesson 23)")
    func malformed() {
        let failure = Workbench.failure { _ = try CharacteristicReport.line(characteristic: "2A37", hex: "0848") }
        #expect(
            failure?.text
                == "Heart Rate Measurement (2A37): Energy Expended needs 2 bytes at byte 2, and 0 are there; keep the "
                + "packet raw, and ask the maker of the sensor for a firmware that follows the specification")
        #expect(failure?.status == 65)
    }

    @Test("Text that is not hexadecimal is an error that does not repeat it", arguments: ["064", "zz", "0x0g"])
    func notHexadecimal(_ hex: String) {
        let failure = Workbench.failure { _ = try CharacteristicReport.line(characteristic: "2A37", hex: hex) }
        #expect(
            failure?.text == "HEX: this is not pairs of hexadecimal digits; write each byte with two, as in 06:48")
        #expect(failure?.status == 65)
    }
}
