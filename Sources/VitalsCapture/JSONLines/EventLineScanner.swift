import VitalsModel

/// Reads the usual shape of a value line straight from its bytes: four members in any order, no escapes, a plain number.
///
/// It accepts only what `EventLineParser` accepts too, and makes the same of it; everything else it leaves to that one.
/// A day of one sensor is 100,000 lines: the general parser alone would take seconds.
struct EventLineScanner {
    private let bytes: [UInt8]
    private let end: Int
    private var position: Int

    private var microseconds: Int64?
    private var sensor: SensorAddress?
    private var characteristic: BluetoothUUID?
    private var value: [UInt8]?

    private init(_ bytes: [UInt8], _ range: Range<Int>) {
        self.bytes = bytes
        position = range.lowerBound
        end = range.upperBound
    }

    /// The line at `range`, or nil when it has not the usual shape.
    static func scan(_ bytes: [UInt8], _ range: Range<Int>) -> EventLine? {
        var scanner = EventLineScanner(bytes, range)
        return scanner.line()
    }

    private mutating func line() -> EventLine? {
        guard take("{") else { return nil }
        repeat {
            skipSpace()
            guard member() else { return nil }
            skipSpace()
        } while take(",")
        guard take("}"), position == end, let microseconds, let sensor, let characteristic, let value else {
            return nil
        }
        return .value(microseconds: microseconds, sensor: sensor, characteristic: characteristic, bytes: value)
    }

    private mutating func member() -> Bool {
        guard let name = quoted() else { return false }
        skipSpace()
        guard take(":") else { return false }
        skipSpace()
        switch name.count {
        case 1 where microseconds == nil && matches(name, Self.timeName):
            microseconds = time()
            return microseconds != nil
        case 5 where value == nil && matches(name, Self.valueName):
            value = hexadecimal()
            return value != nil
        case 6 where sensor == nil && matches(name, Self.sensorName):
            sensor = address()
            return sensor != nil
        case 14 where characteristic == nil && matches(name, Self.characteristicName):
            characteristic = uuid()
            return characteristic != nil
        default: return false
        }
    }

    private static let timeName = Array("t".utf8)
    private static let valueName = Array("value".utf8)
    private static let sensorName = Array("sensor".utf8)
    private static let characteristicName = Array("characteristic".utf8)

    private func matches(_ range: Range<Int>, _ name: [UInt8]) -> Bool {
        for index in name.indices where bytes[range.lowerBound + index] != name[index] { return false }
        return true
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard position < end, bytes[position] == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    private mutating func skipSpace() {
        while position < end, bytes[position] == 0x20 { position += 1 }
    }

    /// What stands between two quotation marks, as long as it is plain ASCII without escapes.
    private mutating func quoted() -> Range<Int>? {
        guard take("\"") else { return nil }
        let start = position
        while position < end {
            let byte = bytes[position]
            if byte == UInt8(ascii: "\"") {
                position += 1
                return start..<position - 1
            }
            guard byte >= 0x20, byte < 0x7F, byte != UInt8(ascii: "\\") else { return nil }
            position += 1
        }
        return nil
    }

    /// `12` or `12.345678`: at most ten digits before the point, which hold a hundred years, and six behind it.
    private mutating func time() -> Int64? {
        guard let whole = digits(max: 10), whole.count == 1 || bytes[whole.start] != UInt8(ascii: "0") else {
            return nil
        }
        var result = whole.value * 1_000_000
        if take(".") {
            guard let fraction = digits(max: 6) else { return nil }
            var scaled = fraction.value
            for _ in fraction.count..<6 { scaled *= 10 }
            result += scaled
        }
        return result <= VitalsCaptureLimits.captureSecondsMax * 1_000_000 ? result : nil
    }

    private mutating func digits(max: Int) -> (value: Int64, count: Int, start: Int)? {
        let start = position
        var value: Int64 = 0
        while position < end, case UInt8(ascii: "0")...UInt8(ascii: "9") = bytes[position] {
            guard position - start < max else { return nil }
            value = value * 10 + Int64(bytes[position] - UInt8(ascii: "0"))
            position += 1
        }
        return position > start ? (value, position - start, start) : nil
    }

    private mutating func hexadecimal() -> [UInt8]? {
        guard let range = quoted(), range.count % 2 == 0 else { return nil }
        var result: [UInt8] = []
        result.reserveCapacity(range.count / 2)
        for index in stride(from: range.lowerBound, to: range.upperBound, by: 2) {
            guard let high = Hex.digit(bytes[index]), let low = Hex.digit(bytes[index + 1]) else { return nil }
            result.append(high << 4 | low)
        }
        return result
    }

    private mutating func address() -> SensorAddress? {
        guard let range = quoted(), range.count == 17 else { return nil }
        var address: UInt64 = 0
        for index in range {
            if (index - range.lowerBound) % 3 == 2 {
                guard bytes[index] == UInt8(ascii: ":") else { return nil }
            } else {
                guard let digit = Hex.digit(bytes[index]) else { return nil }
                address = address << 4 | UInt64(digit)
            }
        }
        return SensorAddress(rawValue: address)
    }

    private mutating func uuid() -> BluetoothUUID? {
        guard let range = quoted(), range.count == 4 || range.count == 32 else { return nil }
        var high: UInt64 = 0
        var low: UInt64 = 0
        for index in range {
            guard let digit = Hex.digit(bytes[index]) else { return nil }
            if index - range.lowerBound < range.count - 16 {
                high = high << 4 | UInt64(digit)
            } else {
                low = low << 4 | UInt64(digit)
            }
        }
        return range.count == 4 ? BluetoothUUID(UInt16(low)) : BluetoothUUID(high: high, low: low)
    }
}
