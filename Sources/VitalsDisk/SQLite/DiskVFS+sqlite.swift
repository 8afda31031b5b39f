import GRDBSQLite
import Synchronization

/// The VFS that SQLite opens files with (https://www.sqlite.org/vfs.html): the process's default one, which hands
/// everything outside simulated disks to the one that was the default before.
enum DiskVFS {
    /// Registers the VFS; once, however often it is called.
    static func register() { _ = isRegistered }

    /// Whether SQLite took it.
    static let isRegistered: Bool = {
        guard let system = unsafe sqlite3_vfs_find(nil) else { return false }
        let vfs = UnsafeMutablePointer<sqlite3_vfs>.allocate(capacity: 1)
        // The system's functions for what is no file: libraries, sleep, time.
        unsafe vfs.initialize(to: system.pointee)
        unsafe vfs.pointee.iVersion = 2
        unsafe vfs.pointee.zName = unsafe UnsafePointer(name)
        unsafe vfs.pointee.pNext = nil
        unsafe vfs.pointee.pAppData = UnsafeMutableRawPointer(system)
        unsafe vfs.pointee.szOsFile = max(system.pointee.szOsFile, Int32(MemoryLayout<DiskFileHandle>.size))
        unsafe vfs.pointee.mxPathname = max(system.pointee.mxPathname, VitalsDiskLimits.pathMax)
        unsafe vfs.pointee.xOpen = { unsafe DiskVFS.open($0, $1, $2, $3, $4) }
        unsafe vfs.pointee.xDelete = { unsafe DiskVFS.remove($0, $1, $2) }
        unsafe vfs.pointee.xAccess = { unsafe DiskVFS.access($0, $1, $2, $3) }
        unsafe vfs.pointee.xFullPathname = { unsafe DiskVFS.fullPath($0, $1, $2, $3) }
        unsafe vfs.pointee.xRandomness = { unsafe DiskVFS.randomness($0, $1, $2) }
        unsafe vfs.pointee.xSleep = { unsafe DiskVFS.sleep($0, $1) }
        return unsafe sqlite3_vfs_register(vfs, 1) == SQLITE_OK
    }()

    /// Never freed: SQLite keeps it as long as the process lives.
    nonisolated(unsafe) private static let name: UnsafeMutablePointer<CChar> = {
        let text = "vitals-disk"
        let name = UnsafeMutablePointer<CChar>.allocate(capacity: text.utf8.count + 1)
        for (index, byte) in text.utf8.enumerated() { unsafe name[index] = CChar(bitPattern: byte) }
        unsafe name[text.utf8.count] = 0
        return unsafe name
    }()

    private typealias VFS = UnsafeMutablePointer<sqlite3_vfs>

    private static func system(_ vfs: VFS?) -> VFS? {
        unsafe vfs?.pointee.pAppData?.assumingMemoryBound(to: sqlite3_vfs.self)
    }

    private static func path(_ name: UnsafePointer<CChar>?) -> String? {
        unsafe name.map { unsafe String(cString: $0) }
    }

    private static func open(
        _ vfs: VFS?, _ name: UnsafePointer<CChar>?, _ file: UnsafeMutablePointer<sqlite3_file>?, _ flags: Int32,
        _ outFlags: UnsafeMutablePointer<Int32>?
    ) -> Int32 {
        guard let path = unsafe path(name), path.hasPrefix(DiskMounts.prefix) else {
            guard let system = unsafe system(vfs), let open = unsafe system.pointee.xOpen else {
                return SQLITE_CANTOPEN
            }
            return unsafe open(system, name, file, flags, outFlags)
        }
        guard let file = unsafe file else { return SQLITE_MISUSE }
        // No methods: SQLite does not close what was not opened.
        unsafe file.pointee.pMethods = nil
        guard let disk = DiskMounts.disk(of: path) else { return SQLITE_CANTOPEN }
        switch disk.open(path, flags: flags) {
        case .success(let open):
            unsafe outFlags?.pointee = flags
            let handle = unsafe UnsafeMutableRawPointer(file).assumingMemoryBound(to: DiskFileHandle.self)
            unsafe handle.pointee.file = unsafe Unmanaged.passRetained(open)
            unsafe file.pointee.pMethods = unsafe UnsafePointer(DiskFileHandle.methods)
            return SQLITE_OK
        case .failure(.full): return SQLITE_FULL
        case .failure(.absent), .failure(.readOnly): return SQLITE_CANTOPEN
        case .failure: return SQLITE_IOERR
        }
    }

    private static func remove(_ vfs: VFS?, _ name: UnsafePointer<CChar>?, _ syncsDirectory: Int32) -> Int32 {
        guard let path = unsafe path(name), path.hasPrefix(DiskMounts.prefix) else {
            guard let system = unsafe system(vfs), let delete = unsafe system.pointee.xDelete else {
                return SQLITE_IOERR
            }
            return unsafe delete(system, name, syncsDirectory)
        }
        guard let disk = DiskMounts.disk(of: path) else { return DiskResult.delete }
        return disk.state.withLock { state in
            guard state.disk.names[path] != nil else { return DiskResult.nothingToDelete }  // SQLITE_IOERR_DELETE_NOENT
            do {
                try state.change(.name, .remove(path, isSynced: syncsDirectory != 0), generation: nil)
                return SQLITE_OK
            } catch {
                return DiskResult.delete
            }
        }
    }

    private static func access(
        _ vfs: VFS?, _ name: UnsafePointer<CChar>?, _ flags: Int32, _ answer: UnsafeMutablePointer<Int32>?
    ) -> Int32 {
        guard let path = unsafe path(name), path.hasPrefix(DiskMounts.prefix) else {
            guard let system = unsafe system(vfs), let access = unsafe system.pointee.xAccess else {
                return SQLITE_IOERR
            }
            return unsafe access(system, name, flags, answer)
        }
        guard let disk = DiskMounts.disk(of: path) else { return DiskResult.access }
        let (size, isWritable) = disk.state.withLock { state in
            (state.disk.names[path].flatMap { state.disk.nodes[$0]?.bytes.count }, !state.isReadOnly)
        }
        // An empty file does not exist, as the `unix` VFS has it: an empty log is no log.
        let isThere = flags == SQLITE_ACCESS_EXISTS ? (size ?? 0) > 0 : size != nil && isWritable
        unsafe answer?.pointee = isThere ? 1 : 0
        return SQLITE_OK
    }

    private static func fullPath(
        _ vfs: VFS?, _ name: UnsafePointer<CChar>?, _ bytes: Int32, _ answer: UnsafeMutablePointer<CChar>?
    ) -> Int32 {
        guard let path = unsafe path(name), path.hasPrefix(DiskMounts.prefix) else {
            guard let system = unsafe system(vfs), let full = unsafe system.pointee.xFullPathname else {
                return SQLITE_CANTOPEN
            }
            return unsafe full(system, name, bytes, answer)
        }
        let characters = path.utf8CString
        guard let answer = unsafe answer, characters.count <= Int(bytes) else { return SQLITE_CANTOPEN }
        for (index, character) in characters.enumerated() { unsafe answer[index] = character }
        return SQLITE_OK
    }

    /// In a simulation nobody else could let go of a lock meanwhile: SQLite counts the time that it asked for.
    private static func sleep(_ vfs: VFS?, _ microseconds: Int32) -> Int32 {
        guard !DiskDice.isSeeded, let system = unsafe system(vfs), let sleep = unsafe system.pointee.xSleep else {
            return microseconds
        }
        return unsafe sleep(system, microseconds)
    }

    /// SQLite's own dice fall as the simulation's seed says, once it has set one.
    private static func randomness(_ vfs: VFS?, _ count: Int32, _ answer: UnsafeMutablePointer<CChar>?) -> Int32 {
        if let answer = unsafe answer, let bytes = DiskDice.draw(Int(count)) {
            for (index, byte) in bytes.enumerated() { unsafe answer[index] = CChar(bitPattern: byte) }
            return count
        }
        guard let system = unsafe system(vfs), let random = unsafe system.pointee.xRandomness else { return 0 }
        return unsafe random(system, count, answer)
    }
}
