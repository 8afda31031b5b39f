import Testing
import VitalsGATT
import VitalsModel

/// What a refusal says, word for word.
@Suite("Malformed values")
struct MalformedValueTests {
    private static let remedy =
        "; keep the packet raw, and ask the maker of the sensor for a firmware that follows the specification"

    @Test(
        "a refusal names characteristic, field, byte and lengths",
        arguments: [
            (
                .heartRateMeasurement, "1e 48 10",
                "Heart Rate Measurement (2A37): Energy Expended needs 2 bytes at byte 2, and 1 is there"
            ),
            (.heartRateMeasurement, "", "Heart Rate Measurement (2A37): Flags needs 1 byte at byte 0, and 0 are there"),
            (
                .plxSpotCheckMeasurement, "01 60 00 46 00 ea 07 0b 15 07",
                "PLX Spot-Check Measurement (2A5E): Timestamp needs 7 bytes at byte 5, and 5 are there"
            ),
            (
                .recordAccessControlPoint, "05 00 01 02 03 04 05",
                "Record Access Control Point (2A52): Number of Records has 5 bytes at byte 2, and 4 is the most"
            ),
            (
                .polarMeasurementData, "01 00 00 00 00 00 00 00 00 80 01 00 00 02 00 00 03 00 00 04 00 00 21 01",
                "Polar Measurement Data (fb005c8202e7f3871cad8acd2d8df0c8): Delta Width is out of range at byte 22, "
                    + "and 32 is the most"
            ),
            (.modelNumber, "41 ff 42", "Model Number String (2A24): Text is not UTF-8 at byte 1"),
        ] as [(BluetoothUUID, String, String)])
    func sentences(characteristic: BluetoothUUID, hex: String, sentence: String) {
        let error = #expect(throws: MalformedValue.self) {
            try CharacteristicValue.decode(characteristic, Vector.bytes(hex))
        }
        #expect(error?.description == sentence + Self.remedy)
        #expect(error?.characteristic == characteristic)
    }

    @Test("no value can stand in a refusal: other values of the same length give the same text")
    func holdsNoValues() {
        let text = { (hex: String) in
            #expect(throws: MalformedValue.self) {
                try CharacteristicValue.decode(.plxContinuousMeasurement, Vector.bytes(hex))
            }?.description
        }
        #expect(text("10 61 00 48 00 77") == text("10 2a 00 99 00 11"))
    }

    @Test("a value that no attribute can hold is refused before anything is read")
    func tooLong() throws {
        let longest = [0x10, 0x48] + [UInt8](repeating: 4, count: 510)
        let decoded = try HeartRateMeasurement.decode(longest)
        #expect(decoded.value.rrIntervals.count == VitalsGATTLimits.rrIntervalCountMax)
        #expect(decoded.value.rrIntervals.count == 255)
        #expect(decoded.warnings == [])
        let error = #expect(throws: MalformedValue.self) { try HeartRateMeasurement.decode(longest + [4]) }
        #expect(
            error?.description
                == "Heart Rate Measurement (2A37): Value has 513 bytes at byte 0, and 512 is the most" + Self.remedy)
        #expect(throws: MalformedValue.self) {
            try CharacteristicValue.decode(.modelNumber, [UInt8](repeating: 65, count: 513))
        }
    }

    @Test("every characteristic that is decoded has the name that the SIG gives it")
    func characteristicNames() {
        let names = Set(Vector.all.map(\.characteristic)).map { $0.characteristicName ?? "none" }
        #expect(
            names.sorted() == [
                "Battery Level", "Body Sensor Location", "Current Time", "Firmware Revision String",
                "Hardware Revision String", "Heart Rate Control Point", "Heart Rate Measurement",
                "Manufacturer Name String", "Model Number String", "PLX Continuous Measurement", "PLX Features",
                "PLX Spot-Check Measurement", "PnP ID", "Polar Measurement Data", "Record Access Control Point",
                "Serial Number String",
                "Software Revision String", "System ID",
            ])
        #expect(BluetoothUUID(0x2A1C).characteristicName == nil)
    }

    @Test("warnings are named, lowest bit first, and bits without a name say nothing")
    func warningNames() {
        #expect(
            DecodeWarnings(rawValue: 0xFF).names == [
                "trailing-bytes", "rr-intervals-missing", "rr-interval-cut-short", "timestamp-impossible",
                "reserved-value", "support-field-missing",
            ])
        #expect(DecodeWarnings().names.isEmpty)
    }
}
