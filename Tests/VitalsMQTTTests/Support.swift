import Synchronization
import VitalsCore
import VitalsModel
import VitalsTestKit

/// A journal in memory that can be told to fail.
final class FaultyJournal: JournalPort {
    struct Fault: Error {}

    private struct State {
        var records: [Record] = []
        var acknowledged: [String: SequenceRanges] = [:]
        var acknowledgeCalls = 0
        var failures = 0
    }

    let identity: JournalIdentity
    private let state = Mutex(State())

    init(gateway: String = "g", epoch: String = "00000000000000e1") {
        identity = JournalIdentity(gateway: gateway, epoch: epoch)
    }

    /// The next so many calls fail.
    func fail(_ count: Int) { state.withLock { $0.failures = count } }

    var acknowledgeCalls: Int { state.withLock { $0.acknowledgeCalls } }

    var head: UInt64 { get throws { try answer { UInt64($0.records.count) } } }

    var nextSequence: UInt64 { get throws { try answer { UInt64($0.records.count) + 1 } } }

    var oldestSequence: UInt64? { get throws { try answer { $0.records.first?.sequence } } }

    var eraGaps: [ClosedRange<UInt64>] { get throws { try answer { _ in [] } } }

    func promise(upTo sequence: UInt64) throws { try answer { _ in } }

    func append(_ records: [Record]) throws { try answer { $0.records += records } }

    func records(after sequence: UInt64, limit: Int) throws -> [Record] {
        try answer { Array($0.records.dropFirst(Int(clamping: sequence)).prefix(limit)) }
    }

    func records(after sequence: UInt64, limit: Int, kind: RecordKind) throws -> [Record] {
        try answer { state in
            Array(state.records.lazy.filter { $0.kind == kind && $0.sequence > sequence }.prefix(limit))
        }
    }

    func acknowledge(_ sequences: [ClosedRange<UInt64>], sink: String) throws {
        try answer { state in
            state.acknowledgeCalls += 1
            for range in sequences { state.acknowledged[sink, default: SequenceRanges()].insert(range) }
        }
    }

    func acknowledged(sink: String) throws -> [ClosedRange<UInt64>] {
        try answer { $0.acknowledged[sink]?.ranges ?? [] }
    }

    private func answer<Result>(_ body: (inout State) -> Result) throws -> Result {
        try state.withLock { state in
            if state.failures > 0 {
                state.failures -= 1
                throw Fault()
            }
            return body(&state)
        }
    }
}

extension MonotonicTime {
    static func seconds(_ count: Double) -> MonotonicTime { MonotonicTime(microseconds: Int64(count * 1_000_000)) }
}

extension Stamp {
    /// 2026-11-21T07:30:00Z and so many seconds, on both clocks.
    static func after(_ seconds: Double, isSynchronised: Bool = true) -> Stamp {
        let microseconds = Int64(seconds * 1_000_000)
        return Stamp(
            monotonic: MonotonicTime(microseconds: 40_000_000_000 + microseconds),
            wall: WallTime(microseconds: 1_795_246_200_000_000 + microseconds), isSynchronised: isSynchronised)
    }
}

extension Record {
    static let strap = SensorAddress(rawValue: 0xC000_0000_0001)

    /// One of a mixture of kinds, the same for the same sequence.
    static func sample(_ sequence: UInt64) -> Record {
        let stamp = Stamp.after(Double(sequence))
        func record(_ kind: RecordKind, _ sensor: SensorAddress?, _ subject: String, _ body: String) -> Record {
            Record(
                sequence: sequence, kind: kind, sensor: sensor, stamp: stamp, subject: subject, body: Array(body.utf8))
        }
        switch sequence % 7 {
        case 1: return record(.start, nil, "", #"{"version":"1"}"#)
        case 2: return record(.alarm, strap, "heart-rate-high", #"{"state":"raised"}"#)
        case 3: return record(.absence, strap, "heart-rate", #"{"reason":"stale"}"#)
        case 4: return record(.link, strap, "", #"{"link":"up"}"#)
        case 5: return record(.finding, strap, "rmssd", #"{"value":12}"#)
        default:
            let block = SampleBlock(
                samples: .heartRate([
                    HeartRateSample(
                        stamp: stamp, heartRate: 60 + UInt16(sequence % 40), contact: .detected, rrIntervals: [1_000],
                        quality: .valid)
                ]))
            var record = record(.samples, strap, "heart-rate", "")
            record.body = block.encoded()
            return record
        }
    }

    static func samples(_ range: ClosedRange<UInt64>) -> [Record] { range.map { sample($0) } }
}
