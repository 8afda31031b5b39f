/// A column of a row as it stands in the file. Nothing about it is believed yet.
enum SQLiteValue: Hashable, Sendable {
    case null
    case integer(Int64)
    case text(String)
    case blob([UInt8])
    /// A kind of value that no journal has: a number with a fraction.
    case other

    /// The columns of a row's payload (section 2.1 of the file format); nil when the bytes are no payload.
    static func columns(of payload: ArraySlice<UInt8>) -> [SQLiteValue]? {
        guard let header = payload.variableInteger(at: 0), let headerCount = Int(exactly: header.value),
            headerCount >= header.count, headerCount <= payload.count,
            headerCount <= VitalsStoreLimits.rowHeaderBytesMax
        else { return nil }
        var types: [UInt64] = []
        var offset = header.count
        while offset < headerCount {
            guard let type = payload.variableInteger(at: offset) else { return nil }
            types.append(type.value)
            offset += type.count
        }
        guard offset == headerCount else { return nil }
        var values: [SQLiteValue] = []
        values.reserveCapacity(types.count)
        for type in types {
            guard let (value, count) = column(payload, at: offset, type) else { return nil }
            values.append(value)
            offset += count
        }
        return offset == payload.count ? values : nil
    }

    private static func column(
        _ payload: ArraySlice<UInt8>, at offset: Int, _ type: UInt64
    ) -> (value: SQLiteValue, count: Int)? {
        switch type {
        case 0: return (.null, 0)
        case 1...6:
            let count = [0, 1, 2, 3, 4, 6, 8][Int(type)]
            guard let bits = payload.bigEndian(at: offset, count: count) else { return nil }
            let shift = UInt64(64 - 8 * count)
            return (.integer(Int64(bitPattern: bits << shift) >> Int64(shift)), count)
        case 7: return payload.count - offset >= 8 ? (.other, 8) : nil
        case 8, 9: return (.integer(Int64(type) - 8), 0)
        case 10, 11: return nil
        default:
            guard let count = Int(exactly: (type - 12) / 2), count <= payload.count - offset else { return nil }
            let bytes = payload[(payload.startIndex + offset)..<(payload.startIndex + offset + count)]
            guard !type.isMultiple(of: 2) else { return (.blob(Array(bytes)), count) }
            // Text that is not UTF-8 was never written.
            return String(validating: bytes, as: UTF8.self).map { (.text($0), count) }
        }
    }
}

extension SQLiteValue {
    /// The number of an integer column.
    var integer: Int64? { if case .integer(let value) = self { value } else { nil } }

    /// The number of an integer column that is not negative.
    var count: UInt64? { integer.flatMap(UInt64.init(exactly:)) }

    /// The text of a text column.
    var text: String? { if case .text(let value) = self { value } else { nil } }

    /// The bytes of a blob column.
    var blob: [UInt8]? { if case .blob(let value) = self { value } else { nil } }
}
