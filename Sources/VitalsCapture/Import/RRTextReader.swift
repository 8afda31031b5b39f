import VitalsGATT
public import VitalsModel

/// Reads a text of RR intervals, one a line, as the Heart Rate Measurements that a strap would have sent.
///
/// Each second in which beats fell gives the intervals that ended in it, oldest first, at the end of that second, and the
/// rate that is the inverse of their mean. A second without a beat gives nothing: a strap would repeat its last rate, and
/// no last value stands in for a live one here. Intervals are rounded to 1/1024 s one by one; their times add up from the
/// text itself, so that nothing drifts. Blank lines and lines that begin with # are passed over.
public struct RRTextReader: Sendable {
    /// Units of time that are whole in every unit of the input: a microsecond has 1,024, a tick of 1/1024 s a million.
    private enum Unit {
        static let perMicrosecond: Int64 = 1_024
        static let perTick: Int64 = 1_000_000
        static let perSecond = perTick * 1_024
    }

    /// The wall time of the first interval's beginning.
    public let start: WallTime?
    /// What was read so far.
    public private(set) var statistics = CaptureStatistics()
    private let sensor: SensorAddress
    private let clock: CaptureClock
    private var unit: RRUnit?
    private var lines = LineSplitter()
    private var waiting: [(line: Int, text: [UInt8])] = []
    private var elapsed: Int64 = 0
    private var second: Int64 = 0
    private var intervals: [UInt16] = []
    private var failure: CaptureError?

    /// A reader of the intervals of `sensor` from `start` on. Without a unit, the first intervals decide between seconds
    /// and milliseconds, and the statistics say which; 1/1024 s cannot be told from milliseconds and is never guessed.
    public init(sensor: SensorAddress, start: WallTime, unit: RRUnit? = nil) {
        self.sensor = sensor
        self.start = start
        self.unit = unit
        clock = CaptureClock(start: start)
    }

    /// The intervals before the fault are handed out before it is reported.
    private mutating func fail(_ error: CaptureError, into events: inout [SensorEvent]) throws(CaptureError) {
        notify(into: &events)
        failure = error
        throw error
    }

    private mutating func read(_ line: LineSplitter.Line, into events: inout [SensorEvent]) throws(CaptureError) {
        let text = line.text.trimmed
        if text.isEmpty || text.first == UInt8(ascii: "#") { return }
        waiting.append((lines.number, Array(text)))
        let isNumber = DecimalText.scaled(text, places: 6) != nil
        if unit != nil || !isNumber || waiting.count == VitalsCaptureLimits.unitGuessIntervals {
            try drain(into: &events)
        }
    }

    private mutating func drain(into events: inout [SensorEvent]) throws(CaptureError) {
        guard let first = waiting.first else { return }
        if unit == nil {
            unit = try Self.guess(waiting.map(\.text), line: first.line)
            statistics.guessedUnit = unit
        }
        defer { waiting.removeAll(keepingCapacity: true) }
        for (line, text) in waiting {
            statistics.records += 1
            try add(try Self.length(text, unit ?? .milliseconds, line: line), line: line, into: &events)
        }
    }

    /// The middle interval is some 0.3 to 2 s, which tells seconds from milliseconds.
    private static func guess(_ texts: [[UInt8]], line: Int) throws(CaptureError) -> RRUnit {
        let values = texts.compactMap { DecimalText.scaled($0, places: 3) }.sorted()
        guard !values.isEmpty else { throw noInterval(line: line) }
        switch values[values.count / 2] {
        case 100...20_000: return .seconds
        case 100_000...20_000_000: return .milliseconds
        default:
            throw CaptureError(
                at: .line(line), "the unit of the intervals cannot be guessed", remedy: "give it: ms, s or 1/1024 s")
        }
    }

    private static func noInterval(line: Int) -> CaptureError {
        CaptureError(at: .line(line), "this is no interval", remedy: "write one number a line, such as 976.6")
    }

    /// The length of an interval in units of `Unit`.
    private static func length(_ text: [UInt8], _ unit: RRUnit, line: Int) throws(CaptureError) -> Int64 {
        let number =
            switch unit {
            case .milliseconds: DecimalText.scaled(text, places: 3)
            case .seconds, .ticks: DecimalText.scaled(text, places: 6)
            }
        guard let number else { throw noInterval(line: line) }
        let scale = unit == .ticks ? 1 : Unit.perMicrosecond
        let (length, isTooLong) = number.multipliedReportingOverflow(by: scale)
        guard !isTooLong, length < Int64(UInt16.max) * Unit.perTick + Unit.perTick / 2 else {
            throw CaptureError(
                at: .line(line), "the interval is longer than 65535/1024 s, the longest that a strap can send",
                remedy: "if it is a gap, split the text there; if the unit is another, give it")
        }
        guard length >= Unit.perTick / 2 else {
            throw CaptureError(
                at: .line(line), "the interval is not at least 1/1024 s", remedy: "if the unit is another, give it")
        }
        return length
    }

    private mutating func add(
        _ length: Int64, line: Int, into events: inout [SensorEvent]
    ) throws(CaptureError) {
        elapsed += length
        let beat = elapsed / Unit.perSecond
        guard beat < VitalsCaptureLimits.captureSecondsMax else {
            throw CaptureError(at: .line(line), "the text is longer than a hundred years", remedy: "split it")
        }
        if beat != second { notify(into: &events) }
        second = beat
        intervals.append(UInt16(clamping: (length + Unit.perTick / 2) / Unit.perTick))
    }

    /// Sends the intervals of the second that is over: in one notification, unless they are too many for it. Contact is
    /// not claimed: a text says nothing of it.
    private mutating func notify(into events: inout [SensorEvent]) {
        defer { intervals.removeAll(keepingCapacity: true) }
        let sum = intervals.reduce(0) { $0 + Int($1) }
        guard sum > 0 else { return }
        let rate = (Self.ticksPerMinute * intervals.count * 2 + sum) / (sum * 2)
        let capacity = HeartRateMeasurement.rrIntervalCapacity(
            attMTU: VitalsCaptureLimits.importMTU, format: rate > UInt8.max ? .uint16 : .shortest,
            hasEnergyExpended: false)
        let stamp = clock.stamp(at: (second + 1) * 1_000_000)
        for first in stride(from: 0, to: intervals.count, by: capacity) {
            let part = intervals[first..<min(first + capacity, intervals.count)]
            let measurement = HeartRateMeasurement(heartRate: UInt16(clamping: rate), rrIntervals: Array(part))
            var value: [UInt8] = []
            measurement.encode(into: &value)
            let kind = SensorEvent.Kind.value(sensor: sensor, characteristic: .heartRateMeasurement, bytes: value)
            events.append(SensorEvent(stamp: stamp, kind: kind))
            statistics.events += 1
        }
    }

    /// One minute in 1/1024 s.
    private static let ticksPerMinute = 61_440
}

extension RRTextReader: CaptureDecoder {
    /// Reads further bytes; after an error, throws it again.
    public mutating func consume(_ bytes: [UInt8], into events: inout [SensorEvent]) throws(CaptureError) {
        if let failure { throw failure }
        do throws(CaptureError) {
            var position = 0
            defer { statistics.bytes += position }
            while let line = try lines.next(in: bytes, from: &position) { try read(line, into: &events) }
        } catch {
            try fail(error, into: &events)
        }
    }

    /// Ends the reading; after an error, throws it again.
    public mutating func finish(into events: inout [SensorEvent]) throws(CaptureError) {
        if let failure { throw failure }
        do throws(CaptureError) {
            if let line = lines.remainder() { try read(line, into: &events) }
            try drain(into: &events)
            guard elapsed > 0 else {
                throw CaptureError(at: .line(1), "the text holds no interval", remedy: "give one interval a line")
            }
            notify(into: &events)
        } catch {
            try fail(error, into: &events)
        }
    }

    /// Hands out the intervals of the last second; a line under way is left out.
    public mutating func breakOff(into events: inout [SensorEvent]) {
        // What waits for the unit may still be told; a fault in it changes nothing any more.
        if failure == nil { try? drain(into: &events) }
        notify(into: &events)
    }
}
