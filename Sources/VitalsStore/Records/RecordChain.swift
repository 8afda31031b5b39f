import Crypto
public import VitalsCore
import VitalsModel

/// The hash chain over a journal: any edit, deletion, insertion or exchange of records breaks it.
///
///     h(0) = SHA-256("vitalsd journal" ‖ 00 ‖ u32 format ‖ u32 length ‖ gateway ‖ u32 length ‖ epoch)
///     h(i) = SHA-256(00 ‖ h(i-1) ‖ canonical(record i))
///
///     canonical = u64 sequence ‖ u8 kind ‖ u8 1 ‖ u64 sensor (or u8 0 for none) ‖ i64 monotonic ‖ i64 wall ‖
///                 u8 synchronised ‖ u32 length ‖ subject in UTF-8 ‖ u32 length ‖ body
///
/// All numbers are big-endian. Whoever can write the file can also compute the chain anew: what holds against that is a
/// head (`JournalAnchor`) that was kept elsewhere.
public struct RecordChain: Hashable, Sendable {
    /// Bytes of a hash.
    public static let byteCount = 32

    /// The version of the canonical encoding, bound by h(0).
    public static let format: UInt32 = 1

    /// h(i): 32 bytes.
    public private(set) var hash: [UInt8]

    /// h(0) of a journal.
    public init(_ identity: JournalIdentity) {
        var bytes = Array("vitalsd journal\0".utf8)
        bytes.append(bigEndian: Self.format)
        bytes.append(sized: Array(identity.gateway.utf8))
        bytes.append(sized: Array(identity.epoch.utf8))
        hash = Array(SHA256.hash(data: bytes))
    }

    /// A hash from the file; nil when it has another length.
    init?(stored: [UInt8]) {
        guard stored.count == Self.byteCount else { return nil }
        hash = stored
    }

    /// h(i) from h(i-1).
    public mutating func append(_ record: Record) {
        var hasher = SHA256()
        hasher.update(data: [0])
        hasher.update(data: hash)
        hasher.update(data: Self.canonical(record))
        hash = Array(hasher.finalize())
    }

    /// The chain after one more record.
    func appending(_ record: Record) -> RecordChain {
        var next = self
        next.append(record)
        return next
    }

    /// All fields of a record, so written that no two records have the same bytes.
    static func canonical(_ record: Record) -> [UInt8] {
        var bytes = attributes(record)
        bytes.append(sized: record.body)
        return bytes
    }

    /// All fields but the body.
    static func attributes(_ record: Record) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(48 + record.subject.utf8.count + record.body.count)
        bytes.append(bigEndian: record.sequence)
        bytes.append(record.kind.rawValue)
        bytes.append(record.sensor == nil ? 0 : 1)
        if let sensor = record.sensor { bytes.append(bigEndian: sensor.rawValue) }
        bytes.append(bigEndian: record.stamp.monotonic.microseconds)
        bytes.append(bigEndian: record.stamp.wall.microseconds)
        bytes.append(record.stamp.isSynchronised ? 1 : 0)
        bytes.append(sized: Array(record.subject.utf8))
        return bytes
    }
}
