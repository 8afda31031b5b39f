public import VitalsCore
public import VitalsJSON

/// What is to be told in the ledger; the ledger gives it its number, its stamp and its hash.
public struct LedgerNote: Hashable, Sendable {
    /// What it tells.
    public let kind: LedgerEntry.Kind
    /// One JSON object with sorted members. It holds no patient's value and no secret.
    public let body: [UInt8]
    /// The signature of a checkpoint.
    let signature: [UInt8]?

    /// A note whose members `content` writes, in the order of their names.
    public init(_ kind: LedgerEntry.Kind, _ content: (inout JSONWriter) -> Void) {
        var writer = JSONWriter()
        writer.object(content)
        self.init(kind, body: writer.bytes)
    }

    init(_ kind: LedgerEntry.Kind, body: [UInt8], signature: [UInt8]? = nil) {
        self.kind = kind
        self.body = body
        self.signature = signature
    }
}
