public import VitalsCore
import VitalsModel

/// A head that was kept: the journal must still contain exactly this record. Kept outside the journal (in a retained
/// message, on paper) it proves that nothing up to it was cut off or written anew.
public struct JournalAnchor: Hashable, Sendable {
    /// Which journal.
    public let identity: JournalIdentity
    /// The head's sequence; 0 of an empty journal.
    public let sequence: UInt64
    /// The chain's hash at that record, 32 bytes.
    public let hash: [UInt8]

    /// A head.
    public init(identity: JournalIdentity, sequence: UInt64, hash: [UInt8]) {
        self.identity = identity
        self.sequence = sequence
        self.hash = hash
    }

    /// Reads what `description` writes; nil for anything else.
    public init?(_ text: some StringProtocol) {
        let parts = text.split(separator: " ", omittingEmptySubsequences: false)
        guard parts.count == 4, let sequence = UInt64(parts[2]), let hash = Hex.bytes(parts[3]),
            hash.count == RecordChain.byteCount
        else { return nil }
        self.init(
            identity: JournalIdentity(gateway: String(parts[0]), epoch: String(parts[1])), sequence: sequence,
            hash: hash)
    }
}

extension JournalAnchor: CustomStringConvertible {
    /// `gateway epoch sequence hash`, the hash in hexadecimal.
    public var description: String { "\(identity.gateway) \(identity.epoch) \(sequence) \(Hex.string(hash))" }
}
