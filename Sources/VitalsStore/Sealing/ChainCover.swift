import Crypto
import Foundation
import GRDB
import VitalsCore

/// Covers the hashes that stand outside of records: at the seal of the head, at dropped runs, in checkpoints.
///
/// Of a sealed journal they must not stand in clear: between two hashes with one record between them, whoever guesses
/// that record's body could test the guess. In a journal that is not sealed they stand as they are.
struct ChainCover: Sendable {
    /// Bytes of a hash that is covered: nonce, hash and tag of AES-GCM.
    static let coveredByteCount = 12 + RecordChain.byteCount + 16

    private let box: SymmetricKey?
    private let mac: SymmetricKey?

    /// Nothing is covered.
    static let none = ChainCover(key: nil)

    /// Covers with keys that are derived from this one.
    init(key: SymmetricKey?) {
        box = key.map { Self.derived($0, "cover") }
        mac = key.map { Self.derived($0, "commitment") }
    }

    /// The cover of a journal; none while nothing of it is sealed.
    init(_ unsealer: Unsealer, _ db: Database) throws(StoredRecordFault) {
        guard (try? JournalSchema.hasLedger(db)) == true, (try? KeyRow.read(KeyRow.cover, db)) != nil else {
            self = .none
            return
        }
        self.init(key: try unsealer.key(KeyRow.cover, db))
    }

    /// Whether hashes are covered.
    var isOn: Bool { box != nil }

    /// A hash as it is stored where it has to be read back.
    func cover(_ chain: RecordChain) throws -> [UInt8] {
        guard let box else { return chain.hash }
        guard let combined = try AES.GCM.seal(chain.hash, using: box).combined else {
            throw CryptoKitError.incorrectParameterSize
        }
        return Array(combined)
    }

    /// The hash that was stored, covered or from the time before; nil when it is neither.
    func reveal(_ stored: [UInt8]) -> RecordChain? {
        if let chain = RecordChain(stored: stored) { return chain }
        guard let box, let sealed = try? AES.GCM.SealedBox(combined: stored),
            let hash = try? AES.GCM.open(sealed, using: box)
        else { return nil }
        return RecordChain(stored: Array(hash))
    }

    /// What a checkpoint says of a hash: the hash, or a commitment to it, which tells nothing without the key and is the
    /// same each time.
    func root(_ chain: RecordChain) -> [UInt8] {
        guard let mac else { return chain.hash }
        return Array(HMAC<SHA256>.authenticationCode(for: chain.hash, using: mac))
    }

    private static func derived(_ key: SymmetricKey, _ purpose: String) -> SymmetricKey {
        HKDF<SHA256>.deriveKey(
            inputKeyMaterial: key, info: Array("vitalsd \(purpose)".utf8), outputByteCount: JournalKey.byteCount)
    }
}
