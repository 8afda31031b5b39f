import VitalsJSON
public import VitalsModel

/// What a record says of arrivals: that it holds them, and their notes have done their work.
///
/// A run makes the times of a stream's arrivals strictly increasing, and its blocks hold them in order. So a block
/// holds all that came from its first to its last sample. A malformed packet is a record of its own.
public struct Settlement: Hashable, Sendable {
    /// The boot that the record's run, and so its clock, belongs to.
    public let boot: String
    /// The sensor.
    public let sensor: SensorAddress
    /// The stream.
    public let stream: SampleStream
    /// The arrivals' times.
    public let times: ClosedRange<MonotonicTime>

    /// Whether the arrival is one of those.
    public func covers(_ arrival: Arrival) -> Bool {
        times.contains(arrival.stamp.monotonic) && arrival.sensor == sensor && arrival.stream == stream
            && arrival.boot == boot
    }
}

/// Follows the records of a journal in their order, and says what each one settles.
///
/// Times compare within one boot only, and a run's first record names its boot. A run on a recording names none, and
/// settles nothing.
public struct SettlementReader: Sendable {
    private var boot: String?

    /// A reader before the first record of a run, or within a run of that boot. Without one, what comes before the next
    /// `start` record settles nothing.
    public init(boot: String? = nil) { self.boot = boot }

    /// What the next record settles; nil when nothing.
    public mutating func settlement(of record: Record) -> Settlement? {
        if record.kind == .start { boot = record.boot }
        guard let boot, let sensor = record.sensor else { return nil }
        switch record.kind {
        case .samples:
            guard let block = try? SampleBlock(decoding: record.body) else { return nil }
            let times = block.stamps.map(\.monotonic)
            guard let first = times.min(), let last = times.max() else { return nil }
            return Settlement(boot: boot, sensor: sensor, stream: block.stream, times: first...last)
        case .malformed:
            guard let stream = BluetoothUUID(record.subject).flatMap(SampleStream.init) else { return nil }
            let time = record.stamp.monotonic
            return Settlement(boot: boot, sensor: sensor, stream: stream, times: time...time)
        case .start, .finding, .alarm, .absence, .link, .device, .clock: return nil
        }
    }
}

extension Record {
    /// The boot that a live run's `start` record names; nil for any other record.
    public var boot: String? {
        guard kind == .start, let json = try? JSONParser.parse(body) else { return nil }
        return json["boot"]?.string
    }
}
