/// Writes a recording to a file, compressed when its name ends in `.gz`.
///
/// A file that is replaced keeps its content until the new one is complete: it is written beside it, and renamed at the
/// end. So a recording may even be converted onto itself.
public final class CaptureFileWriter {
    /// The file's name, as it was given.
    public let path: String
    private let descriptor: FileDescriptor
    private let deflater: Deflater?
    /// Where the bytes go until the file is complete.
    private let place: String
    private var isFinished = false

    /// Creates the file; one that exists is replaced only when that is allowed.
    public init(path: String, replaces: Bool = false) throws(FileError) {
        self.path = path
        let isCompressed = path.utf8.suffix(3).elementsEqual(".gz".utf8)
        do throws(Deflater.NoMemory) {
            deflater = isCompressed ? try Deflater() : nil
        } catch {
            throw Self.noMemory(path)
        }
        place = replaces && FileDescriptor.isRegularFile(path) ? path + ".part" : path
        descriptor = try FileDescriptor(place, replaces ? .replace : .create)
    }

    deinit { if !isFinished && place != path { FileDescriptor.remove(place) } }

    /// Adds bytes.
    public func write(_ bytes: [UInt8]) throws(FileError) { try write(bytes, isLast: false) }

    /// Completes the file and has the disk keep it. Nothing may be written after it.
    public func finish() throws(FileError) {
        try write([], isLast: true)
        try descriptor.synchronise()
        if place != path { try FileDescriptor.rename(place, to: path) }
        isFinished = true
    }

    private func write(_ bytes: [UInt8], isLast: Bool) throws(FileError) {
        guard let deflater else { return try descriptor.write(bytes) }
        let compressed: [UInt8]
        do throws(Deflater.NoMemory) {
            compressed = try deflater.deflate(bytes, isLast: isLast)
        } catch {
            throw Self.noMemory(path)
        }
        try descriptor.write(compressed)
    }

    private static func noMemory(_ path: String) -> FileError {
        FileError(
            path: path, operation: "compress", fault: .compression("zlib has no memory"),
            remedy: "free memory and try again")
    }
}
