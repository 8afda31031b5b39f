import VitalsFiles

/// Where a capture is written: a file, compressed when its name ends in `.gz`, or `-` for an output of the command.
struct CaptureOutput {
    private enum Target {
        case file(CaptureFileWriter)
        case output(any ByteOutput)
    }

    private let target: Target

    /// Creates the file. One that exists is an error unless it may be replaced.
    init(_ path: String, replaces: Bool, standard: any ByteOutput) throws {
        target =
            path == "-" ? .output(standard) : .file(try CaptureFileWriter(path: path, replaces: replaces))
    }

    func write(_ bytes: [UInt8]) throws {
        switch target {
        case .file(let writer): try writer.write(bytes)
        case .output(let output): try output.write(bytes)
        }
    }

    /// Completes the file and has the disk keep it.
    func finish() throws {
        if case .file(let writer) = target { try writer.finish() }
    }
}
