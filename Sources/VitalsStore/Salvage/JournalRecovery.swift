public import VitalsModel

/// Opens a journal whatever became of its files, so that the gateway always starts.
///
/// `Journal` itself refuses a damaged file. Here it is moved into quarantine, what is whole of it is taken over into a
/// new journal of the same epoch, and that one is opened; its ledger tells what was lost. A crash at any moment of it
/// leaves a state from which the next opening goes on. What is no damage (another gateway's journal, a newer format, a
/// foreign file where no journal was) stays an error, and is left as it is; and so does a sealed journal without its key,
/// damaged or not, since with the key all that is whole of it can be had.
public struct JournalRecovery: Sendable {
    let path: String
    let gateway: String
    let now: WallTime
    let files: any FileSystem
    private let protection: JournalProtection
    private let images: Int

    /// An opened journal, and what had to be done for it.
    public struct Opened: Sendable {
        /// The journal.
        public let journal: Journal
        /// What became of a damaged one; nil when there was none.
        public let report: SalvageReport?
        /// What is still to be read of a damaged one, while the gateway works; nil when nothing is.
        public let rest: SalvageRest?
    }

    /// - Parameters:
    ///   - path: The journal's file.
    ///   - gateway: The gateway's name.
    ///   - now: The wall clock, for the name of a quarantined file.
    ///   - protection: The keys that seal it, and sealed it before.
    ///   - files: Where the files are.
    ///   - images: Page images of a damaged file that the opening waits for.
    public init(
        path: String, gateway: String, now: WallTime, protection: JournalProtection = JournalProtection(),
        files: any FileSystem = PosixFileSystem(), images: Int = VitalsStoreLimits.salvageImagesAtOpening
    ) {
        self.path = path
        self.gateway = gateway
        self.now = now
        self.protection = protection
        self.files = files
        self.images = images
    }

    /// Marks a journal in which damage showed while it was in use: the next opening salvages it.
    public static func suspect(path: String, reason: String, files: any FileSystem = PosixFileSystem()) {
        try? files.write(Array(reason.utf8), to: path + ".suspect", at: 0)
        try? files.synchronise(path + ".suspect")
    }

    /// Opens the journal with `open`, after whatever must be done before that works.
    ///
    /// - Throws: What `open` throws when that is no damage, or when a new journal cannot be made.
    public func open(_ open: () throws(JournalError) -> Journal) throws(JournalError) -> Opened {
        var report = try goOn()
        var attempts = 0
        while true {
            do {
                let journal = try open()
                let rest = try SalvageRest(
                    journal: journal, pending: pending(.salvaging).first, gateway: gateway, protection: protection,
                    files: files)
                return Opened(journal: journal, report: report, rest: rest)
            } catch {
                guard attempts < VitalsStoreLimits.recoveryAttemptsMax, let reason = damage(error) else { throw error }
                attempts += 1
                report = try salvage(reason)
            }
        }
    }

    // MARK: Steps

    /// Goes on with what a crash cut short, and with what showed while the journal was in use.
    private func goOn() throws(JournalError) -> SalvageReport? {
        let suspicion = try JournalError.onFiles("open", path: path) { () throws(FileSystemError) in
            try files.size(of: path + ".suspect") == nil
                ? nil : try files.read(path + ".suspect", at: 0, count: VitalsStoreLimits.quarantineStateBytesMax)
        }
        let unfinished = try pending(.moving) + pending(.moved)
        if let quarantine = unfinished.first {
            let lock = try WriterLock.take(journal: path, files)
            defer { lock.release() }
            return try finish(quarantine)
        }
        guard let suspicion else { return nil }
        return try salvage(String(decoding: suspicion, as: UTF8.self))
    }

    private func pending(_ state: Quarantine.State) throws(JournalError) -> [Quarantine] {
        try JournalError.onFiles("open", path: path) { () throws(FileSystemError) in
            try Quarantine.all(journal: path, files: files).filter { $0.state == state }
        }
    }

    private func salvage(_ reason: String) throws(JournalError) -> SalvageReport {
        let lock = try WriterLock.take(journal: path, files)
        defer { lock.release() }
        _ = try begin(path)
        let quarantine = try JournalError.onFiles("quarantine", path: path) { () throws(FileSystemError) in
            try Quarantine.begin(journal: path, reason: reason, at: now, files: files)
        }
        return try finish(quarantine)
    }

    /// Brings a quarantine from whatever state it is in to a new journal in its place.
    private func finish(_ quarantine: Quarantine) throws(JournalError) -> SalvageReport {
        var quarantine = quarantine
        if quarantine.state == .moving {
            try JournalError.onFiles("quarantine", path: path) { () throws(FileSystemError) in
                try quarantine.finishMoving(files: files)
            }
        }
        var report = try rebuild(quarantine)
        try JournalError.onFiles("quarantine", path: path) { () throws(FileSystemError) in
            if try files.size(of: quarantine.path) == nil { report.quarantine = nil }
            try files.remove(path + ".suspect")
            try quarantine.enter(report.isComplete ? .salvaged : .salvaging, files: files)
            try Quarantine.prune(journal: path, files: files)
        }
        return report
    }

    /// Makes the new journal under another name, and then gives it the old one's.
    private func rebuild(_ quarantine: Quarantine) throws(JournalError) -> SalvageReport {
        let (witness, scan) = try begin(quarantine.path)
        guard let scan else {
            // Nothing tells which journal this was. What is made now is another one, with an epoch of its own.
            try JournalError.onFiles("salvage", path: path) { () throws(FileSystemError) in
                try files.remove(path)
                try files.remove(JournalWitness.path(journal: path))
            }
            return SalvageReport(
                reason: quarantine.reason, quarantine: quarantine.path, records: 0, lost: [], era: nil, isComplete: true
            )
        }
        let run = SalvageRun(scan, era: nil, quarantine.path, reason: quarantine.reason, witness: witness)
        let report = try build(run)
        try JournalError.onFiles("salvage", path: path) { () throws(FileSystemError) in
            for suffix in ["-wal", "-shm"] { try files.remove(path + suffix) }
            try files.move(place, to: path)
            try files.synchronise(path.directory)
        }
        return report
    }

    /// Begins to read the damaged file. Nothing is done to one that takes a key which was not given.
    private func begin(_ file: String) throws(JournalError) -> (witness: JournalWitness?, scan: SalvageScan?) {
        let (witness, scan) = try JournalError.onFiles("salvage", path: path) { () throws(FileSystemError) in
            let witness = try JournalWitness.read(journal: path, files: files).witness
            let scan = try SalvageScan(
                file, gateway: gateway, witness: witness, protection: protection, files: files)
            return (witness, scan)
        }
        if let refusal = scan?.keyring.refusal { throw JournalError(refusal, "salvage", path: path) }
        return (witness, scan)
    }

    private var place: String { path + ".salvage" }

    /// A full disk has no room for a second journal: then the gateway starts with an empty one, and the rest is taken
    /// over as room comes.
    private func build(_ run: SalvageRun) throws(JournalError) -> SalvageReport {
        do {
            return try SalvageBuilder(path: place, now: now, files: files, images: images).build(run)
        } catch  where error.code == .diskFull {
            return try SalvageBuilder(path: place, now: now, files: files, images: 0).build(run)
        }
    }
}
