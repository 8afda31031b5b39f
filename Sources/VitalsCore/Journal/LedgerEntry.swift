public import VitalsModel

/// One entry of the ledger: what the journal's store did, beside what the engine recorded.
///
/// Records come from the engine alone, so that a replay makes the same ones again. That a run opened the journal, what
/// retention dropped, what damage took, which keys there were: all that is the store's own account. It has numbers and
/// a hash chain of its own, in the same epoch, and is published too, so that the far side is its witness.
public struct LedgerEntry: Hashable, Sendable {
    /// What an entry tells. The names are stored and stand in topics: they never change their meaning.
    public enum Kind: String, CaseIterable, Sendable {
        /// A process opened the journal for writing: which opening, which version, sealed or not.
        case opened
        /// The heads of both chains, signed where a key is configured.
        case checkpoint
        /// Records were dropped: class, through which sequence, how many, and which of them nobody had acknowledged.
        case retention
        /// A data key was made, wrapped anew, or erased with all that it sealed.
        case key
        /// A damaged file was moved away.
        case quarantine
        /// What was taken over from a damaged file.
        case salvage
        /// Something is not what was written: where, and what it cost.
        case damage
        /// The schema became newer.
        case migration
        /// The far side asked for records again.
        case replayRequest = "replay-request"
        /// The far side said up to where it has applied the records.
        case receipt
        /// Another journal stood in while this one could not be opened: its epoch, and what became of its records.
        case standIn = "stand-in"
    }

    /// The place in the ledger: 1 for the first entry of an epoch, then without gaps.
    public var number: UInt64
    /// What the entry tells.
    public var kind: Kind
    /// When it was made.
    public var stamp: Stamp
    /// One JSON object with sorted members. It holds no patient's value and no secret.
    public var body: [UInt8]
    /// The ledger's hash at this entry, 32 bytes.
    public var chain: [UInt8]
    /// The Ed25519 signature of a checkpoint's note, 64 bytes; nil for everything that is not signed.
    public var signature: [UInt8]?

    /// An entry.
    public init(
        number: UInt64, kind: Kind, stamp: Stamp, body: [UInt8], chain: [UInt8], signature: [UInt8]? = nil
    ) {
        self.number = number
        self.kind = kind
        self.stamp = stamp
        self.body = body
        self.chain = chain
        self.signature = signature
    }
}
