import VitalsCore
import VitalsModel
import VitalsStore

/// `journal stats` as text.
struct StatisticsReport {
    let path: String
    let identity: JournalIdentity
    let created: WallTime
    let statistics: JournalStatistics
    /// What each sink's receiver has acknowledged.
    let acknowledged: [String: [ClosedRange<UInt64>]]

    var text: String {
        var table = TextTable([.left, .right, .left])
        table.add(["Gateway", identity.gateway, ""])
        table.add(["Epoch", identity.epoch, ""])
        table.add(["Created", created.rfc3339, ""])
        table.add(["Records", "\(statistics.recordCount)", ""])
        for kind in RecordKind.allCases {
            if let count = statistics.records[kind] { table.add(["  \(kind.name)", "\(count)", ""]) }
        }
        if let first = statistics.first, let last = statistics.last, let span = statistics.span {
            table.add(["First", first.wall.rfc3339, ""])
            table.add(["Last", last.wall.rfc3339, ""])
            table.add(["Span", span.text, ""])
        }
        table.add(["Samples", "\(statistics.samples)", ""])
        table.add(["Blocks", "\(statistics.sampleBodyBytes)", "bytes\(Self.each(statistics.blockBytesPerSample))"])
        table.add(["Bodies", "\(statistics.bodyBytes)", "bytes"])
        table.add(["File", "\(statistics.fileBytes)", "bytes\(Self.each(statistics.fileBytesPerSample))"])
        for retentionClass in RetentionClass.allCases { add(retentionClass, to: &table) }
        add(statistics.space, to: &table)
        for (sink, ranges) in acknowledged.sorted(by: { $0.key < $1.key }) {
            let count = SequenceRanges(ranges).count
            let backlog = statistics.backlog[sink].map { ", backlog \($0)" } ?? ""
            table.add(["Acknowledged", "\(count)", "by sink \(sink)\(backlog)"])
        }
        if acknowledged.isEmpty {
            table.add(["Acknowledged", "0", "no sink yet, backlog \(statistics.recordCount)"])
        }
        return table.text
    }

    /// What a class holds and has lost.
    private func add(_ retentionClass: RetentionClass, to table: inout TextTable) {
        let name = "Class \(retentionClass.name)"
        if let share = statistics.classes[retentionClass] {
            var text = "records, \(share.bytes) bytes"
            if let oldest = share.oldest { text += ", oldest \(oldest.wall.rfc3339)" }
            if share.unacknowledged > 0, !acknowledged.isEmpty { text += ", \(share.unacknowledged) not acknowledged" }
            table.add([name, "\(share.records)", text])
        }
        if let account = statistics.dropped[retentionClass] {
            var text = "dropped, \(account.bytes) bytes, up to record \(account.through)"
            if account.unacknowledged > 0 { text += ", \(account.unacknowledged) of them not acknowledged" }
            table.add([name, "\(account.records)", text])
        }
    }

    /// What the files take.
    private func add(_ space: JournalSpace, to table: inout TextTable) {
        table.add(["Free pages", "\(space.freePageBytes)", "bytes of the file, used before it grows"])
        table.add(["WAL", "\(space.walBytes)", "bytes"])
        let ballast =
            space.ballastBytes > 0 ? "bytes, freed when the disk is full" : "bytes: not laid down yet, or freed"
        table.add(["Ballast", "\(space.ballastBytes)", ballast])
        if let free = space.diskFreeBytes { table.add(["Disk", "\(free)", "bytes left"]) }
    }

    /// `, 3.42 a sample`: hundredths, rounded.
    private static func each(_ bytes: Double?) -> String {
        guard let bytes, bytes < 1e12 else { return "" }
        let hundredths = Int((bytes * 100).rounded())
        let fraction = hundredths % 100
        return ", \(hundredths / 100).\(fraction < 10 ? "0" : "")\(fraction) a sample"
    }
}
