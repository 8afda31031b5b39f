import Glibc

/// A folder of the recorder's, and what is done with files in it.
struct Folder {
    let path: String

    /// The names in it, sorted: those that are not hidden, or those that are.
    func names(hidden: Bool = false) throws(HCIError) -> [String] {
        guard let directory = unsafe opendir(path) else { throw SegmentFile.error(errno, "read the folder \(path)") }
        defer { unsafe closedir(directory) }
        var names: [String] = []
        while let entry = unsafe readdir(directory) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { field in
                unsafe field.withMemoryRebound(to: CChar.self, capacity: Int(NAME_MAX) + 1) {
                    unsafe String(cString: $0)
                }
            }
            if name.hasPrefix(".") == hidden, name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// The path of a file in it.
    func file(_ name: String) -> String { "\(path)/\(name)" }

    /// The size of a file in it; zero when it is none.
    func bytes(_ name: String) -> Int {
        var status = stat()
        return unsafe lstat(file(name), &status) == 0 ? Int(status.st_size) : 0
    }

    /// Makes it, for its owner alone; nothing when it is there.
    func make() throws(HCIError) {
        guard unsafe mkdir(path, 0o700) == 0 || errno == EEXIST else {
            throw SegmentFile.error(errno, "make the folder \(path)")
        }
    }

    /// Has the disk keep which files are in it.
    func synchronise() throws(HCIError) {
        let descriptor = unsafe open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw SegmentFile.error(errno, "store the folder \(path)") }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 || errno == EINVAL else {
            throw SegmentFile.error(errno, "store the folder \(path)")
        }
    }

    /// Removes a file of it, if it is there.
    func remove(_ name: String) { unsafe unlink(file(name)) }

    /// Removes it with its files.
    func removeAll() throws(HCIError) {
        for name in try names() { remove(name) }
        guard unsafe rmdir(path) == 0 else { throw SegmentFile.error(errno, "remove the folder \(path)") }
    }

    /// Moves a file into another folder, and has the disk keep it there. Between file systems it is copied.
    func move(_ name: String, to other: Folder) throws(HCIError) {
        let (source, target) = (file(name), other.file(name))
        if unsafe rename(source, target) != 0 {
            guard errno == EXDEV else { throw SegmentFile.error(errno, "move \(source) to \(target)") }
            do {
                try copy(source, target)
            } catch {
                other.remove(name)
                throw error
            }
            return remove(name)
        }
        let descriptor = unsafe open(target, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw SegmentFile.error(errno, "store \(target)") }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 || errno == EINVAL else { throw SegmentFile.error(errno, "store \(target)") }
    }

    private func copy(_ source: String, _ target: String) throws(HCIError) {
        let input = unsafe open(source, O_RDONLY | O_CLOEXEC)
        guard input >= 0 else { throw SegmentFile.error(errno, "open \(source)") }
        defer { close(input) }
        let output = unsafe open(target, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard output >= 0 else { throw SegmentFile.error(errno, "create \(target)") }
        defer { close(output) }
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = unsafe read(input, &buffer, buffer.count)
            guard count >= 0 else { throw SegmentFile.error(errno, "read \(source)") }
            if count == 0 { break }
            var written = 0
            while written < count {
                let more = unsafe buffer.withUnsafeBytes { bytes in
                    let rest = unsafe UnsafeRawBufferPointer(rebasing: bytes[written..<count])
                    return unsafe write(output, rest.baseAddress, rest.count)
                }
                guard more >= 0 else { throw SegmentFile.error(errno, "write \(target)") }
                written += more
            }
        }
        guard fsync(output) == 0 || errno == EINVAL else { throw SegmentFile.error(errno, "store \(target)") }
    }
}
