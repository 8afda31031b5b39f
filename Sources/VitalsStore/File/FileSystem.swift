/// What the store does to files that SQLite does not open itself: the writer's lock, the witness, the ballast, and
/// everything that quarantine moves and salvage makes.
///
/// Real adapter: `PosixFileSystem`. Twin: the simulated disk of `VitalsDisk`, which cuts the power at any of these
/// calls. Nothing here is durable before `synchronise`: a file's bytes after that of the file, its name after that of
/// its directory.
public protocol FileSystem: Sendable {
    /// The size of a file in bytes; nil when there is none.
    func size(of path: String) throws(FileSystemError) -> Int64?

    /// Makes a directory for its owner alone (0700), not those above it; fine when it is there.
    func makeDirectory(_ path: String) throws(FileSystemError)

    /// Makes an empty file for its owner alone (0600); false, and nothing else, when there is one.
    func create(_ path: String) throws(FileSystemError) -> Bool

    /// Reads at most so many bytes; fewer where the file ends.
    func read(_ path: String, at offset: Int64, count: Int) throws(FileSystemError) -> [UInt8]

    /// Writes bytes into a file, which is made (0600) when it is not there.
    func write(_ bytes: [UInt8], to path: String, at offset: Int64) throws(FileSystemError)

    /// Makes a file (0600) of so many bytes that really take their place on the disk.
    func allocate(_ path: String, bytes: Int64) throws(FileSystemError)

    /// Returns when the file's bytes, or the directory's names, survive a power cut.
    func synchronise(_ path: String) throws(FileSystemError)

    /// Gives a file another name, at once or not at all; a file of that name is gone.
    func move(_ path: String, to other: String) throws(FileSystemError)

    /// Removes a file; fine when there is none.
    func remove(_ path: String) throws(FileSystemError)

    /// The names in a directory, sorted; none when there is no such directory.
    func list(_ directory: String) throws(FileSystemError) -> [String]

    /// What the disk of this path has left for files of ours, in bytes; nil when it does not say.
    func freeBytes(at path: String) -> Int64?

    /// Takes the lock of a file, which is made (0600) when it is not there; nil when somebody holds it. It falls with
    /// the process.
    func lock(_ path: String) throws(FileSystemError) -> (any FileLock)?
}

/// A lock that is held until it is released, or its last reference is gone.
public protocol FileLock: AnyObject, Sendable {
    /// Lets somebody else take it; more than once is fine.
    func release()
}

/// A call on a file that failed.
public struct FileSystemError: Error, Hashable, Sendable {
    /// What was being done: `open`, `write`, `rename`…
    public let operation: String
    /// The file.
    public let path: String
    /// The system's number for the reason (errno(3)).
    public let number: Int32
    /// The system's words for it.
    public let words: String

    /// A failed call.
    public init(_ operation: String, path: String, number: Int32, words: String) {
        self.operation = operation
        self.path = path
        self.number = number
        self.words = words
    }
}

extension FileSystemError: CustomStringConvertible {
    /// Operation, file and reason in one sentence.
    public var description: String { "\(operation) \(path): \(words)" }
}
