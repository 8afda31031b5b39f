import VitalsGATT
public import VitalsModel

/// Reads a table of time, SpO2 in % and pulse in bpm as the PLX Continuous Measurements that an oximeter would have sent.
///
/// Columns are separated by commas, semicolons or tabs. A header may name them, in any order and among others; without
/// one they are time, SpO2, pulse. The time is seconds since the start, or RFC 3339 with its zone: then the recording
/// starts at the first row's, cut to milliseconds. A value that is empty or hyphens is missing and becomes NaN. Numbers
/// keep the decimals they were written with as far as an SFLOAT holds them (2045 at most), else they are rounded to it.
public struct SpO2CSVReader: Sendable {
    private struct Columns {
        var time = 0
        var saturation = 1
        var pulse = 2

        var last: Int { max(time, saturation, pulse) }
    }

    private enum TimeKind {
        case seconds
        case wall
    }

    /// What was read so far.
    public private(set) var statistics = CaptureStatistics()
    private let sensor: SensorAddress
    private var clock: CaptureClock
    private var lines = LineSplitter()
    private var separator: UInt8?
    private var columns = Columns()
    private var timeKind: TimeKind?
    private var latest: Int64 = 0
    private var failure: CaptureError?

    /// A reader of the values of `sensor`, which start at `start` unless the rows say when.
    public init(sensor: SensorAddress, start: WallTime) {
        self.sensor = sensor
        clock = CaptureClock(start: start)
    }

    private func fault(_ fault: String, remedy: String) -> CaptureError {
        CaptureError(at: .line(max(1, lines.number)), fault, remedy: remedy)
    }

    private mutating func read(_ line: LineSplitter.Line, into events: inout [SensorEvent]) throws(CaptureError) {
        let text = line.text.trimmed
        if text.isEmpty || text.first == UInt8(ascii: "#") { return }
        let separator = self.separator ?? Self.separator(of: text)
        let fields = line.text.split(separator: separator, omittingEmptySubsequences: false).map(\.unquoted)
        guard self.separator != nil else {
            self.separator = separator
            if let first = fields.first, first.first.map(Self.isDigit) != true {
                columns = try header(fields)
                return
            }
            return try row(fields, into: &events)
        }
        try row(fields, into: &events)
    }

    private static func separator(of text: ArraySlice<UInt8>) -> UInt8 {
        [UInt8(ascii: ";"), UInt8(ascii: "\t")].first { text.contains($0) } ?? UInt8(ascii: ",")
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    private func header(_ fields: [ArraySlice<UInt8>]) throws(CaptureError) -> Columns {
        // Letters and digits alone: `SpO2 (%)` and `Pulse_Rate` are spO2 and pulseRate.
        let names = fields.map { field in
            String(decoding: field, as: UTF8.self).lowercased().filter { $0.isLetter || $0.isNumber }
        }
        let column = { (prefixes: [String]) in names.firstIndex { name in prefixes.contains { name.hasPrefix($0) } } }
        guard let time = names.firstIndex(of: "t") ?? column(["time", "seconds", "date"]),
            let saturation = column(["spo2", "sao2", "saturation", "oxygen"]),
            let pulse = column(["pulse", "pr", "heartrate", "hr", "bpm"])
        else {
            throw fault(
                "this is neither a row nor a header that names time, SpO2 and pulse",
                remedy: "begin with the line 'time,spo2,pulse'")
        }
        return Columns(time: time, saturation: saturation, pulse: pulse)
    }

    private mutating func row(_ fields: [ArraySlice<UInt8>], into events: inout [SensorEvent]) throws(CaptureError) {
        guard fields.count > columns.last else {
            throw fault("the row has too few columns", remedy: "leave a missing value empty, but keep its column")
        }
        let time = try self.time(fields[columns.time])
        guard time >= latest else { throw fault("the time goes back", remedy: "sort the rows by time") }
        latest = time
        let saturation = try sfloat(fields[columns.saturation], "SpO2")
        let pulse = try sfloat(fields[columns.pulse], "pulse")
        statistics.records += 1
        statistics.events += 1
        var bytes: [UInt8] = []
        PLXContinuousMeasurement(normal: SpO2PR(spO2: saturation, pulseRate: pulse)).encode(into: &bytes)
        let kind = SensorEvent.Kind.value(sensor: sensor, characteristic: .plxContinuousMeasurement, bytes: bytes)
        events.append(SensorEvent(stamp: clock.stamp(at: time), kind: kind))
    }

    private mutating func time(_ field: ArraySlice<UInt8>) throws(CaptureError) -> Int64 {
        let microsecondsMax = VitalsCaptureLimits.captureSecondsMax * 1_000_000
        if timeKind != .wall, !DecimalText.isNegative(field), let seconds = DecimalText.scaled(field, places: 6),
            seconds <= microsecondsMax
        {
            timeKind = .seconds
            return seconds
        }
        guard timeKind != .seconds, let wall = WallTime(rfc3339: String(decoding: field, as: UTF8.self)),
            wall.isWritable
        else {
            throw fault(
                "the time is not valid",
                remedy: "write all times as seconds since the start, or all as 2026-11-21T07:30:00Z with the zone")
        }
        if timeKind == nil {
            timeKind = .wall
            clock = RecordTimeline(first: wall).clock
        }
        let time = wall.microseconds - clock.start.microseconds
        guard time <= microsecondsMax else {
            throw fault("the time lies a hundred years after the start", remedy: "correct it, or split the table")
        }
        return time
    }

    /// The number as the sensor would have sent it; NaN where it is missing.
    private func sfloat(_ field: ArraySlice<UInt8>, _ name: String) throws(CaptureError) -> SFLOAT {
        if field.allSatisfy({ $0 == UInt8(ascii: "-") }) { return .nan }
        guard let number = DecimalText.decimal(field, mantissaMax: 2_045, exponents: -8...7),
            let sfloat = SFLOAT(
                ExactDecimal(mantissa: Int32(clamping: number.mantissa), exponent: Int8(clamping: number.exponent)))
        else {
            throw fault("the \(name) is no number that a sensor could send", remedy: "leave it empty if it is missing")
        }
        return sfloat
    }
}

extension SpO2CSVReader: CaptureDecoder {
    /// The given start, or the first row's time where the rows have one.
    public var start: WallTime? { clock.start }

    /// Reads further bytes; after an error, throws it again.
    public mutating func consume(_ bytes: [UInt8], into events: inout [SensorEvent]) throws(CaptureError) {
        if let failure { throw failure }
        do throws(CaptureError) {
            var position = 0
            defer { statistics.bytes += position }
            while let line = try lines.next(in: bytes, from: &position) { try read(line, into: &events) }
        } catch {
            failure = error
            throw error
        }
    }

    /// Ends the reading; after an error, throws it again.
    public mutating func finish(into events: inout [SensorEvent]) throws(CaptureError) {
        if let failure { throw failure }
        do throws(CaptureError) {
            if let line = lines.remainder() { try read(line, into: &events) }
            guard timeKind != nil else {
                throw fault("the table has no row", remedy: "give rows of time, SpO2 and pulse")
            }
        } catch {
            failure = error
            throw error
        }
    }

    /// Leaves a row under way out; nothing else is held back.
    public mutating func breakOff(into events: inout [SensorEvent]) {}
}
