/// The first thing that is wrong with a journal, and where.
public struct JournalFault: Hashable, Sendable {
    /// What is wrong.
    public enum Kind: Hashable, Sendable {
        /// Records from this one to `through` are not there.
        case missing(through: UInt64)
        /// The record is not the one that was written.
        case alteredRecord
        /// The record's hash is not the one that was written; the record itself is.
        case brokenChain
        /// The hash differs from the one that was sealed in the journal.
        case otherThanSealed
        /// The hash differs from the one that was kept elsewhere: the journal was written anew.
        case otherThanAnchor
        /// A column, or the page of the file, cannot be read.
        case unreadable(String)
        /// The body is not what the record's kind says, and its hash fits: it was stored that way.
        case undecodableBody(String)
        /// A row stands where no record can.
        case foreignRow
        /// The record is the one that was written; its tag is not.
        case otherTag
        /// The record differs from what the checkpoint of that ledger entry says.
        case otherThanCheckpoint(entry: UInt64)
        /// It differs from the checkpoint that was kept elsewhere: a fork, or a journal that was rolled back and went on.
        case otherThanWitness
        /// More or fewer records are missing than the ledger accounts for.
        case unexplainedLoss(missing: UInt64, explained: UInt64)
        /// A checkpoint says less than the one before it.
        case rolledBack
        /// A checkpoint is not signed, where it has to be.
        case unsigned
        /// A signature does not fit what it signs.
        case wrongSignature
        /// The signature is one of a key that was not named.
        case otherSigner
        /// The journal was opened for writing another number of times than the ledger tells.
        case otherOpenings
    }

    /// The record at which it shows; 0 when it lies before the first.
    public let sequence: UInt64
    /// The entry, when it shows in the ledger.
    public let ledger: UInt64?
    /// What is wrong.
    public let kind: Kind

    /// A fault.
    public init(sequence: UInt64, kind: Kind) {
        self.sequence = sequence
        self.ledger = nil
        self.kind = kind
    }

    /// A fault of the ledger.
    init(ledger: UInt64, kind: Kind) {
        sequence = 0
        self.ledger = ledger
        self.kind = kind
    }
}

extension JournalFault: CustomStringConvertible {
    /// What is wrong and where, without any value of a record.
    public var description: String {
        switch kind {
        case .missing(let through) where through > place: "\(noun)s \(place) to \(through) are missing"
        case .missing: "\(name) is missing"
        case .alteredRecord: "\(name) is not the one that was written"
        case .brokenChain: "\(name) has another hash than the one that was written"
        case .otherThanSealed: "\(name) is not the one that was sealed"
        case .otherThanAnchor: "\(name) is not the one that was kept elsewhere: the journal was written anew"
        case .unreadable(let what): "\(name) cannot be read: \(what)"
        case .undecodableBody(let why): "\(name) was stored with a body that does not decode: \(why)"
        case .foreignRow: "a row stands before \(noun) 1, where no \(noun) can be"
        case .otherTag: "\(name) has another tag than the one that was written"
        case .otherThanCheckpoint(let entry): "\(name) is not the one of the checkpoint in ledger entry \(entry)"
        case .otherThanWitness:
            "\(name) is not the one of the checkpoint that was kept elsewhere: the journal was forked or rolled back"
        case .unexplainedLoss(let missing, let explained):
            "\(missing) records are told as dropped, the ledger accounts for \(explained)"
        case .rolledBack: "\(name) says less than the checkpoint before it"
        case .unsigned: "\(name) is not signed, or no checkpoint up to it is"
        case .wrongSignature: "\(name) has a signature that does not fit"
        case .otherSigner: "\(name) is signed with another key than the one that was named"
        case .otherOpenings: "\(name) does not tell the last opening of the journal"
        }
    }

    private var place: UInt64 { ledger ?? sequence }
    private var noun: String { ledger == nil ? "record" : "ledger entry" }
    private var name: String { "\(noun) \(place)" }
}
