/// A SQLite database and its WAL file as a heap of page images, whatever state they are in.
struct PageFile: Sendable {
    /// The pages that SQLite makes unless told otherwise.
    static let usualPageSize = 4_096

    /// Bytes of a page.
    let pageSize: Int
    private let path: String
    private let files: any FileSystem
    private let pageCount: Int
    private let frames: [WriteAheadFrames.Frame]
    /// The newest committed frame of each page.
    private let newest: [UInt32: Int]

    /// Looks at the files of a journal; either may be missing, empty or anything else.
    init(database path: String, files: any FileSystem) throws(FileSystemError) {
        self.path = path
        self.files = files
        let size = try files.size(of: path) ?? 0
        let header = size >= 100 ? try files.read(path, at: 0, count: 100) : []
        let named = header[...].bigEndian(at: 16, count: 2).flatMap { Self.validPageSize($0 == 1 ? 65_536 : Int($0)) }
        // A header that does not begin as it should may name any size.
        let isSound = header.starts(with: Self.magic)
        let log = try WriteAheadFrames(path + "-wal", pageSize: isSound ? named : nil, files: files)
        pageSize = (isSound ? named : nil) ?? log.pageSize ?? Self.usualPageSize
        pageCount = Int(clamping: (size + Int64(pageSize) - 1) / Int64(pageSize))
        frames = log.frames
        newest = Dictionary(log.frames.enumerated().map { ($1.page, $0) }, uniquingKeysWith: max)
    }

    /// How many images there are: those of the WAL file first, the newest of them at 0, then the database's, the last
    /// page first.
    var imageCount: Int { frames.count + pageCount }

    /// How many of them are the database's.
    var databaseImages: Int { pageCount }

    /// Bytes of all images.
    var byteCount: Int64 { Int64(imageCount) * Int64(pageSize) }

    /// An image; the last page of a file that was cut short ends in zeros.
    func image(_ index: Int) -> (bytes: [UInt8], isFirstPage: Bool)? {
        guard index >= 0, index < imageCount else { return nil }
        guard index < frames.count else {
            let page = imageCount - 1 - index
            return (bytes(path, at: Int64(page) * Int64(pageSize)), page == 0)
        }
        let frame = frames[frames.count - 1 - index]
        return (bytes(path + "-wal", at: frame.offset), frame.page == 1)
    }

    /// A page as the last commit left it.
    func page(_ number: UInt32) -> [UInt8]? {
        if let index = newest[number] { return bytes(path + "-wal", at: frames[index].offset) }
        guard number > 0, Int64(number) <= Int64(pageCount) else { return nil }
        return bytes(path, at: Int64(number - 1) * Int64(pageSize))
    }

    /// The rows of an image that can be made out.
    func cells(_ index: Int) -> [BTreePage.Cell] {
        guard let (bytes, isFirst) = image(index) else { return [] }
        return BTreePage(bytes, isFirst: isFirst).cells { page($0) }
    }

    /// A page that the disk cannot read is one of zeros: what stands on the others is still to be had.
    private func bytes(_ path: String, at offset: Int64) -> [UInt8] {
        var bytes = (try? files.read(path, at: offset, count: pageSize)) ?? []
        if bytes.count < pageSize { bytes += [UInt8](repeating: 0, count: pageSize - bytes.count) }
        return bytes
    }

    private static let magic = Array("SQLite format 3\0".utf8)

    /// A size that pages can have (section 1.3.2).
    static func validPageSize(_ size: Int) -> Int? {
        (512...65_536).contains(size) && size.nonzeroBitCount == 1 ? size : nil
    }
}
