/// Where a command writes what it was asked for: standard output, or the memory of a test.
public protocol ByteOutput: AnyObject {
    /// Writes all bytes, at once.
    ///
    /// - Throws: `ClosedPipe` when nobody reads any more, `ToolError` when it fails otherwise.
    func write(_ bytes: [UInt8]) throws
}

extension ByteOutput {
    /// Writes text.
    public func write(_ text: String) throws { try write(Array(text.utf8)) }
}
