/// The bytes of a recording, plain or gzip, in chunks of 64 KiB.
///
/// A compressed file may have several members. One that is cut or damaged gives what can be read before it throws.
public final class CaptureFile {
    private static let gzipSignature: [UInt8] = [0x1F, 0x8B]

    /// The file's name, as it was given.
    public let path: String
    private let descriptor: FileDescriptor
    private var first: [UInt8]?
    private var inflater: Inflater?

    /// Whether the file is compressed: its first bytes say so, not its name.
    public var isCompressed: Bool { inflater != nil }

    /// Opens a file and looks at its first bytes.
    public init(path: String) throws(FileError) {
        self.path = path
        descriptor = try FileDescriptor(path, .read)
        var beginning = try descriptor.read(VitalsFilesLimits.chunkBytes)
        // A pipe may give its first byte alone.
        if beginning.count == 1 { beginning += try descriptor.read(VitalsFilesLimits.chunkBytes - 1) }
        first = beginning
        guard beginning.starts(with: Self.gzipSignature) else { return }
        do throws(Inflater.Fault) {
            let inflater = try Inflater()
            inflater.feed(beginning)
            self.inflater = inflater
            first = nil
        } catch {
            throw fault(error)
        }
    }

    /// The next bytes; nil at the end.
    public func next() throws(FileError) -> [UInt8]? {
        guard let inflater else {
            let chunk: [UInt8]
            if let first {
                chunk = first
                self.first = nil
            } else {
                chunk = try descriptor.read(VitalsFilesLimits.chunkBytes)
            }
            return chunk.isEmpty ? nil : chunk
        }
        while true {
            do throws(Inflater.Fault) {
                if let chunk = try inflater.next() { return chunk }
            } catch {
                throw fault(error)
            }
            let input = try descriptor.read(VitalsFilesLimits.chunkBytes)
            guard input.isEmpty else {
                inflater.feed(input)
                continue
            }
            guard inflater.isComplete else {
                throw FileError(
                    path: path, operation: "decompress", fault: .compression("the compressed data end too early"),
                    remedy: "copy the file again; everything that could be read was read")
            }
            return nil
        }
    }

    private func fault(_ fault: Inflater.Fault) -> FileError {
        switch fault {
        case .damaged:
            FileError(
                path: path, operation: "decompress", fault: .compression("the compressed data are damaged"),
                remedy: "copy the file again; everything that could be read was read")
        case .noMemory:
            FileError(
                path: path, operation: "decompress", fault: .compression("zlib has no memory"),
                remedy: "free memory and try again")
        }
    }
}
