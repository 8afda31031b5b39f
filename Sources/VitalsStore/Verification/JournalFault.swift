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
    }

    /// The record at which it shows; 0 when it lies before the first.
    public let sequence: UInt64
    /// What is wrong.
    public let kind: Kind

    /// A fault.
    public init(sequence: UInt64, kind: Kind) {
        self.sequence = sequence
        self.kind = kind
    }
}

extension JournalFault: CustomStringConvertible {
    /// What is wrong and where, without any value of a record.
    public var description: String {
        switch kind {
        case .missing(let through) where through > sequence: "records \(sequence) to \(through) are missing"
        case .missing: "record \(sequence) is missing"
        case .alteredRecord: "record \(sequence) is not the one that was written"
        case .brokenChain: "record \(sequence) has another hash than the one that was written"
        case .otherThanSealed: "record \(sequence) is not the one that was sealed"
        case .otherThanAnchor: "record \(sequence) is not the one that was kept elsewhere: the journal was written anew"
        case .unreadable(let what): "record \(sequence) cannot be read: \(what)"
        case .undecodableBody(let why): "record \(sequence) was stored with a body that does not decode: \(why)"
        case .foreignRow: "a row stands before record 1, where no record can be"
        }
    }
}
