import VitalsJSON
import VitalsModel

/// Reads an event line by way of the general JSON parser: any order, any white space, any escape.
///
/// `EventLineScanner` reads the usual shape faster; this is what the format means.
enum EventLineParser {
    /// Reads a line.
    static func parse(_ line: [UInt8]) throws(LineFault) -> EventLine {
        var members = try MemberReader(json(line), subject: "an event")
        let microseconds = try members.take("t", "seconds since the start, not negative, such as 1.024") { value in
            value.number.flatMap { time($0.text.utf8) }
        }
        if members.has("clock") { return try clock(&members, microseconds) }
        let sensor = try members.take("sensor", "the address, such as \"C0:00:00:00:00:01\"") { value in
            value.string.flatMap { SensorAddress($0) }
        }
        if members.has("link") { return try link(&members, microseconds, sensor) }
        let characteristic = try members.take("characteristic", "4 or 32 hexadecimal digits, such as \"2A37\"") {
            $0.string.flatMap(uuid)
        }
        let bytes = try members.take("value", "an even number of hexadecimal digits") { value in
            value.string.flatMap { Hex.bytes($0) }
        }
        try members.finish()
        return .value(microseconds: microseconds, sensor: sensor, characteristic: characteristic, bytes: bytes)
    }

    /// The JSON of a line.
    static func json(_ line: [UInt8]) throws(LineFault) -> JSONValue {
        do throws(JSONError) {
            return try JSONParser.parse(line)
        } catch {
            throw LineFault("this is no JSON: \(error)", remedy: "correct the line; everything before it was read")
        }
    }

    private static func link(
        _ members: inout MemberReader, _ microseconds: Int64, _ sensor: SensorAddress
    ) throws(LineFault) -> EventLine {
        let isUp: Bool = try members.take("link", "\"up\" or \"down\"") { value in
            value.string.flatMap { ["up": true, "down": false][$0] }
        }
        var reason: String?
        if !isUp && members.has("reason") { reason = try members.take("reason", "a string") { $0.string } }
        try members.finish()
        return .link(microseconds: microseconds, sensor: sensor, isUp: isUp, reason: reason)
    }

    private static func clock(_ members: inout MemberReader, _ microseconds: Int64) throws(LineFault) -> EventLine {
        let clock = try members.take("clock", "{\"step\":SECONDS,\"synchronised\":true or false}") { $0 }
        try members.finish()
        var inner = try MemberReader(clock, subject: "'clock'")
        let step = try inner.take("step", "seconds, such as 3600.0") { value in
            value.number.flatMap { stepLength($0.text.utf8) }
        }
        let isSynchronised = try inner.take("synchronised", "true or false") { $0.bool }
        try inner.finish()
        return .clock(microseconds: microseconds, step: step, isSynchronised: isSynchronised)
    }

    private static let microsecondsMax = VitalsCaptureLimits.captureSecondsMax * 1_000_000

    private static func time(_ text: some Collection<UInt8>) -> Int64? {
        guard !DecimalText.isNegative(text), let time = DecimalText.scaled(text, places: 6) else { return nil }
        return time <= microsecondsMax ? time : nil
    }

    private static func stepLength(_ text: some Collection<UInt8>) -> Int64? {
        let stepMax = VitalsCaptureLimits.clockStepSecondsMax * 1_000_000
        return DecimalText.scaled(text, places: 6).flatMap { (-stepMax...stepMax).contains($0) ? $0 : nil }
    }

    private static func uuid(_ text: String) -> BluetoothUUID? {
        text.utf8.count == 4 || text.utf8.count == 32 ? BluetoothUUID(text) : nil
    }
}
