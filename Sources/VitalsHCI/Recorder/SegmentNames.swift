import Glibc

/// The files of a recording that was given one name.
final class SegmentNames {
    private let stem: String
    private let suffix: String
    private let count: Int?
    private var paths: [String] = []

    /// With `count`, files before the last so many are removed.
    init(file: String, keeping count: Int?) {
        let name = file.lastIndex(of: "/").map { file.index(after: $0) } ?? file.startIndex
        let dot = file[name...].lastIndex(of: ".") ?? file.endIndex
        stem = String(file[..<dot])
        suffix = String(file[dot...])
        self.count = count
    }

    /// The path of the segment with this number, from 1. What is too old makes room for it.
    func path(_ number: Int) -> String {
        let path = number == 1 ? stem + suffix : "\(stem)-\(number)\(suffix)"
        paths.append(path)
        while let count, paths.count > max(1, count) { unsafe unlink(paths.removeFirst()) }
        return path
    }
}
