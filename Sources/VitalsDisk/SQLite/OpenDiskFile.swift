import GRDBSQLite
import Synchronization

/// A file that SQLite has open on a simulated disk. One connection has it, on one thread at a time.
final class OpenDiskFile {
    let disk: SimulatedDisk
    let node: Int
    let path: String
    private let generation: Int
    private let holder: Int
    private let isReadOnly: Bool
    private let isDeletedOnClose: Bool
    /// A log or journal that may be made: its first sync is one of its directory too, as the `unix` VFS does it, which
    /// does not ask whether the file was there already. An earlier process may have made it, and never synced it.
    private var isNameUnsynced: Bool
    private var memory: SharedMemory?

    init(
        disk: SimulatedDisk, node: Int, path: String, generation: Int, holder: Int, flags: Int32
    ) {
        self.disk = disk
        self.node = node
        self.path = path
        self.generation = generation
        self.holder = holder
        isReadOnly = flags & SQLITE_OPEN_READONLY != 0
        isDeletedOnClose = flags & SQLITE_OPEN_DELETEONCLOSE != 0
        isNameUnsynced =
            flags & SQLITE_OPEN_CREATE != 0
            && flags & (SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_SUPER_JOURNAL) != 0
    }

    func close() {
        unmap(isLast: false)
        disk.state.withLock { state in
            guard state.generation == generation else { return }
            state.locks.forget(node, holder: holder)
            if isDeletedOnClose {
                try? state.change(.name, .remove(path, isSynced: false), generation: generation)
            }
        }
    }

    func read(into target: UnsafeMutableRawBufferPointer, at offset: Int64) -> Int32 {
        disk.state.withLock { state in
            do {
                try state.admit(.read, generation: generation)
            } catch {
                return DiskResult.read
            }
            let bytes = state.disk.nodes[node]?.bytes ?? []
            let start = Int(clamping: offset)
            let count = max(0, min(target.count, bytes.count - start))
            unsafe bytes.withUnsafeBytes { source in
                guard count > 0 else { return }
                unsafe target.copyMemory(from: UnsafeRawBufferPointer(rebasing: source[start..<start + count]))
            }
            guard count < target.count else { return SQLITE_OK }
            unsafe UnsafeMutableRawBufferPointer(rebasing: target[count...]).initializeMemory(
                as: UInt8.self, repeating: 0)
            return DiskResult.shortRead
        }
    }

    func write(_ bytes: [UInt8], at offset: Int64) -> Int32 {
        let start = Int(clamping: offset)
        guard !isReadOnly, start >= 0, start <= VitalsDiskLimits.fileBytesMax else { return DiskResult.write }
        return disk.state.withLock { state in
            let size = state.disk.nodes[node]?.bytes.count ?? 0
            return Self.answer(DiskResult.write) { () throws(DiskRefusal) in
                try state.change(
                    .write, .change(node, .write(offset: start, bytes: bytes)),
                    growth: max(0, start + bytes.count - size), generation: generation)
            }
        }
    }

    func truncate(to size: Int64) -> Int32 {
        disk.state.withLock { state in
            Self.answer(DiskResult.truncate) { () throws(DiskRefusal) in
                try state.change(
                    .truncate, .change(node, .truncate(size: max(0, Int(clamping: size)))), generation: generation)
            }
        }
    }

    func synchronise() -> Int32 {
        disk.state.withLock { state in
            Self.answer(DiskResult.sync) { () throws(DiskRefusal) in
                try state.synchronise(node, withName: isNameUnsynced, generation: generation)
                isNameUnsynced = false
            }
        }
    }

    var size: Int64? {
        disk.state.withLock { state in
            guard state.isPowered, state.generation == generation else { return nil }
            return state.disk.nodes[node].map { Int64($0.bytes.count) }
        }
    }

    func lock(_ level: Int32) -> Int32 {
        disk.state.withLock { state in
            guard state.isPowered, state.generation == generation else { return DiskResult.lock }
            return state.locks.lock(node, holder: holder, level: level) ? SQLITE_OK : SQLITE_BUSY
        }
    }

    func unlock(_ level: Int32) -> Int32 {
        disk.state.withLock { state in
            if state.generation == generation { state.locks.unlock(node, holder: holder, level: level) }
            return SQLITE_OK
        }
    }

    var isReserved: Bool { disk.state.withLock { $0.locks.isReserved(node) } }

    func map(_ index: Int, bytes: Int, extends: Bool) -> (Int32, UnsafeMutableRawPointer?) {
        if memory == nil {
            memory = disk.state.withLock { state in
                guard state.isPowered, state.generation == generation else { return nil }
                let memory = state.memories[node] ?? SharedMemory()
                memory.holders.insert(holder)
                state.memories[node] = memory
                return memory
            }
        }
        let isAdmitted = disk.state.withLock { state in
            (try? state.admit(.memory, generation: generation)) != nil
        }
        guard let memory, isAdmitted else { return (DiskResult.memoryMap, nil) }
        // The place as a number: a pointer does not cross a lock.
        let place = disk.state.withLock { _ in
            unsafe memory.region(index, bytes: bytes, extends: extends).map { UInt(bitPattern: $0) }
        }
        return unsafe (SQLITE_OK, place.flatMap { unsafe UnsafeMutableRawPointer(bitPattern: $0) })
    }

    func lockMemory(_ mask: UInt16, flags: Int32) -> Int32 {
        disk.state.withLock { state in
            guard state.isPowered, state.generation == generation else { return DiskResult.memoryLock }
            if flags & SQLITE_SHM_UNLOCK != 0 {
                state.locks.release(node, holder: holder, mask: mask)
                return SQLITE_OK
            }
            let isTaken = state.locks.take(
                node, holder: holder, mask: mask, isExclusive: flags & SQLITE_SHM_EXCLUSIVE != 0)
            return isTaken ? SQLITE_OK : SQLITE_BUSY
        }
    }

    /// The memory is freed with its last holder, as that of a process is.
    func unmap(isLast: Bool) {
        guard let memory else { return }
        disk.state.withLock { state in
            memory.holders.remove(holder)
            if state.generation == generation, memory.holders.isEmpty { state.memories[node] = nil }
        }
        self.memory = nil
    }

    private static func answer(_ failure: Int32, _ body: () throws(DiskRefusal) -> Void) -> Int32 {
        do {
            try body()
            return SQLITE_OK
        } catch {
            return error == .full ? SQLITE_FULL : failure
        }
    }
}
