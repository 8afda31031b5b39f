import VitalsCore
import VitalsDaemon
import VitalsJSON
import VitalsModel
import VitalsStore

/// What went into the engine of a run, made again from what came out of it: every sample, link event, report, malformed
/// packet, notice of a device and clock step stands in the journal with its stamp.
///
/// What a run was sent and kept nowhere (a repeated battery level, a characteristic that is not read) decides nothing.
/// Samples stand in blocks, which close after their first sample by no more than the span of a block. So an input is
/// certain, in its order, once a record is that much later.
struct JournalInputs {
    /// An input that the journal shows, and the record that shows it.
    struct Entry {
        /// The record that shows it.
        let sequence: UInt64
        /// Its place among those of the record, from 0: the samples of a block have an order.
        let place: Int
        /// The input.
        let input: EngineInput
    }

    /// The last record that was read; of the run, or of the recovery after it.
    private(set) var lastSequence: UInt64
    /// The first record that is not there although a later one is.
    private(set) var missing: UInt64?

    private let reader: JournalReader
    private let boot: String?
    private let span: MonotonicTime.Span
    private var waiting: [Entry] = []
    private var ready: ArraySlice<Entry> = []
    private var latest: MonotonicTime
    /// Whether what is read now was received by this run and kept by the next start.
    private var isRecovery = false
    private var isAtEnd = false

    /// The inputs of a run after its start. `blockSeconds` is the span of its blocks.
    init(of run: RecordedRun, blockSeconds: Int, in reader: JournalReader) {
        self.reader = reader
        boot = run.history.boot
        span = .seconds(Int64(blockSeconds))
        lastSequence = run.start.sequence
        latest = run.start.stamp.monotonic
    }

    /// The next input, in the order of the stamps; nil at the end of the run.
    mutating func next() throws -> Entry? {
        while ready.isEmpty && !(isAtEnd && waiting.isEmpty) { try fill() }
        return ready.popFirst()
    }

    private mutating func fill() throws {
        let batch = try reader.records(after: lastSequence, limit: VitalsToolsLimits.walkBatch)
        isAtEnd = batch.isEmpty
        for record in batch where !isAtEnd { try take(record) }
        waiting.sort {
            ($0.input.stamp.monotonic, $0.sequence, $0.place) < ($1.input.stamp.monotonic, $1.sequence, $1.place)
        }
        let certain =
            isAtEnd
            ? waiting.endIndex : waiting.firstIndex { $0.input.stamp.monotonic + span >= latest } ?? waiting.endIndex
        ready = waiting[..<certain]
        waiting.removeFirst(certain)
    }

    private mutating func take(_ record: Record) throws {
        if record.kind == .start {
            let body = try? JSONParser.parse(record.body)
            guard body?["recovered"] != nil, boot != nil, body?["boot"]?.string == boot else {
                isAtEnd = true
                return
            }
            isRecovery = true
        }
        if record.sequence != lastSequence + 1, missing == nil { missing = lastSequence + 1 }
        lastSequence = record.sequence
        latest = max(latest, record.stamp.monotonic)
        guard !isRecovery || record.kind == .samples else { return }
        for (place, input) in try Self.inputs(record).enumerated() {
            waiting.append(Entry(sequence: record.sequence, place: place, input: input))
        }
    }

    private static func inputs(_ record: Record) throws -> [EngineInput] {
        switch record.kind {
        case .samples:
            guard let sensor = record.sensor else { return [] }
            do throws(SampleBlockError) {
                return try SampleBlock(decoding: record.body).events(of: sensor).map { .sensor($0) }
            } catch {
                throw ToolError(
                    "record \(record.sequence)", "its samples cannot be read: \(error)",
                    remedy: "run 'vitalsctl journal verify'", status: ExitStatus.badInput)
            }
        case .link:
            return record.linkInput.map { [$0] } ?? []
        case .malformed, .device, .clock:
            return record.event.map { [.sensor($0)] } ?? []
        case .absence:
            return record.journalInput.map { [$0] } ?? []
        case .start, .finding, .alarm:
            return []
        }
    }
}
