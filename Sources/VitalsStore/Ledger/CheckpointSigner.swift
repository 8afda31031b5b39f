import Crypto
import VitalsModel

/// Signs checkpoints with Ed25519 (RFC 8032).
public struct CheckpointSigner: Sendable {
    private let key: Curve25519.Signing.PrivateKey

    /// The key that others verify with: 32 bytes.
    public var publicKey: [UInt8] { Array(key.publicKey.rawRepresentation) }

    /// A signer from the 32 bytes of a secret; nil for any other number.
    public init?(secret: [UInt8]) {
        guard let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: secret) else { return nil }
        self.key = key
    }

    func signature(of text: String) throws -> [UInt8] { Array(try key.signature(for: Array(text.utf8))) }

    /// Whether a signature of that text was made with the secret that belongs to a public key.
    static func isSigned(_ text: String, _ signature: [UInt8], publicKey: [UInt8]) -> Bool {
        guard let key = try? Curve25519.Signing.PublicKey(rawRepresentation: publicKey) else { return false }
        return key.isValidSignature(signature, for: Array(text.utf8))
    }
}
