import Glibc
import VitalsModel

/// The files of a ring: which there are, how old, and what becomes of them.
final class RingStore {
    private struct Segment {
        let name: String
        let bytes: Int
        /// When it was completed. Files of an earlier run count as completed when this one began.
        let end: MonotonicTime
    }

    private static let prefix = "ring-"
    private static let suffix = ".btsnoop"
    private static let frozenPrefix = "frozen-"

    private let folder: Folder
    private let span: MonotonicTime.Span
    private var segments: [Segment] = []
    private var number = 0

    init(folder: Folder, span: MonotonicTime.Span) {
        self.folder = folder
        self.span = span
    }

    /// Bytes of all complete files.
    var bytes: Int { segments.reduce(0) { $0 + $1.bytes } }

    /// Makes the folder, and takes over what an earlier run left.
    func adopt(at now: MonotonicTime) throws(HCIError) {
        try folder.make()
        for name in try folder.names() where name.hasPrefix(Self.prefix) && name.hasSuffix(Self.suffix) {
            segments.append(Segment(name: name, bytes: folder.bytes(name), end: now))
            number = max(number, Int(name.dropFirst(Self.prefix.count).dropLast(Self.suffix.count)) ?? 0)
        }
        trim(at: now)
    }

    /// The path of the next file. Numbers go on over runs, so that names sort by age.
    func nextPath() -> String {
        number += 1
        let digits = String(number)
        let zeros = String(repeating: "0", count: max(0, 8 - digits.count))
        return folder.file(Self.prefix + zeros + digits + Self.suffix)
    }

    /// A file is complete.
    func finished(_ path: String, _ bytes: Int, at now: MonotonicTime) {
        let name = String(path.dropFirst(folder.path.count + 1))
        segments.append(Segment(name: name, bytes: bytes, end: now))
        trim(at: now)
    }

    /// Removes the oldest file; false when there is none.
    func removeOldest() -> Bool {
        guard !segments.isEmpty else { return false }
        folder.remove(segments.removeFirst().name)
        return true
    }

    /// Removes what is too old, or too much.
    private func trim(at now: MonotonicTime) {
        while let first = segments.first, now - first.end > span || bytes > VitalsHCILimits.ringBytesMax {
            _ = removeOldest()
        }
    }

    /// Moves all complete files into a folder of their own, stored on the disk, and removes the oldest such folders. What
    /// could be moved before an error is kept.
    func freeze(_ reason: String, into target: Folder, keeping count: Int) throws(HCIError) -> Folder {
        try target.make()
        let name = Self.frozenPrefix + Self.stamp(MonitorChannel.now) + "-" + reason
        let unfinished = Folder(path: target.file("." + name))
        try unfinished.make()
        do {
            while let segment = segments.first {
                try folder.move(segment.name, to: unfinished)
                segments.removeFirst()
            }
            try unfinished.synchronise()
        } catch {
            try complete("." + name, in: target)
            throw error
        }
        try complete("." + name, in: target)
        let others = try target.names().filter { $0.hasPrefix(Self.frozenPrefix) && $0 != name }
        for old in others.dropLast(max(0, count - 1)) { try Folder(path: target.file(old)).removeAll() }
        return Folder(path: target.file(name))
    }

    /// Shows what a run froze that ended before it could.
    func completeFreezes(in target: Folder) throws(HCIError) {
        try target.make()
        for name in try target.names(hidden: true) where name.hasPrefix("." + Self.frozenPrefix) {
            try complete(name, in: target)
        }
    }

    /// Takes the dot off a name.
    private func complete(_ hidden: String, in target: Folder) throws(HCIError) {
        let (source, shown) = (target.file(hidden), target.file(String(hidden.dropFirst())))
        guard unsafe rename(source, shown) == 0 else { throw SegmentFile.error(errno, "make the folder \(shown)") }
        try target.synchronise()
    }

    /// `20261121T073000.125Z`, always with milliseconds: sorts by time.
    private static func stamp(_ time: WallTime) -> String {
        let milliseconds = WallTime(microseconds: time.microseconds - time.microseconds % 1_000)
        return milliseconds.rfc3339.filter { $0 != "-" && $0 != ":" }
    }
}
