import Foundation
import VitalsDaemon
import VitalsModel
import VitalsStore

/// What was kept elsewhere, from the words of a command line.
enum VerificationOptions {
    /// Reads all of it; what cannot be read is an error that says how it is made.
    static func evidence(
        anchor: String?, checkpoint: String?, publicKeys: [String]
    ) throws -> JournalVerifier.Evidence {
        JournalVerifier.Evidence(
            anchor: try anchor.map(Self.anchor), checkpoint: try checkpoint.map(Self.checkpoint),
            publicKeys: try publicKeys.map(Self.publicKey))
    }

    private static func anchor(_ text: String) throws -> JournalAnchor {
        guard let anchor = JournalAnchor(text) else {
            throw ToolError(
                "--anchor", "'\(text)' is no anchor",
                remedy: "give \"GATEWAY EPOCH SEQUENCE HASH\", as 'journal verify --print-anchor' writes it",
                status: ExitStatus.usage)
        }
        return anchor
    }

    private static func checkpoint(_ path: String) throws -> Checkpoint {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            throw ToolError(
                "--checkpoint", "'\(path)' cannot be read", remedy: "check the path and its permissions",
                status: ExitStatus.usage)
        }
        // Of several messages, one a line as subscribers write them, the last one says the most.
        let published = text.split(separator: "\n").compactMap { Checkpoint(published: Array($0.utf8)) }.last
        guard let checkpoint = published ?? Checkpoint(note: text) else {
            throw ToolError(
                "--checkpoint", "'\(path)' holds no checkpoint",
                remedy: "give a file with a message of vitals/v1/GATEWAY/journal/checkpoint, or with a note, as "
                    + "'journal verify --print-checkpoint' writes it",
                status: ExitStatus.usage)
        }
        return checkpoint
    }

    private static func publicKey(_ text: String) throws -> [UInt8] {
        guard let key = Hex.bytes(text), key.count == 32 else {
            throw ToolError(
                "--public-key", "'\(text)' is no public key",
                remedy: "give 64 hexadecimal digits, as 'journal key show' writes them", status: ExitStatus.usage)
        }
        return key
    }
}
