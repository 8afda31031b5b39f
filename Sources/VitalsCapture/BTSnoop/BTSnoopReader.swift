public import VitalsModel

/// Reads btsnoop files of the Linux monitor (datalink 2001, `btmon -w`) and of H4 (1002, Android).
///
/// Format: the file btsnoop-protocol of BlueZ's documentation. The capture starts at the first record's time, cut to
/// milliseconds. A record's wall time is all that the file has: it serves as the monotonic time too. Where it steps back
/// by more than `VitalsCaptureLimits.stampDisorderMicroseconds`, the clock was set: that becomes a clock event, and
/// monotonic time stands still there. A step forward looks like silence and is left as it is.
public struct BTSnoopReader: Sendable {
    /// The first bytes of every btsnoop file.
    static let magic: [UInt8] = Array("btsnoop\0".utf8)
    private static let fileHeaderBytes = 16
    private static let version: UInt32 = 1

    private enum Expected {
        case fileHeader
        case recordHeader
        case data(BTSnoopRecord)
    }

    private var expected = Expected.fileHeader
    private var missing = Self.fileHeaderBytes
    private var part: [UInt8] = []
    private var recordStart = 0
    private var datalink = BTSnoopDatalink.monitor
    private var timeline: RecordTimeline?
    private var tracker: LinkTracker
    private var failure: CaptureError?

    /// A reader at the start of a file.
    public init(options: CaptureOptions = CaptureOptions()) { tracker = LinkTracker(options: options) }

    private mutating func complete(into events: inout [SensorEvent]) throws(CaptureError) {
        switch expected {
        case .fileHeader: try fileHeader()
        case .recordHeader: try recordHeader(into: &events)
        case .data(let record): recordData(record, into: &events)
        }
    }

    private mutating func expectRecord() {
        part.removeAll(keepingCapacity: true)
        recordStart = tracker.statistics.bytes
        expected = .recordHeader
        missing = BTSnoopRecord.headerBytes
    }

    private mutating func fileHeader() throws(CaptureError) {
        var reader = ByteReader(part)
        guard let magic = reader.bytes(8), Array(magic) == Self.magic else {
            return try fail(0, "this is no btsnoop file", remedy: "record with 'btmon -w FILE'")
        }
        guard let version = reader.bigEndianUInt32(), version == Self.version else {
            return try fail(8, "the file's version is not 1", remedy: "record with 'btmon -w FILE'")
        }
        guard let number = reader.bigEndianUInt32(), let datalink = BTSnoopDatalink(rawValue: number) else {
            return try fail(
                12, "the datalink is neither 1002 (H4) nor 2001 (Linux monitor)",
                remedy: "record with 'btmon -w FILE', or take Android's own log")
        }
        self.datalink = datalink
        expectRecord()
    }

    private mutating func recordHeader(into events: inout [SensorEvent]) throws(CaptureError) {
        guard let record = BTSnoopRecord(part), record.includedLength <= VitalsCaptureLimits.recordBytesMax else {
            tracker.finish(into: &events)
            return try fail(
                recordStart, "the record claims to hold more than \(VitalsCaptureLimits.recordBytesMax) bytes",
                remedy: "the file is damaged from here on; everything before was read")
        }
        guard record.time.isWritable else {
            tracker.finish(into: &events)
            return try fail(
                recordStart, "the record's time lies outside years 0 to 9999",
                remedy: "the file is damaged from here on; everything before was read")
        }
        part.removeAll(keepingCapacity: true)
        expected = .data(record)
        missing = record.includedLength
        if missing == 0 { recordData(record, into: &events) }
    }

    private mutating func recordData(_ record: BTSnoopRecord, into events: inout [SensorEvent]) {
        tracker.statistics.records += 1
        if record.includedLength < record.originalLength { tracker.statistics.recordsCut += 1 }
        if record.drops > tracker.statistics.recordsDropped {
            tracker.statistics.recordsDropped = record.drops
            tracker.forgetUnfinished()
        }
        var timeline = self.timeline ?? RecordTimeline(first: record.time)
        let (adapter, packet) = datalink.packet(flags: record.flags, data: part)
        if packet.mattersToLinks {
            let (step, stamp, isOutOfOrder) = timeline.stamp(record.time)
            if isOutOfOrder { tracker.statistics.stampsOutOfOrder += 1 }
            if let step {
                tracker.statistics.clockSteps += 1
                tracker.pass(step, into: &events)
            }
            tracker.handle(packet, adapter: adapter, at: stamp, into: &events)
        }
        self.timeline = timeline
        expectRecord()
    }

    private mutating func fail(_ offset: Int, _ fault: String, remedy: String) throws(CaptureError) {
        let error = CaptureError(at: .byte(offset), fault, remedy: remedy)
        failure = error
        throw error
    }
}

extension BTSnoopReader: CaptureDecoder {
    /// The first record's time, cut to milliseconds, once there is a record.
    public var start: WallTime? { timeline?.clock.start }

    /// What was read so far, and what could not be.
    public var statistics: CaptureStatistics { tracker.statistics }

    /// Reads further bytes; after an error, throws it again.
    public mutating func consume(_ bytes: [UInt8], into events: inout [SensorEvent]) throws(CaptureError) {
        if let failure { throw failure }
        var rest = bytes[...]
        while !rest.isEmpty {
            let taken = rest.prefix(missing)
            rest = rest.dropFirst(taken.count)
            part.append(contentsOf: taken)
            missing -= taken.count
            tracker.statistics.bytes += taken.count
            if missing == 0 { try complete(into: &events) }
        }
    }

    /// Ends the reading; after an error, throws it again.
    public mutating func finish(into events: inout [SensorEvent]) throws(CaptureError) {
        if let failure { throw failure }
        tracker.finish(into: &events)
        switch expected {
        case .recordHeader where part.isEmpty: break
        case .fileHeader: try fail(0, "the file ends inside its header", remedy: "copy it again")
        case .recordHeader, .data:
            try fail(
                recordStart, "the file ends at byte \(tracker.statistics.bytes), inside the record that begins here",
                remedy: "everything before it was read; copy the file again if the original is longer")
        }
    }

    /// Hands out what waits for nothing more; a record under way is left out.
    public mutating func breakOff(into events: inout [SensorEvent]) { tracker.finish(into: &events) }
}
