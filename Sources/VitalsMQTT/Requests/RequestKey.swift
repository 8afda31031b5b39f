import Crypto
import VitalsModel

/// The secret that a gateway shares with the far side: who holds it may ask for records again, and say what is applied.
public struct RequestKey: Sendable {
    private let key: SymmetricKey

    /// A key of these bytes; nil when there are too few to be a secret.
    public init?(_ bytes: [UInt8]) {
        guard bytes.count >= VitalsMQTTLimits.requestKeyBytesMin else { return nil }
        key = SymmetricKey(data: bytes)
    }

    /// Reads a file that nobody else may read; one line break at its end is dropped. The key appears in no error.
    public init(file path: String) throws(MQTTError) {
        let content = try PasswordFile.read(path, as: "request key")
        guard content.warning == nil else {
            throw MQTTError(
                .unreadableFile, operation: "read the request key \(path)",
                message: "others may read it, so it proves nothing; chmod 0600 it, or make a new one")
        }
        guard let key = RequestKey(Array(content.password.utf8)) else {
            throw MQTTError(
                .unreadableFile, operation: "read the request key \(path)",
                message: "it holds fewer than \(VitalsMQTTLimits.requestKeyBytesMin) characters; make one with"
                    + " `openssl rand -hex 32`")
        }
        self = key
    }

    /// HMAC-SHA256 (RFC 2104) of a text, in lower-case hexadecimal digits.
    func code(of text: String) -> String {
        Hex.string(Array(HMAC<SHA256>.authenticationCode(for: Array(text.utf8), using: key)))
    }

    /// Whether the code is that of the text; takes the same time wherever it differs.
    func verifies(_ code: String, of text: String) -> Bool {
        guard let bytes = Hex.bytes(code) else { return false }
        return HMAC<SHA256>.isValidAuthenticationCode(bytes, authenticating: Array(text.utf8), using: key)
    }
}
