/// What a disk holds while nothing runs: files by path, each as it would be read.
public struct DiskImage: Hashable, Sendable {
    /// The bytes of each file.
    public var files: [String: [UInt8]] = [:]

    /// An empty disk.
    public init() {}
}
