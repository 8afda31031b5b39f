public import VitalsModel

/// Takes over what is whole of a damaged file into a new journal, by hand: the damaged file is left as it is.
public enum JournalSalvage {
    /// Reads a damaged journal, with the files beside it, and makes a new one.
    ///
    /// - Parameters:
    ///   - input: The damaged file.
    ///   - output: The new journal's file, which must not be there.
    ///   - now: The wall clock, for the ledger.
    ///   - protection: The key of a sealed journal; the new one is sealed with it too.
    /// - Throws: `JournalError`; `notAJournal` when nothing in the file tells whose journal it was, `sealed` or `otherKey`
    ///   when it takes a key that was not given.
    public static func run(
        from input: String, to output: String, now: WallTime, protection: JournalProtection = JournalProtection(),
        files: any FileSystem = PosixFileSystem()
    ) throws(JournalError) -> SalvageReport {
        let (witness, scan) = try JournalError.onFiles("salvage", path: input) { () throws(FileSystemError) in
            let witness = try JournalWitness.read(journal: input, files: files).witness
            let scan = try SalvageScan(input, gateway: nil, witness: witness, protection: protection, files: files)
            return (witness, scan)
        }
        guard let scan else { throw JournalError(.notAJournal, "salvage", path: input) }
        if let refusal = scan.keyring.refusal { throw JournalError(refusal, "salvage", path: input) }
        let isThere = try JournalError.onFiles("salvage", path: output) { () throws(FileSystemError) in
            try files.size(of: output) != nil
        }
        guard !isThere else { throw JournalError(.cannotCreate("there is such a file"), "salvage", path: output) }
        let run = SalvageRun(scan, era: nil, input, reason: "salvaged by hand", witness: witness)
        return try SalvageBuilder(path: output, now: now, files: files, images: .max).build(run)
    }
}
