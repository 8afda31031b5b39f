import CProbe

/// A file, read a piece at a time.
@safe
struct ProbeInput: ~Copyable {
    private let descriptor: Int32
    private var piece = [UInt8](repeating: 0, count: 1 << 16)

    /// Opens a file, or ends the program.
    init(_ path: String) {
        descriptor = unsafe probe_open(path)
        guard descriptor >= 0 else { ProbeOutput.fail("cannot open " + path, status: 66) }
    }

    deinit { _ = close(descriptor) }

    /// The next bytes; nil at the end.
    mutating func next() -> [UInt8]? {
        let count = unsafe piece.withUnsafeMutableBytes { unsafe read(descriptor, $0.baseAddress, UInt($0.count)) }
        return count > 0 ? Array(piece[..<count]) : nil
    }
}
