import Crypto
import VitalsCore
import VitalsModel

/// The hash chain over the ledger, of the same build as the one over the records (`RecordChain`).
///
///     h(0) = SHA-256("vitalsd ledger" ‖ 00 ‖ u32 format ‖ u32 length ‖ gateway ‖ u32 length ‖ epoch)
///     h(i) = SHA-256(00 ‖ h(i-1) ‖ canonical(entry i))
///
///     canonical = u64 number ‖ u32 length ‖ kind ‖ i64 monotonic ‖ i64 wall ‖ u8 synchronised ‖ u32 length ‖ body
///
/// All numbers are big-endian. A signature stands outside: it is over the hashes.
struct LedgerChain: Hashable, Sendable {
    /// The version of the canonical encoding, bound by h(0).
    static let format: UInt32 = 1

    /// h(i): 32 bytes.
    private(set) var hash: [UInt8]

    /// h(0) of a journal's ledger.
    init(_ identity: JournalIdentity) {
        var bytes = Array("vitalsd ledger\0".utf8)
        bytes.append(bigEndian: Self.format)
        bytes.append(sized: Array(identity.gateway.utf8))
        bytes.append(sized: Array(identity.epoch.utf8))
        hash = Array(SHA256.hash(data: bytes))
    }

    /// A hash from the file; nil when it has another length.
    init?(stored: [UInt8]) {
        guard stored.count == SHA256.byteCount else { return nil }
        hash = stored
    }

    /// The chain after one more entry, whose own hash does not matter.
    func appending(_ entry: LedgerEntry) -> LedgerChain {
        var bytes: [UInt8] = [0]
        bytes += hash
        bytes.append(bigEndian: entry.number)
        bytes.append(sized: Array(entry.kind.rawValue.utf8))
        bytes.append(bigEndian: entry.stamp.monotonic.microseconds)
        bytes.append(bigEndian: entry.stamp.wall.microseconds)
        bytes.append(entry.stamp.isSynchronised ? 1 : 0)
        bytes.append(sized: entry.body)
        var next = self
        next.hash = Array(SHA256.hash(data: bytes))
        return next
    }
}
