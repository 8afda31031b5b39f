import VitalsCore
import VitalsGATT
import VitalsModel
import VitalsStore

/// All that a gateway was ever told is durable, kept outside of it, and what can be said of it at once.
struct Promises {
    /// The last promised record, and the journal's own anchor of it.
    private(set) var head: UInt64 = 0
    private(set) var anchor: JournalAnchor?
    /// A digest of each promised record.
    private(set) var digests: [UInt64: UInt64] = [:]
    /// Promised records of the class that is dropped last.
    private(set) var alarms: Set<UInt64> = []
    /// Values of sensors that are promised, and those of them that are in a block.
    private(set) var arrivals: Set<UInt64> = []
    private(set) var blocked: Set<UInt64> = []
    private var lastBlocks: [UInt64: (boot: String, last: MonotonicTime)] = [:]
    private var reader = SettlementReader()
    private var boot = ""

    /// A commit is durable. Returns what is wrong with it.
    mutating func note(_ records: [Record], _ arrivals: [Arrival], anchor: JournalAnchor?) -> [(String, String)] {
        var faults: [(String, String)] = []
        for arrival in arrivals {
            self.arrivals.insert(Self.key(arrival.sensor, arrival.stream, arrival.stamp))
        }
        for record in records {
            if record.sequence <= head { faults.append(("I2", "record \(record.sequence) was committed twice")) }
            head = max(head, record.sequence)
            digests[record.sequence] = Self.digest(record)
            if RetentionClass(kind: record.kind, subject: record.subject) == .alarms { alarms.insert(record.sequence) }
            block(record, &faults)
        }
        if let anchor { self.anchor = anchor }
        return faults
    }

    private mutating func block(_ record: Record, _ faults: inout [(String, String)]) {
        if let name = record.boot { boot = name }
        guard let sensor = record.sensor else { return }
        switch record.kind {
        case .samples:
            guard let block = try? SampleBlock(decoding: record.body), let first = block.stamps.first,
                let last = block.stamps.last
            else {
                faults.append(("I1", "record \(record.sequence) is a block that cannot be read"))
                return
            }
            for stamp in block.stamps where !blocked.insert(Self.key(sensor, block.stream, stamp)).inserted {
                faults.append(("I2", "record \(record.sequence) holds a sample that is in another block too"))
                break
            }
            let stream = sensor.rawValue << 8 | UInt64(block.stream.rawValue)
            if let before = lastBlocks[stream], before.boot == boot, first.monotonic <= before.last {
                faults.append(("I3", "record \(record.sequence) holds samples older than the block before it"))
            }
            lastBlocks[stream] = (boot, last.monotonic)
        case .malformed:
            guard let stream = BluetoothUUID(record.subject).flatMap(SampleStream.init) else { return }
            blocked.insert(Self.key(sensor, stream, record.stamp))
        default: break
        }
    }

    /// Promised values that are in no block, and are not noted for one.
    func missing(noted: [Arrival]) -> Int {
        let waiting = Set(noted.map { Self.key($0.sensor, $0.stream, $0.stamp) })
        return arrivals.count { !blocked.contains($0) && !waiting.contains($0) }
    }

    /// A number for a value: its time on both clocks, since one of them begins anew with a boot.
    private static func key(_ sensor: SensorAddress, _ stream: SampleStream, _ stamp: Stamp) -> UInt64 {
        var hash = TraceHash()
        hash.add(sensor.rawValue << 8 | UInt64(stream.rawValue))
        hash.add(stamp.monotonic.microseconds)
        hash.add(stamp.wall.microseconds)
        return hash.value
    }

    static func digest(_ record: Record) -> UInt64 {
        var hash = TraceHash()
        hash.add(record.sequence)
        hash.add(UInt64(record.kind.rawValue))
        hash.add(record.sensor?.rawValue ?? 0)
        hash.add(record.stamp.monotonic.microseconds)
        hash.add(record.stamp.wall.microseconds)
        hash.add(record.subject)
        hash.add(record.body)
        return hash.value
    }
}
