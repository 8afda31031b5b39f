internal import Foundation
internal import VitalsCore
internal import VitalsModel

/// Asks the flight recorder to keep its last minutes when an alarm is raised, by a file in a folder that it watches.
///
/// The recorder reads all that the radio hears and needs a privilege for it; the daemon has none. A file is all that
/// passes between them, and its name says what happened and to which sensor, no value.
struct FreezeRequests {
    private let folder: String
    private var last: MonotonicTime?

    init(folder: String) { self.folder = folder }

    /// Makes a request when the record raises an alarm. One a minute is enough: a frozen set holds the minutes before it.
    mutating func follow(_ record: Record) {
        guard record.kind == .alarm, Self.isRaised(record) else { return }
        let now = record.stamp.monotonic
        if let last, now - last < VitalsDaemonLimits.freezeInterval { return }
        last = now
        let name = "\(record.sequence)-\(record.sensor?.compact ?? "gateway")-\(record.subject)"
        // A recorder that is not there must not trouble the daemon.
        _ = FileManager.default.createFile(atPath: "\(folder)/\(name)", contents: nil)
    }

    private static func isRaised(_ record: Record) -> Bool {
        String(decoding: record.body, as: UTF8.self).contains("\"state\":\"raised\"")
    }
}
