public import VitalsModel

extension RecordAccessControlPoint: CharacteristicEncodable {
    /// Record Access Control Point.
    public static var characteristic: BluetoothUUID { .recordAccessControlPoint }

    /// Op code, operator, operand. A reserved number in any of them is kept and warned of.
    public static func decode(_ bytes: Span<UInt8>) throws(MalformedValue) -> Decoded<RecordAccessControlPoint> {
        var cursor = try ByteCursor(characteristic, bytes)
        let opCode = OpCode(rawValue: try cursor.uint8(.opCode, in: bytes))
        let filter = Operator(rawValue: try cursor.uint8(.filterOperator, in: bytes))
        switch opCode {
        case .numberOfStoredRecordsResponse:
            let count = try numberOfRecords(&cursor, in: bytes)
            return Decoded(.numberOfStoredRecords(count), warnings: filter == .null ? [] : .reservedValue)
        case .responseCode:
            let request = OpCode(rawValue: try cursor.uint8(.requestOpCode, in: bytes))
            let code = ResponseCode(rawValue: try cursor.uint8(.responseCode, in: bytes))
            var warnings = cursor.trailing(in: bytes)
            if filter != .null || code.name == nil { warnings.insert(.reservedValue) }
            return Decoded(.response(to: request, code), warnings: warnings)
        default:
            var operand: [UInt8] = []
            while cursor.remaining(in: bytes) > 0 { operand.append(try cursor.uint8(.value, in: bytes)) }
            let isNamed = opCode.name != nil && filter.name != nil
            return Decoded(.request(opCode, filter, operand: operand), warnings: isNamed ? [] : .reservedValue)
        }
    }

    /// The standard has two bytes; some sensors send one or four. Three, or more than four, leave the number in doubt,
    /// and records may be deleted on the strength of it.
    private static func numberOfRecords(
        _ cursor: inout ByteCursor, in bytes: Span<UInt8>
    ) throws(MalformedValue) -> UInt32 {
        try cursor.require(atMost: 4, .numberOfRecords, in: bytes)
        return switch cursor.remaining(in: bytes) {
        case 1: UInt32(try cursor.uint8(.numberOfRecords, in: bytes))
        case 0, 2: UInt32(try cursor.uint16(.numberOfRecords, in: bytes))
        default: try cursor.uint32(.numberOfRecords, in: bytes)
        }
    }

    /// Appends op code, operator and operand; a number of records takes two bytes where it fits, else four.
    public func encode(into bytes: inout [UInt8]) {
        switch self {
        case .request(let opCode, let filter, let operand):
            bytes.append(opCode.rawValue)
            bytes.append(filter.rawValue)
            bytes.append(contentsOf: operand)
        case .numberOfStoredRecords(let count):
            bytes.append(OpCode.numberOfStoredRecordsResponse.rawValue)
            bytes.append(Operator.null.rawValue)
            if let short = UInt16(exactly: count) {
                bytes.append(littleEndian: short)
            } else {
                bytes.append(littleEndian: count)
            }
        case .response(let request, let code):
            bytes.append(OpCode.responseCode.rawValue)
            bytes.append(Operator.null.rawValue)
            bytes.append(request.rawValue)
            bytes.append(code.rawValue)
        }
    }
}
