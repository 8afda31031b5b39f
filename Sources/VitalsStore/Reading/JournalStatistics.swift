import Foundation
import GRDB
public import VitalsCore
public import VitalsModel

/// How much a journal holds, and in how much space.
public struct JournalStatistics: Hashable, Sendable {
    /// Records of each kind that there is.
    public var records: [RecordKind: Int] = [:]
    /// Samples in all blocks.
    public var samples = 0
    /// Bytes of the bodies of all sample blocks.
    public var sampleBodyBytes = 0
    /// Bytes of all bodies.
    public var bodyBytes = 0
    /// Records of each class of retention that there is, and the bytes of their bodies.
    public var classes: [RetentionClass: ClassShare] = [:]
    /// What retention has dropped of each class.
    public var dropped: [RetentionClass: RetentionAccount] = [:]
    /// What the journal takes on its disk.
    public var space = JournalSpace()
    /// Bytes of the journal, its indices and its free pages: what the file has after a checkpoint.
    public var fileBytes = 0
    /// The stamp of the first record.
    public var first: Stamp?
    /// The stamp of the last record.
    public var last: Stamp?
    /// How many records each sink's receiver has acknowledged.
    public var acknowledged: [String: UInt64] = [:]
    /// How many of the records that are there each sink's receiver has not acknowledged.
    public var backlog: [String: UInt64] = [:]

    /// What a class holds.
    public struct ClassShare: Hashable, Sendable {
        /// Records.
        public var records = 0
        /// Bytes of their bodies.
        public var bytes = 0
        /// Records that a sink has not had acknowledged.
        public var unacknowledged = 0
        /// The stamp of the oldest one.
        public var oldest: Stamp?
    }

    /// All records.
    public var recordCount: Int { records.values.reduce(0, +) }

    /// Bytes of a sample in the encoded blocks; nil without samples.
    public var blockBytesPerSample: Double? { samples > 0 ? Double(sampleBodyBytes) / Double(samples) : nil }

    /// Bytes of the whole file for each sample; nil without samples.
    public var fileBytesPerSample: Double? { samples > 0 ? Double(fileBytes) / Double(samples) : nil }

    /// The time that the records span on the monotonic clock; nil without records.
    public var span: MonotonicTime.Span? {
        guard let first, let last else { return nil }
        return last.monotonic - first.monotonic
    }

    /// Reads a whole journal; the records are those that were there when the walk passed.
    public init(_ reader: JournalReader) throws(JournalError) {
        var head: UInt64 = 0
        let ranges = try reader.acknowledgements().filter { JournalReader.takesRecords($0.key) }.values
        let delivered = ranges.dropFirst().reduce(ranges.first ?? SequenceRanges()) { $0.intersection($1) }
        while let batch = try Self.batch(reader, after: head) {
            for record in batch { try add(record, path: reader.path, isDelivered: delivered.contains(record.sequence)) }
            head = batch.last?.sequence ?? head
        }
        fileBytes = try reader.read { db in
            let pages = try Int.fetchOne(db, sql: "PRAGMA page_count") ?? 0
            return try pages * (Int.fetchOne(db, sql: "PRAGMA page_size") ?? 0)
        }
        backlog = try reader.backlogs()
        dropped = try RetentionAccount.all(reader)
        space = try reader.space()
        acknowledged = try reader.acknowledged().mapValues { ranges in
            ranges.reduce(0) { $0 + ($1.upperBound - $1.lowerBound) + 1 }
        }
    }

    private static func batch(
        _ reader: JournalReader, after sequence: UInt64
    ) throws(JournalError) -> [VitalsCore.Record]? {
        let records = try reader.records(after: sequence, limit: VitalsStoreLimits.walkBatch)
        return records.isEmpty ? nil : records
    }

    private mutating func add(
        _ record: VitalsCore.Record, path: String, isDelivered: Bool
    ) throws(JournalError) {
        records[record.kind, default: 0] += 1
        let retentionClass = RetentionClass(kind: record.kind, subject: record.subject)
        var share = classes[retentionClass] ?? ClassShare(oldest: record.stamp)
        share.records += 1
        share.bytes += record.body.count
        share.unacknowledged += isDelivered ? 0 : 1
        classes[retentionClass] = share
        bodyBytes += record.body.count
        first = first ?? record.stamp
        last = record.stamp
        guard record.kind == .samples else { return }
        do {
            samples += try SampleBlock(decoding: record.body).count
        } catch {
            let code = JournalError.Code.damaged(sequence: record.sequence, what: error.description)
            throw JournalError(code, "read", path: path)
        }
        sampleBodyBytes += record.body.count
    }
}
