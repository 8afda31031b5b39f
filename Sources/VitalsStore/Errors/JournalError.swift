/// What went wrong with a journal, where, and what to do. It never holds a value of a record.
public struct JournalError: Error, Hashable, Sendable {
    /// What went wrong.
    public enum Code: Hashable, Sendable {
        /// A gateway's name is not 1 to 64 of `A-Z a-z 0-9 _ -`, or an epoch not 16 lower-case hexadecimal digits.
        case invalidName(String)
        /// The directory or the file cannot be made; the system's word for it.
        case cannotCreate(String)
        /// There is no such file.
        case absent
        /// The file cannot be opened or written: permissions, or a read-only file system.
        case noAccess
        /// Another process has the journal open for writing.
        case inUse
        /// The file is something else.
        case notAJournal
        /// A newer version wrote it.
        case newerFormat(found: Int64, known: Int64)
        /// It is the journal of another gateway.
        case otherGateway(String)
        /// The file is damaged; the record at which that showed, if one can be named.
        case damaged(sequence: UInt64?, what: String)
        /// A batch does not continue the journal.
        case outOfSequence(expected: UInt64, found: UInt64)
        /// A record with this sequence is there, and is another one.
        case differs(sequence: UInt64)
        /// An acknowledgement of a sequence that no record can have.
        case invalidAcknowledgement
        /// The disk is full.
        case diskFull
        /// Reading or writing failed.
        case inputOutput
        /// A lock was not released in time.
        case busy
        /// A read took so long that it was ended, for the WAL file's sake.
        case readTooLong
        /// The journal was closed.
        case closed
        /// The journal is sealed, and no key was given; the identifier of the one that is needed.
        case sealed(key: String)
        /// The journal is sealed with another key than those that were given.
        case otherKey(needed: String, given: String)
        /// A key file cannot be used, and why.
        case unusableKey(String)
        /// Any other SQLite error, by its extended result code.
        case sqlite(Int32)
    }

    /// What went wrong.
    public let code: Code
    /// What was being done: `open`, `append`, `read`…
    public let operation: String
    /// The journal's file.
    public let path: String
    /// SQLite's own words, where it gave any.
    public let detail: String?

    init(_ code: Code, _ operation: String, path: String, detail: String? = nil) {
        self.code = code
        self.operation = operation
        self.path = path
        self.detail = detail
    }

    /// What is damaged, when that is what is wrong.
    public var damage: String? {
        guard case .damaged(let sequence, let what) = code else { return nil }
        return sequence.map { "\(what), at record \($0)" } ?? what
    }

    /// Whether nothing is lost and the same operation may work later, without opening the journal again. After a failed
    /// write or sync nobody knows what the disk holds, so that is not one of them.
    public var isTransient: Bool { code == .diskFull || code == .busy }

    /// Whether the operation may work later, once the journal was opened anew and was found to be as it was committed: the
    /// disk failed, or was made read-only, or a limit of the process was reached.
    public var isRecoverable: Bool {
        switch code {
        case .noAccess, .inputOutput, .absent, .cannotCreate, .sqlite: true
        default: isTransient
        }
    }
}

extension JournalError: CustomStringConvertible {
    /// What, where and what to do, in one sentence.
    public var description: String {
        let words = detail.map { " (\($0))" } ?? ""
        return "journal \(path): \(operation): \(sentence)\(words)"
    }

    private var sentence: String {
        switch code {
        case .invalidName(let name):
            "'\(name)' is no valid name: use 1 to \(VitalsStoreLimits.gatewayNameMax) of A-Z a-z 0-9 _ -"
        case .cannotCreate(let reason):
            "cannot be created: \(reason); check the path, its directory and their permissions"
        case .absent: "no such file; check the path"
        case .noAccess: "no access; check the permissions of the file and its directory, and that it is not read-only"
        case .inUse: "another process writes it; stop that vitalsd first, or read the journal only"
        case .notAJournal: "not a journal of vitalsd; it was left as it is: choose another path, or move the file away"
        case .newerFormat(let found, let known):
            "format \(found) was written by a newer vitalsd, this one knows \(known); install the newer one"
        case .otherGateway(let gateway):
            "belongs to gateway '\(gateway)'; choose another path, or set that gateway's name"
        case .damaged(let sequence, let what):
            "damaged\(sequence.map { " at record \($0)" } ?? ""): \(what); nothing was deleted: keep the file, and "
                + "take over what is intact with 'vitalsctl journal salvage'"
        case .outOfSequence(let expected, let found):
            "record \(found) does not follow: \(expected) is next; nothing was stored"
        case .differs(let sequence):
            "record \(sequence) is already there with other content; this input, configuration or version is not the "
                + "one that wrote the journal"
        case .invalidAcknowledgement: "sequence 0 cannot be acknowledged; nothing was noted"
        case .diskFull: "the disk is full; free some space, committed records are safe"
        case .inputOutput: "reading or writing failed; check the disk, committed records are verified at the next start"
        case .busy: "another process holds a lock; try again, or find it with 'fuser'"
        case .readTooLong:
            "a read that held the past open for \(VitalsStoreLimits.readSecondsMax) s was ended; read fewer records at a "
                + "time, and try again"
        case .closed: "the journal is closed"
        case .sealed(let key):
            "it is sealed with key \(key), and no key was given; name the file that holds it: key_file in [journal.seal], "
                + "--key-file, or VITALS_JOURNAL_KEY_FILE in the environment"
        case .otherKey(let needed, let given):
            "it is sealed with key \(needed), not with \(given); name the file of that key: key_file in [journal.seal], "
                + "--key-file; to change to a new one name it as the former one"
        case .unusableKey(let reason): "the key cannot be used: \(reason)"
        case .sqlite(let code): "SQLite error \(code)"
        }
    }
}
