/// The frames of a WAL file (section 4 of SQLite's file format), found without its checksums: a flipped bit breaks the
/// chain of those for all that follows, and what follows is still there.
struct WriteAheadFrames: Sendable {
    /// A page as it was written.
    struct Frame: Hashable, Sendable {
        /// The page's number.
        let page: UInt32
        /// Where its bytes begin in the file.
        let offset: Int64
    }

    /// The frames of transactions that were committed, oldest first.
    private(set) var frames: [Frame] = []
    /// The page size that the header names, when it names one.
    private(set) var pageSize: Int?

    private static let headerCount = 32
    private static let frameHeaderCount = 24

    /// No WAL file.
    init() {}

    /// Reads the headers of all frames of a file, for pages of `pageSize` unless the file names another size.
    init(_ path: String, pageSize: Int?, files: any FileSystem) throws(FileSystemError) {
        guard let size = try files.size(of: path), size > Int64(Self.headerCount) else { return }
        let header = try files.read(path, at: 0, count: Self.headerCount)
        self.pageSize = header[...].word(at: 8).flatMap { PageFile.validPageSize(Int($0)) }
        let frameCount = Int64(Self.frameHeaderCount + (pageSize ?? self.pageSize ?? PageFile.usualPageSize))
        var found: [(frame: Frame, salt: UInt64, isCommit: Bool)] = []
        var offset = Int64(Self.headerCount)
        while offset + frameCount <= size {
            let bytes = try files.read(path, at: offset, count: Self.frameHeaderCount)[...]
            guard let page = bytes.word(at: 0), let total = bytes.word(at: 4),
                let salt = bytes.bigEndian(at: 8, count: 8)
            else { break }
            let frame = Frame(page: page, offset: offset + Int64(Self.frameHeaderCount))
            found.append((frame, salt, total > 0))
            offset += frameCount
        }
        frames = Self.committed(found)
    }

    /// A frame belongs to a committed transaction when a later one of the same generation (the same salt) ends one. A
    /// salt that no other frame has is a damaged one.
    private static func committed(_ found: [(frame: Frame, salt: UInt64, isCommit: Bool)]) -> [Frame] {
        var counts: [UInt64: Int] = [:]
        for entry in found { counts[entry.salt, default: 0] += 1 }
        var generations: [UInt64] = []
        for entry in found {
            let isAlone = counts[entry.salt] == 1 && found.count > 1
            generations.append(isAlone ? generations.last ?? found[1].salt : entry.salt)
        }
        var ended: Set<UInt64> = []
        var frames: [Frame] = []
        for (entry, generation) in zip(found, generations).reversed() {
            if entry.isCommit { ended.insert(generation) }
            if ended.contains(generation) { frames.append(entry.frame) }
        }
        return frames.reversed()
    }
}
