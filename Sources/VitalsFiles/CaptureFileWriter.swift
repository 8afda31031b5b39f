/// Writes a recording to a file, compressed when its name ends in `.gz`.
public final class CaptureFileWriter {
    /// The file's name, as it was given.
    public let path: String
    private let descriptor: FileDescriptor
    private let deflater: Deflater?

    /// Creates the file; one that exists is replaced only when that is allowed.
    public init(path: String, replaces: Bool = false) throws(FileError) {
        self.path = path
        let isCompressed = path.utf8.suffix(3).elementsEqual(".gz".utf8)
        do throws(Deflater.NoMemory) {
            deflater = isCompressed ? try Deflater() : nil
        } catch {
            throw Self.noMemory(path)
        }
        descriptor = try FileDescriptor(path, replaces ? .replace : .create)
    }

    /// Adds bytes.
    public func write(_ bytes: [UInt8]) throws(FileError) { try write(bytes, isLast: false) }

    /// Completes the file and has the disk keep it. Nothing may be written after it.
    public func finish() throws(FileError) {
        try write([], isLast: true)
        try descriptor.synchronise()
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
