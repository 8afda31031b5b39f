internal import Foundation
public import VitalsStore

/// Where the keys are that seal and sign the journal: paths, or names of systemd credentials.
public struct JournalKeyFiles: Hashable, Sendable {
    /// The key that seals; nil when the journal is not sealed.
    public var key: String?
    /// The key before it.
    public var formerKey: String?
    /// The secret that signs; nil when nothing is signed.
    public var signer: String?

    /// None, unless told otherwise.
    public init(key: String? = nil, formerKey: String? = nil, signer: String? = nil) {
        self.key = key
        self.formerKey = formerKey
        self.signer = signer
    }

    /// Reads the keys that seal, for somebody who only reads the journal.
    public func readingProtection() throws(JournalError) -> JournalProtection {
        var protection = JournalProtection()
        if let key { protection.key = try Self.read(key, KeyFile.key) }
        if let formerKey { protection.formerKeys = [try Self.read(formerKey, KeyFile.key)] }
        return protection
    }

    /// Reads all of them, and makes the secret that signs where nothing is at its path.
    public func protection() throws(JournalError) -> JournalProtection {
        var protection = try readingProtection()
        guard let signer else { return protection }
        if !Self.isCredential(signer), !FileManager.default.fileExists(atPath: signer) {
            _ = try KeyFile.create(signer)
        }
        protection.signer = try Self.read(signer, KeyFile.signer)
        return protection
    }

    /// Whether the keys that are there can be used: a daemon that refuses its key at the next boot was checked for nothing. What
    /// systemd hands over is seen by the unit alone.
    public func check() throws(JournalError) {
        func isReachable(_ name: String) -> Bool {
            !Self.isCredential(name) || ProcessInfo.processInfo.environment["CREDENTIALS_DIRECTORY"] != nil
        }
        if let key, isReachable(key) { _ = try Self.read(key, KeyFile.key) }
        if let formerKey, isReachable(formerKey) { _ = try Self.read(formerKey, KeyFile.key) }
        // The daemon makes the one that signs.
        if let signer, isReachable(signer), Self.isCredential(signer) || FileManager.default.fileExists(atPath: signer)
        {
            _ = try Self.read(signer, KeyFile.signer)
        }
    }

    /// A name without a slash is one of a credential, which systemd puts into a directory that it guards.
    private static func isCredential(_ name: String) -> Bool { !name.contains("/") }

    private static func read<Key>(
        _ name: String, _ read: (String, Bool) throws(JournalError) -> Key
    ) throws(JournalError) -> Key {
        guard isCredential(name) else { return try read(name, false) }
        let directory =
            ProcessInfo.processInfo.environment["CREDENTIALS_DIRECTORY"] ?? "/run/credentials/vitalsd.service"
        return try read(directory + "/" + name, true)
    }
}
