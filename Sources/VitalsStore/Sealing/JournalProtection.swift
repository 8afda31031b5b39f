/// How a journal is protected: sealed, signed, both, or neither.
public struct JournalProtection: Sendable {
    /// The key that seals; nil leaves bodies readable.
    public var key: JournalKey?
    /// Keys that sealed before it: what they wrapped is wrapped anew when the journal is opened for writing.
    public var formerKeys: [JournalKey]
    /// What signs the checkpoints; nil leaves them unsigned.
    public var signer: CheckpointSigner?

    /// Neither sealed nor signed, unless told otherwise.
    public init(key: JournalKey? = nil, formerKeys: [JournalKey] = [], signer: CheckpointSigner? = nil) {
        self.key = key
        self.formerKeys = formerKeys
        self.signer = signer
    }

    /// All keys by their identifiers.
    var keys: [String: JournalKey] {
        var keys = Dictionary(formerKeys.map { ($0.id, $0) }) { $1 }
        if let key { keys[key.id] = key }
        return keys
    }
}
