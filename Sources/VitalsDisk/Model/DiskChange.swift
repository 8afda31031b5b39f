/// A change of a file's bytes.
enum DiskChange: Hashable, Sendable {
    /// Bytes at an offset; the file grows, with zeros before them, where it is too short.
    case write(offset: Int, bytes: [UInt8])
    /// The file gets this size if it was longer.
    case truncate(size: Int)

    /// Makes the change.
    func apply(to file: inout [UInt8]) {
        switch self {
        case .write(let offset, let bytes): Self.write(bytes, at: offset, into: &file)
        case .truncate(let size): if size < file.count { file.removeLast(file.count - size) }
        }
    }

    /// What of this change can still come alone, once a later one is on the disk; nil when nothing can.
    ///
    /// A file's size is kept in order: a file that was made shorter and then written again never loses what was written,
    /// only what stood behind it. After a cut nothing of what was written before comes: that it never does is one of the
    /// things that may happen.
    func remainder(after later: DiskChange) -> DiskChange? {
        switch (self, later) {
        case (.write(let offset, let bytes), .write(let laterOffset, let laterBytes)):
            offset < laterOffset + laterBytes.count && laterOffset < offset + bytes.count ? nil : self
        case (.truncate(let size), .write(let offset, let bytes)): .truncate(size: max(size, offset + bytes.count))
        case (_, .truncate): nil
        }
    }

    /// Writes bytes into a file. Copied as memory, since a simulation writes gigabytes in debug builds too.
    static func write(_ bytes: some Collection<UInt8>, at offset: Int, into file: inout [UInt8]) {
        guard !bytes.isEmpty else { return }
        let end = offset + bytes.count
        if end > file.count { file.append(contentsOf: repeatElement(0, count: end - file.count)) }
        unsafe file.withUnsafeMutableBytes { target in
            let slot = unsafe UnsafeMutableRawBufferPointer(rebasing: target[offset..<end])
            let copied: Void? = bytes.withContiguousStorageIfAvailable { source in
                unsafe slot.copyMemory(from: UnsafeRawBufferPointer(source))
            }
            if copied == nil { unsafe slot.copyBytes(from: bytes) }
        }
    }
}
