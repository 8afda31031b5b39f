import GRDBSQLite
import Synchronization

extension SimulatedDisk {
    /// Opens a file for SQLite, and makes it where the flags say so.
    func open(_ path: String, flags: Int32) -> Result<OpenDiskFile, DiskRefusal> {
        state.withLock { state in
            do throws(DiskRefusal) {
                if state.disk.names[path] == nil {
                    guard flags & SQLITE_OPEN_CREATE != 0 else {
                        try state.admit(.open, generation: nil)
                        return .failure(.absent)
                    }
                    try state.change(.open, .create(path), generation: nil)
                } else {
                    try state.admit(.open, generation: nil)
                    if state.isReadOnly, flags & SQLITE_OPEN_READWRITE != 0 { throw state.trouble(.readOnly) }
                }
                guard let node = state.disk.names[path] else { throw .absent }
                defer { state.nextHold += 1 }
                return .success(
                    OpenDiskFile(
                        disk: self, node: node, path: path, generation: state.generation, holder: state.nextHold,
                        flags: flags))
            } catch {
                return .failure(error)
            }
        }
    }
}
