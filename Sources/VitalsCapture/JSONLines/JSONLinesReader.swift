public import VitalsModel

/// Reads JSON Lines captures, version 1.
///
/// The first line is the header; every further one an event; blank lines are passed over. The format is strict: a member
/// that is missing, unknown, given twice or not valid is an error that names the line. Times are rounded to the
/// microsecond.
public struct JSONLinesReader: Sendable {
    /// What was read so far.
    public private(set) var statistics = CaptureStatistics()
    private var lines = LineSplitter()
    private var clock: CaptureClock?
    private var failure: CaptureError?

    /// A reader at the start of a capture.
    public init() {}

    private mutating func read(_ line: LineSplitter.Line, into events: inout [SensorEvent]) throws(CaptureError) {
        do throws(LineFault) {
            guard var clock else {
                if line.isBlank { return }
                statistics.records += 1
                self.clock = CaptureClock(start: try CaptureHeader(Array(line.text)).start)
                return
            }
            if let usual = EventLineScanner.scan(line.bytes, line.range) {
                statistics.records += 1
                return append(try Self.event(usual, &clock), to: &events)
            }
            if line.isBlank { return }
            statistics.records += 1
            let event = try Self.event(try EventLineParser.parse(Array(line.text)), &clock)
            self.clock = clock
            append(event, to: &events)
        } catch {
            throw error.error(line: lines.number)
        }
    }

    private mutating func append(_ event: SensorEvent, to events: inout [SensorEvent]) {
        statistics.events += 1
        events.append(event)
    }

    private static func event(_ line: EventLine, _ clock: inout CaptureClock) throws(LineFault) -> SensorEvent {
        let event =
            switch line {
            case .value(let time, let sensor, let characteristic, let bytes):
                SensorEvent(
                    stamp: clock.stamp(at: time),
                    kind: .value(sensor: sensor, characteristic: characteristic, bytes: bytes))
            case .link(let time, let sensor, let isUp, let reason):
                SensorEvent(
                    stamp: clock.stamp(at: time),
                    kind: isUp ? .linkUp(sensor: sensor) : .linkDown(sensor: sensor, reason: reason))
            case .clock(let time, let step, let isSynchronised):
                clock.step(by: step, isSynchronised: isSynchronised, at: time)
            }
        guard event.stamp.wall.isWritable else {
            throw LineFault("the time lies outside years 0 to 9999", remedy: "correct the start, t or the clock's step")
        }
        return event
    }
}

extension JSONLinesReader: CaptureDecoder {
    /// What the header says, once it was read.
    public var start: WallTime? { clock?.start }

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
            guard clock != nil else {
                throw CaptureError(at: .line(1), "the header is missing", remedy: "begin with the line of the format")
            }
        } catch {
            failure = error
            throw error
        }
    }

    /// Leaves a line under way out; nothing else is held back.
    public mutating func breakOff(into events: inout [SensorEvent]) {}
}
