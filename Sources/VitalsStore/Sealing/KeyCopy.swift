import VitalsModel

/// The wrapped data keys once more, beside the journal: a page that the disk loses must not take with it all that a day
/// has sealed.
///
///     0 3f06c1d2a9b4e857 5b0e…
///     1 3f06c1d2a9b4e857 91c7…
///
/// Number, identifier of the key that wraps, wrapped key. It is written when a key is made, needs no proof, since each
/// line proves itself by being unwrapped, and tells nobody anything who has not the operator's key.
enum KeyCopy {
    /// The file of a journal's wrapped keys.
    static func path(journal: String) -> String { journal + ".keys" }

    /// Writes all keys over what is there, so that of a key that is left out nothing stays.
    static func write(_ rows: [KeyRow], journal: String, files: any FileSystem) throws(FileSystemError) {
        let path = path(journal: journal)
        var bytes = Array(rows.map { "\($0.id) \($0.kek) \(Hex.string($0.wrapped))\n" }.joined().utf8)
        let surplus = Int(clamping: try files.size(of: path) ?? 0) - bytes.count
        if surplus > 0 { bytes += [UInt8](repeating: UInt8(ascii: "\n"), count: surplus) }
        try files.write(bytes, to: path, at: 0)
    }

    /// The rows that the file stands for; a line that cannot be read is none.
    static func read(journal: String, files: any FileSystem) throws(FileSystemError) -> [KeyRow] {
        let path = path(journal: journal)
        guard try files.size(of: path) != nil else { return [] }
        let bytes = try files.read(path, at: 0, count: VitalsStoreLimits.keyCopyBytesMax)
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").compactMap { line in
            let words = line.split(separator: " ", omittingEmptySubsequences: false)
            guard words.count == 3, let id = Int64(words[0]), let wrapped = Hex.bytes(words[2]) else { return nil }
            let row = KeyRow(id: id, kek: String(words[1]), wrapped: wrapped)
            return row.isWellFormed ? row : nil
        }
    }
}
