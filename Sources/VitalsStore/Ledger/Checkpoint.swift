import Crypto
import Foundation
public import VitalsCore
import VitalsJSON
import VitalsModel

/// The heads of both chains at one moment, as a note that can be signed and kept elsewhere.
///
/// The note has the form of a transparency log's checkpoint (C2SP tlog-checkpoint and signed-note): origin, size, root,
/// and the ledger's head as an extension line:
///
///     vitalsd/GATEWAY/EPOCH
///     SEQUENCE
///     BASE64(root)
///     ledger NUMBER BASE64(hash)
///
///     — vitalsd/GATEWAY/EPOCH BASE64(key hash ‖ signature)
///
/// The root is the chain's hash at the record; of a sealed journal a commitment to it (`ChainCover`).
public struct Checkpoint: Hashable, Sendable {
    /// Which journal.
    public let identity: JournalIdentity
    /// The last record, 0 in an empty journal.
    public let records: UInt64
    /// What stands for all records up to it, 32 bytes.
    public let root: [UInt8]
    /// Whether the root is a commitment, which takes the journal's key to compare; nil where nobody says.
    let isCovered: Bool?
    /// The ledger's last entry before this one.
    public let ledger: UInt64
    /// Its hash, 32 bytes.
    public let ledgerRoot: [UInt8]
    /// Who says that it signed: an Ed25519 public key of 32 bytes; nil of a checkpoint that nobody signed.
    public private(set) var signer: [UInt8]?
    /// The signature, 64 bytes.
    public private(set) var signature: [UInt8]?

    init(
        identity: JournalIdentity, records: UInt64, root: [UInt8], isCovered: Bool?, ledger: UInt64,
        ledgerRoot: [UInt8]
    ) {
        self.identity = identity
        self.records = records
        self.root = root
        self.isCovered = isCovered
        self.ledger = ledger
        self.ledgerRoot = ledgerRoot
    }

    /// Whether both speak of the same heads under the same signature, be they read of an entry or of a note, which tells
    /// less.
    func saysTheSame(as other: Checkpoint) -> Bool {
        guard signature == other.signature || signature == nil || other.signature == nil else { return false }
        return identity == other.identity && records == other.records && root == other.root && ledger == other.ledger
            && ledgerRoot == other.ledgerRoot
    }

    /// Reads a ledger entry; nil when it is no checkpoint.
    public init?(_ entry: LedgerEntry, of identity: JournalIdentity) {
        guard entry.kind == .checkpoint, let json = try? JSONParser.parse(entry.body) else { return nil }
        self.init(json, of: identity, signature: entry.signature)
    }

    /// Reads the message in which an entry is published, as the far side has it; nil when it is none of a checkpoint.
    public init?(published message: [UInt8]) {
        guard let json = try? JSONParser.parse(message),
            json["kind"]?.string == LedgerEntry.Kind.checkpoint.rawValue, let gateway = json["gateway"]?.string,
            let epoch = json["epoch"]?.string, let body = json["ledger"]
        else { return nil }
        self.init(
            body, of: JournalIdentity(gateway: gateway, epoch: epoch),
            signature: json["signature"]?.string.flatMap { Hex.bytes($0) })
    }

    /// Reads an entry's body.
    private init?(_ json: JSONValue, of identity: JournalIdentity, signature: [UInt8]?) {
        guard let records = Self.number(json["records"]), let root = Self.hash(json["root"]),
            let isCovered = json["covered"]?.bool, let ledger = Self.number(json["ledger"]),
            let ledgerRoot = Self.hash(json["ledger_root"])
        else { return nil }
        self.init(
            identity: identity, records: records, root: root, isCovered: isCovered, ledger: ledger,
            ledgerRoot: ledgerRoot)
        if let text = json["signer"]?.string {
            guard let signer = Hex.bytes(text) else { return nil }
            self.signer = signer
        }
        self.signature = signature
    }

    /// Reads `signedNote`; nil for anything else. A signature in it is not checked here, and not kept: it is compared with
    /// the journal's own entry.
    public init?(note: String) {
        let lines = note.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.count >= 4 else { return nil }
        let origin = lines[0].split(separator: "/", omittingEmptySubsequences: false)
        let extent = lines[3].split(separator: " ", omittingEmptySubsequences: false)
        guard origin.count == 3, origin[0] == "vitalsd", let records = UInt64(lines[1]),
            let root = Data(base64Encoded: String(lines[2])), root.count == RecordChain.byteCount,
            extent.count == 3, extent[0] == "ledger", let ledger = UInt64(extent[1]),
            let ledgerRoot = Data(base64Encoded: String(extent[2])), ledgerRoot.count == RecordChain.byteCount
        else { return nil }
        self.init(
            identity: JournalIdentity(gateway: String(origin[1]), epoch: String(origin[2])), records: records,
            root: Array(root), isCovered: nil, ledger: ledger, ledgerRoot: Array(ledgerRoot))
    }

    /// The number of records that an entry's body names.
    static func records(_ body: [UInt8]) -> UInt64? {
        (try? JSONParser.parse(body)).flatMap { number($0["records"]) }
    }

    /// The lines that are signed.
    public var text: String {
        """
        \(origin)
        \(records)
        \(Data(root).base64EncodedString())
        ledger \(ledger) \(Data(ledgerRoot).base64EncodedString())

        """
    }

    /// The note with its signature, to be kept elsewhere; without one when there is none.
    public var signedNote: String {
        guard let signer, let signature else { return text + "\n" }
        return text + "\n— \(origin) \(Data(keyHash(signer) + signature).base64EncodedString())\n"
    }

    /// Whether the signature is one of this key.
    public func isSigned(by publicKey: [UInt8]) -> Bool {
        guard let signature else { return false }
        return CheckpointSigner.isSigned(text, signature, publicKey: publicKey)
    }

    /// The entry for the ledger. What each sink has had acknowledged stands there too, up to the first gap: the table of
    /// it is in no chain, so who salvages a damaged journal believes this.
    func note(signedBy signer: CheckpointSigner?, acknowledged: [String: UInt64]) throws -> LedgerNote {
        let body = LedgerNote(.checkpoint) { writer in
            writer.member(
                "acknowledged",
                object: { writer in
                    for (sink, through) in acknowledged.sorted(by: { $0.key < $1.key }) {
                        writer.member(sink, through)
                    }
                })
            writer.member("covered", isCovered == true)
            writer.member("ledger", ledger)
            writer.member("ledger_root", Hex.string(ledgerRoot))
            writer.member("records", records)
            writer.member("root", Hex.string(root))
            if let signer { writer.member("signer", Hex.string(signer.publicKey)) }
        }.body
        return LedgerNote(.checkpoint, body: body, signature: try signer?.signature(of: text))
    }

    private var origin: String { "vitalsd/\(identity.gateway)/\(identity.epoch)" }

    /// The first four bytes of SHA-256(name ‖ 0A ‖ 01 ‖ public key), as signed-note has it for Ed25519.
    private func keyHash(_ publicKey: [UInt8]) -> [UInt8] {
        Array(SHA256.hash(data: Array(origin.utf8) + [0x0A, 0x01] + publicKey).prefix(4))
    }

    private static func number(_ value: JSONValue?) -> UInt64? { value?.number.flatMap { UInt64($0.text) } }

    private static func hash(_ value: JSONValue?) -> [UInt8]? {
        guard let bytes = value?.string.flatMap({ Hex.bytes($0) }), bytes.count == RecordChain.byteCount else {
            return nil
        }
        return bytes
    }
}
