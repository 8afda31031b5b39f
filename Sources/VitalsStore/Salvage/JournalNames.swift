import VitalsModel

/// What the numbers in a journal's rows stand for, once more beside it: without its two smallest tables, on one page
/// each, no record of a damaged journal would say whose it is.
///
///     sensor 1 211106232532993
///     subject 2 heart-rate
///
/// It is written when a sensor or a subject is new, which is rare, and needs no proof: the tag of each record tells
/// whether a name is right.
enum JournalNames {
    /// The file of a journal's names.
    static func path(journal: String) -> String { journal + ".names" }

    /// Writes all names anew. Each is under a number of its own, so a newer file holds all that an older one did.
    static func write(
        sensors: [SensorAddress: Int64], subjects: [String: Int64], journal: String, files: any FileSystem
    ) throws(FileSystemError) {
        let lines =
            sensors.sorted { $0.value < $1.value }.map { "sensor \($0.value) \($0.key.rawValue)\n" }
            + subjects.sorted { $0.value < $1.value }.map { "subject \($0.value) \($0.key)\n" }
        try files.write(Array(lines.joined().utf8), to: path(journal: journal), at: 0)
    }

    /// The rows that the file stands for; a line that cannot be read is none.
    static func read(journal: String, files: any FileSystem) throws(FileSystemError) -> [SalvagedRow] {
        guard try files.size(of: path(journal: journal)) != nil else { return [] }
        let bytes = try files.read(path(journal: journal), at: 0, count: VitalsStoreLimits.namesBytesMax)
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").compactMap { line in
            let words = line.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
            guard words.count == 3, let id = Int64(words[1]), id > 0 else { return nil }
            switch words[0] {
            case "sensor": return UInt64(words[2]).map { .sensor(id: id, address: $0) }
            case "subject": return .subject(id: id, name: String(words[2]))
            default: return nil
            }
        }
    }
}
