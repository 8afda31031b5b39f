import Crypto
import VitalsCore
import VitalsModel

/// What a row says of itself, so that damage shows in every single row, without its neighbours.
///
///     tag = the first 16 bytes of SHA-256(associated ‖ content)
///
///     associated = u8 table ‖ u64 key ‖ u32 length ‖ epoch ‖ attributes
///     content    = u32 length ‖ body ‖ h(i)           of a record
///                  u32 length ‖ value                 of an arrival
///
/// The key is 0: no row that has such a tag is sealed. A hash proves nothing against somebody who can write the file;
/// the chain and its signed checkpoints do that. It tells what was written from what a disk made of it.
enum RowTag {
    /// Bytes of a tag.
    static let byteCount = 16

    /// The table that a row is in: no tag of one fits a row of the other.
    enum Table: UInt8 {
        case record = 1
        case arrival = 2
    }

    /// The tag of a record that is not sealed.
    static func of(_ record: Record, chain: RecordChain, epoch: String) -> [UInt8] {
        var bytes = associated(record, epoch: epoch, key: 0)
        bytes.append(sized: record.body)
        bytes += chain.hash
        return hash(bytes)
    }

    /// The tag of an arrival that is not sealed.
    static func of(_ arrival: Arrival, number: Int64, epoch: String) -> [UInt8] {
        var bytes = associated(arrival, number: number, epoch: epoch, key: 0)
        bytes.append(sized: arrival.value)
        return hash(bytes)
    }

    /// What a record's tag binds beside its content: where it stands, and all that stays readable of it.
    static func associated(_ record: Record, epoch: String, key: UInt64) -> [UInt8] {
        prefix(.record, epoch: epoch, key: key) + RecordChain.attributes(record)
    }

    /// The same for an arrival.
    static func associated(_ arrival: Arrival, number: Int64, epoch: String, key: UInt64) -> [UInt8] {
        var bytes = prefix(.arrival, epoch: epoch, key: key)
        bytes.append(bigEndian: arrival.sensor.rawValue)
        bytes.append(arrival.stream.rawValue)
        bytes.append(bigEndian: number)
        bytes.append(sized: Array(arrival.boot.utf8))
        bytes.append(bigEndian: arrival.stamp.monotonic.microseconds)
        bytes.append(bigEndian: arrival.stamp.wall.microseconds)
        bytes.append(arrival.stamp.isSynchronised ? 1 : 0)
        return bytes
    }

    private static func prefix(_ table: Table, epoch: String, key: UInt64) -> [UInt8] {
        var bytes = [table.rawValue]
        bytes.append(bigEndian: key)
        bytes.append(sized: Array(epoch.utf8))
        return bytes
    }

    private static func hash(_ bytes: [UInt8]) -> [UInt8] { Array(SHA256.hash(data: bytes).prefix(byteCount)) }
}
