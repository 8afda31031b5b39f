import GRDB
import Synchronization

extension Journal {
    /// Copies the wrapped keys beside the journal when one of them is new. A key that stands there and not in the table
    /// was lost by the table, not erased: it stays. Nothing depends on the copy: one that cannot be written is written
    /// with the next commit.
    func copyKeys(_ db: Database) {
        guard let sealer, isKeyCopyDue.withLock({ $0 }) else { return }
        do {
            let rows = try KeyRow.all(db)
            guard !rows.isEmpty else { return }
            let ids = Set(rows.map(\.id))
            let lost = try KeyCopy.read(journal: path, files: files).filter { !ids.contains($0.id) }
                .compactMap(sealer.wrapped)
            try KeyCopy.write((rows + lost).sorted { $0.id < $1.id }, journal: path, files: files)
            isKeyCopyDue.withLock { $0 = false }
        } catch {
            return
        }
    }

    /// Takes keys out of the copy, durably. That comes first when keys are erased, so that none which is gone from the
    /// table ever stands in the copy alone.
    func eraseCopies(of ids: [Int64]) throws(JournalError) {
        try JournalError.onFiles("erase", path: path) { () throws(FileSystemError) in
            let rows = try KeyCopy.read(journal: path, files: files)
            let kept = rows.filter { !ids.contains($0.id) }
            guard kept.count < rows.count else { return }
            try KeyCopy.write(kept, journal: path, files: files)
            try files.synchronise(KeyCopy.path(journal: path))
        }
    }
}
