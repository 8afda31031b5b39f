import Glibc

/// All wording for error numbers stands here: open(2), read(2), write(2), fsync(2), close(2).
extension FileError {
    /// The error of a system call that has just failed with `number`.
    static func system(_ number: Int32, _ operation: String, _ path: String) -> FileError {
        FileError(
            path: path, operation: operation, fault: .system(number: number, text: text(number)),
            remedy: remedy(number))
    }

    /// The system's words. `strerror` may be overwritten by another thread, `strerror_r` may not.
    private static func text(_ number: Int32) -> String {
        var buffer = [CChar](repeating: 0, count: 128)
        guard unsafe strerror_r(number, &buffer, buffer.count) == 0 else { return "error" }
        let bytes = buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func remedy(_ number: Int32) -> String {
        switch number {
        case ENOENT, ENOTDIR: "check the name"
        case EACCES, EPERM, EROFS: "check the permissions of the file and its folder"
        case EISDIR: "name a file, not a folder"
        case EEXIST: "choose another name, or remove the file first"
        case ENOSPC, EDQUOT: "free space on the disk"
        case EMFILE, ENFILE: "close other files, or raise the limit of open files"
        case EIO: "the disk may be failing: copy the file elsewhere"
        default: "try again, or look at the system's log"
        }
    }
}
