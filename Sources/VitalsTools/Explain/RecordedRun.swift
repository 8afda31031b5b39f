import VitalsCore
import VitalsDaemon
import VitalsJSON
import VitalsModel
import VitalsStore

/// The run that a record of a journal came out of: how it began, and what its engine was told.
struct RecordedRun {
    /// The record with which it began.
    let start: Record
    /// The digest of its configuration.
    let digest: String
    /// The program that made it.
    let version: String
    /// Its detectors with their versions.
    let detectors: [String]
    /// The TOML text of the settings that decided its records; empty where all of them were the defaults, or where the
    /// program did not note them yet.
    let settings: String
    /// What its engine knew of the journal that it went on with.
    let history: EngineHistory

    /// Finds the run of a record: the nearest start before it.
    ///
    /// - Throws: `JournalError`; `ToolError` when the journal holds no start before it.
    init(of record: Record, in reader: JournalReader) throws {
        guard let start = try Self.start(before: record.sequence, in: reader) else {
            throw ToolError(
                reader.path, "the run that record \(record.sequence) belongs to has no beginning here",
                remedy: "give the journal that holds it whole", status: ExitStatus.badInput)
        }
        self.start = start
        let body = try? JSONParser.parse(start.body)
        digest = body?["configuration"]?.string ?? ""
        version = body?["version"]?.string ?? ""
        settings = body?["settings"]?.string ?? ""
        detectors = body?["detectors"]?.array?.compactMap(\.string) ?? []
        history = try Self.history(after: start, boot: body?["boot"]?.string, in: reader)
    }

    /// The newest start record below a sequence.
    static func start(before sequence: UInt64, in reader: JournalReader) throws -> Record? {
        var end = sequence
        let step = UInt64(VitalsToolsLimits.walkBatch)
        while end > 1 {
            let first = end > step ? end - step : 1
            let batch = try reader.records(after: first - 1, limit: Int(end - first))
            if let start = batch.last(where: { $0.kind == .start && $0.sequence < end }) { return start }
            end = first
        }
        return nil
    }

    /// What the run said at its beginning about the time before it says what it was told of that time.
    private static func history(after start: Record, boot: String?, in reader: JournalReader) throws -> EngineHistory {
        var history = EngineHistory()
        history.boot = boot
        scan: for record in try reader.records(after: start.sequence, limit: VitalsToolsLimits.walkBatch) {
            guard let body = try? JSONParser.parse(record.body), record.stamp == start.stamp else { break }
            switch record.kind {
            case .absence where record.sensor == nil && history.last == nil:
                guard let since = body["since"]?.number?.integer else { break scan }
                history.last = Stamp(
                    monotonic: start.stamp.monotonic, wall: WallTime(microseconds: since), isSynchronised: false)
            case .alarm:
                guard let raised = body["raised"]?.number?.integer, raised > 0, raised < start.sequence,
                    let condition = AlarmCondition(rawValue: record.subject),
                    let since = body["since"]?.number?.integer
                else { break scan }
                history.openAlarms.append(
                    EngineHistory.OpenAlarm(
                        sensor: record.sensor, condition: condition, sequence: UInt64(raised),
                        since: MonotonicTime(microseconds: since)))
            default: break scan
            }
        }
        return history
    }
}
