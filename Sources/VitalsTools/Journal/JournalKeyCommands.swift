import Foundation
import VitalsCore
import VitalsDaemon
import VitalsModel
public import VitalsStore

/// What `vitalsctl journal key` does, and the keys that every command reads a sealed journal with.
public enum JournalKeyCommands {
    /// The key to read a journal with: the named file, or the one that the environment names; none without either.
    public static func protection(keyFile: String? = nil) throws -> JournalProtection {
        let named = keyFile ?? ProcessInfo.processInfo.environment["VITALS_JOURNAL_KEY_FILE"]
        guard let named, !named.isEmpty else { return JournalProtection() }
        return JournalProtection(key: try KeyFile.key(named))
    }

    /// Makes a key.
    public static func create(_ path: String, to output: any ByteOutput) throws {
        _ = try KeyFile.create(path)
        try show(path, to: output)
    }

    /// What tells a key from others, and what others verify with.
    public static func show(_ path: String, to output: any ByteOutput) throws {
        let key = try KeyFile.key(path)
        let signer = try KeyFile.signer(path, isCredential: false)
        try output.write("key \(key.id)\npublic key, if it signs: \(Hex.string(signer.publicKey))\n")
    }

    /// Changes a journal to a new key, with the daemon stopped.
    public static func rotate(_ path: String, from: String, to: String, output: any ByteOutput) throws {
        let (old, new) = (try KeyFile.key(from), try KeyFile.key(to))
        guard old.id != new.id else {
            throw ToolError(
                to, "it is the key of \(from)", remedy: "make a new one with 'vitalsctl journal key create FILE'",
                status: ExitStatus.usage)
        }
        let reader = try JournalReader(path: path)
        let gateway = reader.identity.gateway
        let keys = try reader.keyIdentifiers()
        try reader.close()
        guard !keys.isEmpty else {
            throw ToolError(
                path, "it is not sealed", remedy: "name \(to) as key_file in [journal.seal], and start vitalsd",
                status: ExitStatus.configuration)
        }
        guard keys != [new.id] else { return try output.write("already sealed with key \(new.id)\n") }
        let journal = try Journal(
            path: path, gateway: gateway, created: Clock.wall,
            protection: JournalProtection(key: new, formerKeys: [old]),
            clock: { Stamp(monotonic: MonotonicTime(microseconds: 0), wall: Clock.wall, isSynchronised: false) })
        try journal.close()
        try output.write("sealed with key \(new.id); key \(old.id) opens nothing of it any more\n")
    }
}
