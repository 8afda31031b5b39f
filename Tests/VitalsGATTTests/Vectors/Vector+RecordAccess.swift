import VitalsGATT
import VitalsModel

extension Vector {
    /// Record Access Control Point, 2A52: both directions.
    static let recordAccess: [Vector] = [
        recordAccess("01 01", .reportAll),
        recordAccess("04 01", .reportNumberOfAll),
        recordAccess("02 01", .deleteAll),
        recordAccess("03 00", .abort),
        recordAccess("05 00 03 00", .numberOfStoredRecords(3)),
        recordAccess("05 00 03", .numberOfStoredRecords(3), encodes: "05 00 03 00"),
        recordAccess("05 00 03 00 00 00", .numberOfStoredRecords(3), encodes: "05 00 03 00"),
        recordAccess("05 00 00 00 01 00", .numberOfStoredRecords(65_536)),
        recordAccess("06 00 01 01", .response(to: .reportStoredRecords, .success)),
        recordAccess("06 00 01 06", .response(to: .reportStoredRecords, .noRecordsFound)),
        recordAccess("06 00 02 01", .response(to: .deleteStoredRecords, .success)),
        recordAccess("06 00 03 01", .response(to: .abortOperation, .success)),
        recordAccess("06 00 09 02", .response(to: .init(rawValue: 9), .opCodeNotSupported)),
        recordAccess("09 01", .request(.init(rawValue: 9), .allRecords, operand: []), warnings: .reservedValue),
        recordAccess(
            "01 04 01 05 00 09 00",
            .request(.reportStoredRecords, .withinRange, operand: [0x01, 0x05, 0x00, 0x09, 0x00])),
        recordAccess(
            "01 07", .request(.reportStoredRecords, .init(rawValue: 7), operand: []), warnings: .reservedValue),
        recordAccess(
            "06 00 01 0b", .response(to: .reportStoredRecords, .init(rawValue: 11)), warnings: .reservedValue),
        recordAccess(
            "06 01 01 01", .response(to: .reportStoredRecords, .success), warnings: .reservedValue,
            encodes: "06 00 01 01"),
        recordAccess(
            "06 00 01 01 00", .response(to: .reportStoredRecords, .success), warnings: .trailingBytes,
            encodes: "06 00 01 01"),
        Vector(malformed: .recordAccessControlPoint, "", .opCode, at: 0, needs: 1),
        Vector(malformed: .recordAccessControlPoint, "06", .filterOperator, at: 1, needs: 1),
        Vector(malformed: .recordAccessControlPoint, "06 00", .requestOpCode, at: 2, needs: 1),
        Vector(malformed: .recordAccessControlPoint, "06 00 01", .responseCode, at: 3, needs: 1),
        Vector(malformed: .recordAccessControlPoint, "05 00", .numberOfRecords, at: 2, needs: 2),
        Vector(malformed: .recordAccessControlPoint, "05 00 03 00 00", .numberOfRecords, at: 2, needs: 4),
    ]

    private static func recordAccess(
        _ hex: String, _ value: RecordAccessControlPoint, warnings: DecodeWarnings = [], encodes: String? = nil
    ) -> Vector {
        Vector(.recordAccessControlPoint, hex, .recordAccessControlPoint(value), warnings: warnings, encodes: encodes)
    }
}
