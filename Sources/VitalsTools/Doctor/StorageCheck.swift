import Foundation
import Glibc
import VitalsDaemon
import VitalsModel
import VitalsStore

/// Whether the journal can be kept.
struct StorageCheck {
    let configuration: DaemonConfiguration?

    private var path: String { configuration?.journalPath ?? "/var/lib/vitalsd/journal.db" }

    func examine() -> [Diagnosis] { space() + [journal()] }

    private func space() -> [Diagnosis] {
        let folder = (path as NSString).deletingLastPathComponent
        guard FileManager.default.fileExists(atPath: folder) else {
            return [
                .warning(
                    "disk", "there is no folder \(folder) yet",
                    mend: "systemctl start vitalsd makes it; by hand: install -d -m 700 -o vitalsd -g vitalsd \(folder)"
                )
            ]
        }
        var found: [Diagnosis] = []
        if unsafe access(folder, W_OK) != 0 {
            found.append(
                .fault(
                    "disk", "\(folder) cannot be written by this user",
                    mend: "chown vitalsd: \(folder), or run this as the service's user"))
        }
        var status = statvfs()
        guard unsafe statvfs(folder, &status) == 0 else {
            return found + [.unknown("disk", "the size of \(folder) is not known")]
        }
        let free = UInt64(status.f_bavail) * UInt64(status.f_frsize) >> 20
        // 32 sensors make about 25 MiB a day.
        if free < VitalsToolsLimits.freeMebibytesMin {
            found.append(
                .fault(
                    "disk", "\(free) MiB free at \(folder)",
                    mend: "free space, or move the journal ('path' of [journal])"))
        } else if free < VitalsToolsLimits.freeMebibytesGood {
            found.append(.warning("disk", "\(free) MiB free at \(folder): some weeks at most", mend: "free space"))
        } else {
            found.append(.good("disk", "\(free >> 10) GiB free at \(folder)"))
        }
        return found
    }

    private func journal() -> Diagnosis {
        do throws(JournalError) {
            let reader = try JournalReader(path: path)
            return .good("journal", "\(path), \(try reader.head) records")
        } catch {
            if error.code == .absent { return .good("journal", "none yet; the service makes it") }
            return .fault(
                "journal", "\(error)", mend: "check the file's owner; keep a damaged file, and go on with a new 'path'")
        }
    }
}
