import GRDBSQLite

/// What SQLite holds of an open file: its own part first, as `sqlite3_vfs.szOsFile` wants it.
@unsafe struct DiskFileHandle {
    var base: sqlite3_file
    var file: Unmanaged<OpenDiskFile>?

    private typealias Handle = UnsafeMutablePointer<sqlite3_file>

    private static func with(_ handle: Handle?, _ body: (OpenDiskFile) -> Int32) -> Int32 {
        guard let handle = unsafe handle else { return SQLITE_MISUSE }
        let own = unsafe UnsafeMutableRawPointer(handle).assumingMemoryBound(to: DiskFileHandle.self)
        guard let file = unsafe own.pointee.file else { return SQLITE_MISUSE }
        return unsafe body(file.takeUnretainedValue())
    }

    /// The functions on an open file (https://www.sqlite.org/c3ref/io_methods.html). Never freed.
    nonisolated(unsafe) static let methods: UnsafeMutablePointer<sqlite3_io_methods> = {
        let methods = UnsafeMutablePointer<sqlite3_io_methods>.allocate(capacity: 1)
        unsafe methods.initialize(to: sqlite3_io_methods())
        unsafe methods.pointee.iVersion = 2
        unsafe methods.pointee.xClose = { unsafe DiskFileHandle.close($0) }
        unsafe methods.pointee.xRead = { handle, target, count, offset in
            unsafe DiskFileHandle.with(handle) { file in
                unsafe file.read(
                    into: UnsafeMutableRawBufferPointer(start: target, count: Int(count)), at: offset)
            }
        }
        unsafe methods.pointee.xWrite = { handle, source, count, offset in
            unsafe DiskFileHandle.with(handle) { file in
                let bytes = unsafe [UInt8](UnsafeRawBufferPointer(start: source, count: Int(count)))
                return file.write(bytes, at: offset)
            }
        }
        unsafe methods.pointee.xTruncate = { handle, size in
            unsafe DiskFileHandle.with(handle) { $0.truncate(to: size) }
        }
        unsafe methods.pointee.xSync = { handle, _ in unsafe DiskFileHandle.with(handle) { $0.synchronise() } }
        unsafe methods.pointee.xFileSize = { handle, answer in
            unsafe DiskFileHandle.with(handle) { file in
                guard let size = file.size else { return DiskResult.size }
                unsafe answer?.pointee = size
                return SQLITE_OK
            }
        }
        unsafe methods.pointee.xLock = { handle, level in unsafe DiskFileHandle.with(handle) { $0.lock(level) } }
        unsafe methods.pointee.xUnlock = { handle, level in unsafe DiskFileHandle.with(handle) { $0.unlock(level) } }
        unsafe methods.pointee.xCheckReservedLock = { handle, answer in
            unsafe DiskFileHandle.with(handle) { file in
                unsafe answer?.pointee = file.isReserved ? 1 : 0
                return SQLITE_OK
            }
        }
        unsafe methods.pointee.xFileControl = { _, _, _ in SQLITE_NOTFOUND }
        unsafe methods.pointee.xSectorSize = { _ in Int32(VitalsDiskLimits.sectorBytes) }
        unsafe methods.pointee.xDeviceCharacteristics = { handle in
            unsafe DiskFileHandle.with(handle) { $0.disk.isPowersafe ? SQLITE_IOCAP_POWERSAFE_OVERWRITE : 0 }
        }
        unsafe methods.pointee.xShmMap = { handle, index, bytes, extends, answer in
            unsafe DiskFileHandle.with(handle) { file in
                let (code, region) = unsafe file.map(Int(index), bytes: Int(bytes), extends: extends != 0)
                unsafe answer?.pointee = unsafe region
                return code
            }
        }
        unsafe methods.pointee.xShmLock = { handle, first, count, flags in
            unsafe DiskFileHandle.with(handle) { file in
                let mask = UInt16(truncatingIfNeeded: (1 << (first + count)) - (1 << first))
                return file.lockMemory(mask, flags: flags)
            }
        }
        // Every call takes the lock of the disk, which is a barrier.
        unsafe methods.pointee.xShmBarrier = { handle in
            _ = unsafe DiskFileHandle.with(handle) { file in file.isReserved ? 1 : 0 }
        }
        unsafe methods.pointee.xShmUnmap = { handle, isLast in
            unsafe DiskFileHandle.with(handle) { file in
                file.unmap(isLast: isLast != 0)
                return SQLITE_OK
            }
        }
        return unsafe methods
    }()

    private static func close(_ handle: Handle?) -> Int32 {
        guard let handle = unsafe handle else { return SQLITE_MISUSE }
        let own = unsafe UnsafeMutableRawPointer(handle).assumingMemoryBound(to: DiskFileHandle.self)
        guard let file = unsafe own.pointee.file else { return SQLITE_OK }
        unsafe own.pointee.file = nil
        unsafe file.takeRetainedValue().close()
        return SQLITE_OK
    }
}
