/// Why bytes are not a sample block, and where.
public struct SampleBlockError: Error, Hashable, Sendable {
    /// What is wrong.
    public enum Code: Hashable, Sendable {
        /// The first byte names a version that this decoder does not know.
        case unsupportedVersion(UInt8)
        /// The stream's number is none of `SampleStream`.
        case unknownStream
        /// The bytes end inside a value.
        case truncated
        /// More samples or RR intervals than `SampleBlockCodecLimits` allows.
        case tooMany
        /// A number that the format cannot produce.
        case malformedNumber
        /// A value lies outside the range of its field.
        case valueOutOfRange
        /// Something follows the last value.
        case trailingBytes
    }

    /// What is wrong.
    public let code: Code
    /// The byte at which it was noticed.
    public let byteOffset: Int
    /// The column that was being read.
    public let column: String
}

extension SampleBlockError: CustomStringConvertible {
    /// A sentence without any value of the block, since these are a patient's.
    public var description: String {
        let place = "at byte \(byteOffset) (\(column))"
        return switch code {
        case .unsupportedVersion(let version):
            "sample block version \(version) is not known here: read it with the vitalsd that wrote it, or a newer one"
        case .unknownStream: "unknown stream \(place): the sample block is damaged, check the journal"
        case .truncated: "the sample block ends \(place): it is damaged, check the journal"
        case .tooMany: "more values than a sample block may hold \(place): it is damaged, check the journal"
        case .malformedNumber: "malformed number \(place): the sample block is damaged, check the journal"
        case .valueOutOfRange: "value out of range \(place): the sample block is damaged, check the journal"
        case .trailingBytes: "unexpected bytes after the sample block \(place): it is damaged, check the journal"
        }
    }
}
