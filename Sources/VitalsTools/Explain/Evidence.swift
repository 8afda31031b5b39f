import VitalsCore
import VitalsDaemon
import VitalsJSON
import VitalsModel
import VitalsStore

/// The records that an explanation is about: what was asked for, and what led to it.
struct Evidence {
    /// The record that was asked for.
    let asked: Record
    /// The alarm that was raised: by the finding that was asked for, or the one whose end was asked for.
    let alarm: Record?
    /// What the alarm was raised for, or the finding itself; nil when the journal does not hold it any more.
    let cause: Record?

    /// Follows the references of a record.
    ///
    /// - Throws: `JournalError`; `ToolError` when there is no such record, or it is neither a finding nor an alarm.
    init(_ reference: RecordReference, in reader: JournalReader) throws {
        let identity = reader.identity
        if let epoch = reference.epoch, epoch != identity.epoch {
            throw ToolError(
                reader.path, "its epoch is \(identity.epoch), not \(epoch.printable)",
                remedy: "give the journal that the record was published from", status: ExitStatus.badInput)
        }
        let head = try reader.head
        guard let asked = try reader.record(reference.sequence) else {
            throw ToolError(
                reader.path, "there is no record \(reference.sequence); the last one is \(head)",
                remedy: "look for it with 'vitalsctl journal export'", status: ExitStatus.badInput)
        }
        self.asked = asked
        switch asked.kind {
        case .finding:
            cause = asked
            // The alarm that a finding raises is written right behind it.
            alarm = try reader.records(after: asked.sequence, limit: 1).first { next in
                next.kind == .alarm && next.reference("cause") == asked.sequence
            }
        case .alarm:
            alarm = try asked.reference("raised").map { try reader.record($0) } ?? asked
            cause = try alarm?.reference("cause").flatMap { try reader.record($0) }
        default:
            throw ToolError(
                reader.path, "record \(asked.sequence) is neither a finding nor an alarm, but \(asked.kind.name)",
                remedy: "'vitalsctl journal alarms' lists alarms, 'vitalsctl journal export' everything",
                status: ExitStatus.badInput)
        }
    }

    /// What there is to judge again in a run: those of these records that it made, oldest first. An alarm that a later
    /// run gave up was ended by no judgement.
    func targets(in run: RecordedRun, _ reader: JournalReader) throws -> [Record] {
        var targets: [Record] = []
        for record in [cause, alarm, asked].compactMap(\.self) where !targets.contains(record) {
            if try RecordedRun.start(before: record.sequence, in: reader) == run.start { targets.append(record) }
        }
        return targets
    }

    /// The oldest record, which names the run.
    var oldest: Record { cause ?? alarm ?? asked }
}

extension Record {
    /// A sequence that the record's body names.
    func reference(_ member: String) -> UInt64? {
        guard let body = try? JSONParser.parse(body) else { return nil }
        return body[member]?.number?.integer.flatMap { UInt64(exactly: $0) }
    }
}

extension Record {
    /// The other sensor that was judged.
    var companion: SensorAddress? {
        (try? JSONParser.parse(body))?["companion"]?.string.flatMap { SensorAddress($0) }
    }
}

extension JournalReader {
    /// One record; nil when it is not there.
    func record(_ sequence: UInt64) throws -> Record? {
        guard sequence > 0 else { return nil }
        return try records(after: sequence - 1, limit: 1).first { $0.sequence == sequence }
    }
}
