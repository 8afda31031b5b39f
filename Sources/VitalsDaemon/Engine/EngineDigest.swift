internal import Crypto
public import VitalsCore
internal import VitalsModel

/// The digest of an engine's configuration, as it stands in starts, findings and alarms.
public enum EngineDigest {
    /// SHA-256 of the configuration's canonical JSON, 64 hexadecimal digits.
    public static func of(_ configuration: EngineConfiguration) -> String {
        Hex.string(SHA256.hash(data: configuration.json))
    }
}
