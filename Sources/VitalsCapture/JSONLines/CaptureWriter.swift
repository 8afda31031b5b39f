import VitalsJSON
public import VitalsModel

/// Writes events as a JSON Lines capture, version 1: the header, then one line an event, members sorted.
///
/// Reading it again gives the same events, stamps included, as long as their wall time is the start, the time since it and
/// the steps of the clock events: that is so for everything that a `CaptureDecoder` gives.
///
///     var writer = try CaptureWriter(start: reader.start)
///     for event in events { try writer.write(event) }
///     try file.write(writer.takeBytes())
public struct CaptureWriter {
    private let origin: MonotonicTime
    private var json: JSONWriter
    private var isSynchronised = true
    private var count = 0

    /// A capture that starts at `start`; years 0 to 9999. The time of the events counts from `origin`, which is 0 for
    /// events of a recording.
    public init(start: WallTime, origin: MonotonicTime = MonotonicTime(microseconds: 0)) throws(CaptureError) {
        guard start.isWritable else {
            throw CaptureError(
                at: .event(0), "the start lies outside years 0 to 9999", remedy: "set the clock before recording")
        }
        self.origin = origin
        json = JSONWriter()
        CaptureHeader(start: start).write(to: &json)
    }

    /// Adds an event. An event whose clock is not synchronised as the events before it say is preceded by a clock event
    /// that says so.
    ///
    /// - Throws: when the event lies before the origin, or a hundred years after it.
    public mutating func write(_ event: SensorEvent) throws(CaptureError) {
        let time = event.stamp.monotonic.microseconds.subtractingSaturating(origin.microseconds)
        guard (0...VitalsCaptureLimits.captureSecondsMax * 1_000_000).contains(time) else {
            throw CaptureError(
                at: .event(count), "the event's time lies outside the capture",
                remedy: "start the capture before its first event, and a new one after a hundred years")
        }
        count += 1
        let seconds = Self.seconds(time)
        if case .clock = event.kind {
            isSynchronised = event.stamp.isSynchronised
        } else if event.stamp.isSynchronised != isSynchronised {
            isSynchronised = event.stamp.isSynchronised
            clock(seconds, step: 0, isSynchronised)
        }
        switch event.kind {
        case .value(let sensor, let characteristic, let bytes):
            json.object { json in
                json.member("characteristic", characteristic.description)
                json.member("sensor", sensor.description)
                json.name("t")
                json.number(seconds)
                json.member("value", Hex.string(bytes))
            }
            json.endLine()
        case .linkUp(let sensor): link(seconds, sensor, "up", reason: nil)
        case .linkDown(let sensor, let reason): link(seconds, sensor, "down", reason: reason)
        case .clock(let step, let isSynchronised): clock(seconds, step: step, isSynchronised)
        }
    }

    /// The text so far, which the writer forgets.
    public mutating func takeBytes() -> [UInt8] {
        defer { json.removeAll() }
        return json.bytes
    }

    private mutating func link(_ seconds: String, _ sensor: SensorAddress, _ state: String, reason: String?) {
        json.object { json in
            json.member("link", state)
            if let reason { json.member("reason", reason) }
            json.member("sensor", sensor.description)
            json.name("t")
            json.number(seconds)
        }
        json.endLine()
    }

    private mutating func clock(_ seconds: String, step: Int64, _ isSynchronised: Bool) {
        json.object { json in
            json.name("clock")
            json.object { json in
                json.name("step")
                json.number(Self.seconds(step))
                json.member("synchronised", isSynchronised)
            }
            json.name("t")
            json.number(seconds)
        }
        json.endLine()
    }

    /// Microseconds as seconds, with as many decimals as they need: `1.024`, `9`, `-3600.5`.
    static func seconds(_ microseconds: Int64) -> String {
        let whole = microseconds.magnitude / 1_000_000
        var fraction = microseconds.magnitude % 1_000_000
        var text = (microseconds < 0 ? "-" : "") + String(whole)
        guard fraction > 0 else { return text }
        var places = 6
        while fraction % 10 == 0 {
            fraction /= 10
            places -= 1
        }
        let digits = String(fraction)
        text += "." + String(repeating: "0", count: places - digits.count) + digits
        return text
    }
}
