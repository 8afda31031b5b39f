import VitalsModel

/// A damaged journal that was moved out of the way: the database with its WAL file, under a name with a time stamp, in
/// the folder `quarantine` beside the journal.
///
///     quarantine/vitals.db-20261121T203000Z        the database, -wal and -shm beside it, as SQLite wants them
///     quarantine/vitals.db-20261121T203000Z.names  what its numbers stand for, and beside it .keys, the wrapped keys
///     quarantine/vitals.db-20261121T203000Z.state  what became of it
///
/// A state is replaced as a whole and synchronised before the next step begins, so that a crash anywhere leaves a
/// state from which the next opening goes on.
struct Quarantine: Hashable, Sendable {
    /// Where its salvage is.
    enum State: Hashable, Sendable {
        /// Its files are being moved: whatever stands in the journal's place is still the damaged journal.
        case moving
        /// All of it is here, and whatever stands in the journal's place is new, or on the way to be.
        case moved
        /// The new journal is in place; the rest is read while the gateway works.
        case salvaging
        /// There is nothing more to be had from it.
        case salvaged
    }

    /// The journal's file.
    let journal: String
    /// The database's file in quarantine.
    let path: String
    /// Why it is here: a sentence for whoever looks after the gateway.
    let reason: String
    /// Where its salvage is.
    private(set) var state: State

    private static let suffixes = ["", "-wal", "-shm", ".names", ".keys"]

    /// The folder of a journal's quarantine.
    static func folder(journal: String) -> String { journal.directory + "/quarantine" }

    /// Moves what stands in a journal's place into quarantine.
    static func begin(
        journal: String, reason: String, at time: WallTime, files: any FileSystem
    ) throws(FileSystemError) -> Quarantine {
        let folder = folder(journal: journal)
        try files.makeDirectory(folder)
        try files.synchronise(journal.directory)
        let taken = Set(try files.list(folder))
        let name = "\(journal.lastComponent)-\(time.compactUTC)"
        var free = name
        var attempt = 2
        while taken.contains(free) || taken.contains(free + ".state") {
            free = "\(name)-\(attempt)"
            attempt += 1
        }
        var quarantine = Quarantine(journal: journal, path: folder + "/" + free, reason: reason, state: .moving)
        try quarantine.enter(.moving, files: files)
        try quarantine.finishMoving(files: files)
        return quarantine
    }

    /// Moves what is still in the journal's place. The database goes last: as long as it stands there, so may the rest.
    mutating func finishMoving(files: any FileSystem) throws(FileSystemError) {
        for suffix in Self.suffixes.reversed() where try files.size(of: journal + suffix) != nil {
            try files.move(journal + suffix, to: path + suffix)
        }
        try files.synchronise(Self.folder(journal: journal))
        try files.synchronise(journal.directory)
        try enter(.moved, files: files)
    }

    /// Writes the state, so that it survives a power cut.
    mutating func enter(_ state: State, files: any FileSystem) throws(FileSystemError) {
        self.state = state
        let file = path + ".state"
        try files.remove(file + ".new")
        try files.write(Array("\(state.text)\n\(reason)\n".utf8), to: file + ".new", at: 0)
        try files.synchronise(file + ".new")
        try files.move(file + ".new", to: file)
        try files.synchronise(Self.folder(journal: journal))
    }

    /// All that a journal has in quarantine, oldest first.
    static func all(journal: String, files: any FileSystem) throws(FileSystemError) -> [Quarantine] {
        let folder = folder(journal: journal)
        var found: [Quarantine] = []
        for name in try files.list(folder) where name.hasPrefix(journal.lastComponent + "-") && name.hasSuffix(".state")
        {
            let bytes = try files.read(folder + "/" + name, at: 0, count: VitalsStoreLimits.quarantineStateBytesMax)
            let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
            // A state that cannot be read is taken as one whose work is done: nothing is moved or deleted for it.
            let state = lines.first.flatMap { State($0) } ?? .salvaged
            found.append(
                Quarantine(
                    journal: journal, path: folder + "/" + name.dropLast(".state".count),
                    reason: lines.count > 1 ? String(lines[1]) : "", state: state))
        }
        return found
    }

    /// Deletes the oldest that have nothing more to give, so that at most `quarantinedMax` are there.
    static func prune(journal: String, files: any FileSystem) throws(FileSystemError) {
        let all = try all(journal: journal, files: files)
        let surplus = all.count - VitalsStoreLimits.quarantinedMax
        for quarantine in all.filter({ $0.state == .salvaged }).prefix(max(0, surplus)) {
            for suffix in suffixes + [".state"] { try files.remove(quarantine.path + suffix) }
        }
    }
}

extension Quarantine.State {
    /// The state as its file has it.
    var text: String {
        switch self {
        case .moving: "moving"
        case .moved: "moved"
        case .salvaging: "salvaging"
        case .salvaged: "salvaged"
        }
    }

    /// Reads what `text` writes.
    init?(_ text: some StringProtocol) {
        switch text {
        case "moving": self = .moving
        case "moved": self = .moved
        case "salvaging": self = .salvaging
        case "salvaged": self = .salvaged
        default: return nil
        }
    }
}

extension String {
    /// The directory of a path.
    var directory: String { lastIndex(of: "/").map { $0 == startIndex ? "/" : String(self[..<$0]) } ?? "." }

    /// The name at the end of a path.
    var lastComponent: String { lastIndex(of: "/").map { String(self[index(after: $0)...]) } ?? self }
}

extension WallTime {
    /// `20261121T203000Z`, as it stands in names.
    var compactUTC: String { rfc3339.prefix { $0 != "." }.filter { $0 != "-" && $0 != ":" } + "Z" }
}
