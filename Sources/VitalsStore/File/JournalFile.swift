import Foundation

/// The journal's place in the file system: who may see it, and that one process writes it.
enum JournalFile {
    /// Makes the directory (0700) and the file (0600) when they are not there; leaves what is there as it is.
    static func create(_ path: String, _ files: any FileSystem) throws(JournalError) {
        let directory = URL(fileURLWithPath: path).deletingLastPathComponent().path
        do throws(FileSystemError) {
            if try files.size(of: directory) == nil { try files.makeDirectory(directory) }
            // A new file survives a power cut only when its directory entry does.
            if try files.create(path) { try files.synchronise(directory) }
        } catch {
            throw JournalError(.cannotCreate(error.words), "open", path: path)
        }
    }
}
