import Synchronization
public import VitalsStore

/// The files beside SQLite's, on the same disk. A path that is not below `root` does not exist.
extension SimulatedDisk: FileSystem {
    /// See `FileSystem`.
    public func size(of path: String) throws(FileSystemError) -> Int64? {
        let answer = state.withLock { state -> Result<Int64?, DiskRefusal> in
            guard state.isPowered else { return .failure(.noPower) }
            return .success(state.disk.names[path].flatMap { state.disk.nodes[$0] }.map { Int64($0.bytes.count) })
        }
        return try get(answer, "stat", path)
    }

    /// Directories are there when somebody asks for them.
    public func makeDirectory(_ path: String) throws(FileSystemError) {
        let answer = state.withLock { $0.isPowered ? Result<Void, DiskRefusal>.success(()) : .failure(.noPower) }
        try get(answer, "mkdir", path)
    }

    /// See `FileSystem`.
    public func create(_ path: String) throws(FileSystemError) -> Bool {
        let answer = state.withLock { state -> Result<Bool, DiskRefusal> in
            do throws(DiskRefusal) {
                guard state.disk.names[path] == nil else {
                    try state.admit(.open, generation: nil)
                    return .success(false)
                }
                try state.change(.open, .create(path), generation: nil)
                return .success(true)
            } catch {
                return .failure(error)
            }
        }
        return try get(answer, "create", path)
    }

    /// See `FileSystem`.
    public func read(_ path: String, at offset: Int64, count: Int) throws(FileSystemError) -> [UInt8] {
        let answer = state.withLock { state -> Result<[UInt8], DiskRefusal> in
            do throws(DiskRefusal) {
                try state.admit(.read, generation: nil)
                guard let node = state.disk.names[path], let file = state.disk.nodes[node] else { throw .absent }
                let start = min(max(0, Int(clamping: offset)), file.bytes.count)
                return .success([UInt8](file.bytes[start...].prefix(max(0, count))))
            } catch {
                return .failure(error)
            }
        }
        return try get(answer, "read", path)
    }

    /// See `FileSystem`.
    public func write(_ bytes: [UInt8], to path: String, at offset: Int64) throws(FileSystemError) {
        try put(path, "write") { _ in .write(offset: max(0, Int(clamping: offset)), bytes: bytes) }
    }

    /// See `FileSystem`. Bytes that are there already stay.
    public func allocate(_ path: String, bytes: Int64) throws(FileSystemError) {
        try put(path, "allocate") { size in
            .write(offset: size, bytes: [UInt8](repeating: 0, count: max(0, Int(clamping: bytes) - size)))
        }
    }

    /// See `FileSystem`.
    public func synchronise(_ path: String) throws(FileSystemError) {
        let answer = state.withLock { state -> Result<Void, DiskRefusal> in
            do throws(DiskRefusal) {
                if let node = state.disk.names[path] {
                    try state.synchronise(node, withName: false, generation: nil)
                } else {
                    try state.change(.sync, .synchroniseNames, generation: nil)
                }
                return .success(())
            } catch {
                return .failure(error)
            }
        }
        try get(answer, "fsync", path)
    }

    /// See `FileSystem`.
    public func move(_ path: String, to other: String) throws(FileSystemError) {
        let answer = state.withLock { state -> Result<Void, DiskRefusal> in
            do throws(DiskRefusal) {
                guard state.disk.names[path] != nil else {
                    try state.admit(.name, generation: nil)
                    throw .absent
                }
                try state.change(.name, .move(path, to: other), generation: nil)
                return .success(())
            } catch {
                return .failure(error)
            }
        }
        try get(answer, "rename", path)
    }

    /// See `FileSystem`.
    public func remove(_ path: String) throws(FileSystemError) {
        let answer = state.withLock { state -> Result<Void, DiskRefusal> in
            do throws(DiskRefusal) {
                guard state.disk.names[path] != nil else { return .success(()) }
                try state.change(.name, .remove(path, isSynced: false), generation: nil)
                return .success(())
            } catch {
                return .failure(error)
            }
        }
        try get(answer, "remove", path)
    }

    /// The names below a directory, of files and of the directories that hold some.
    public func list(_ directory: String) throws(FileSystemError) -> [String] {
        let prefix = directory.hasSuffix("/") ? directory : directory + "/"
        let answer = state.withLock { state -> Result<[String], DiskRefusal> in
            guard state.isPowered else { return .failure(.noPower) }
            let names = state.disk.names.keys.filter { $0.hasPrefix(prefix) }
                .map { String($0.dropFirst(prefix.count).prefix { $0 != "/" }) }
            return .success(Set(names).sorted())
        }
        return try get(answer, "list", directory)
    }

    /// See `FileSystem`.
    public func freeBytes(at path: String) -> Int64? {
        state.withLock { state in state.capacity.map { Int64(max(0, $0 - state.disk.usedBytes)) } }
    }

    /// See `FileSystem`.
    public func lock(_ path: String) throws(FileSystemError) -> (any FileLock)? {
        _ = try create(path)
        let held = state.withLock { state -> (hold: Int, generation: Int)? in
            guard state.heldLocks[path] == nil else { return nil }
            defer { state.nextHold += 1 }
            state.heldLocks[path] = state.nextHold
            return (state.nextHold, state.generation)
        }
        return held.map { DiskFileLock(disk: self, path: path, hold: $0.hold, generation: $0.generation) }
    }

    private func put(_ path: String, _ operation: String, _ change: (Int) -> DiskChange) throws(FileSystemError) {
        let answer = state.withLock { state -> Result<Void, DiskRefusal> in
            do throws(DiskRefusal) {
                if state.disk.names[path] == nil { try state.change(.open, .create(path), generation: nil) }
                guard let node = state.disk.names[path] else { throw .absent }
                let size = state.disk.nodes[node]?.bytes.count ?? 0
                let change = change(size)
                var growth = 0
                if case .write(let offset, let bytes) = change { growth = max(0, offset + bytes.count - size) }
                try state.change(.write, .change(node, change), growth: growth, generation: nil)
                return .success(())
            } catch {
                return .failure(error)
            }
        }
        try get(answer, operation, path)
    }

    private func get<Value>(
        _ answer: Result<Value, DiskRefusal>, _ operation: String, _ path: String
    ) throws(FileSystemError) -> Value {
        switch answer {
        case .success(let value): return value
        case .failure(let refusal):
            let (number, words) = refusal.system
            throw FileSystemError(operation, path: path, number: number, words: words)
        }
    }
}

extension DiskRefusal {
    /// Linux's number and words for it (errno(3)).
    fileprivate var system: (Int32, String) {
        switch self {
        case .noPower, .inputOutput: (5, "Input/output error")
        case .full: (28, "No space left on device")
        case .readOnly: (30, "Read-only file system")
        case .absent: (2, "No such file or directory")
        }
    }
}

/// A lock on a simulated disk. It falls with the process, which a power cut or a kill ends.
private final class DiskFileLock: FileLock {
    private let disk: SimulatedDisk
    private let path: String
    private let hold: Int
    private let generation: Int

    init(disk: SimulatedDisk, path: String, hold: Int, generation: Int) {
        self.disk = disk
        self.path = path
        self.hold = hold
        self.generation = generation
    }

    deinit { release() }

    func release() {
        disk.state.withLock { state in
            guard state.generation == generation, state.heldLocks[path] == hold else { return }
            state.heldLocks[path] = nil
        }
    }
}
