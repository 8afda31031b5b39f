import Foundation
import Testing
import VitalsCore
import VitalsDaemon
import VitalsGATT
import VitalsKernels
import VitalsModel
import VitalsStore
import VitalsTestKit

/// Real heart rhythms with expert labels, as a strap would send them, through the whole product: packets, engine,
/// journal, and back.
@Suite("Recorded rhythms through the whole product")
struct RhythmRecordingTests {
    /// What the product made of a recording.
    struct Played {
        var sent: [UInt16] = []
        var kept: [UInt16] = []
        /// When alarms of a condition were raised and cleared, data time in microseconds.
        var alarms: [String: [(raised: Int64, cleared: Int64)]] = [:]
    }

    /// One packet a second with the intervals that ended in it. With `gapTicks`, an interval that long is a gap of the
    /// recorder, during which no packet comes.
    static func play(_ recording: Recording, seconds: Int, gapTicks: UInt16 = .max) throws -> Played {
        let folder = try TemporaryDirectory()
        let journal = try Journal(
            path: folder.path + "/journal.db", gateway: "test", created: WallTime(microseconds: 0))
        let sensor = SensorAddress(rawValue: 0xC000_0000_0001)
        var outcome = EngineRun.Outcome()
        func stamp(_ microseconds: Int64) -> Stamp {
            Stamp(
                monotonic: MonotonicTime(microseconds: microseconds),
                wall: WallTime(microseconds: 1_795_000_000_000_000 + microseconds), isSynchronised: true)
        }
        var run = try EngineRun(
            configuration: EngineConfiguration(), kernels: .best, start: stamp(0), journal: journal, into: &outcome)
        var played = Played()
        var beat = 0
        for second in 1...seconds {
            let end = Int64(second) * 1_000_000
            var intervals: [UInt16] = []
            while beat < recording.rr.count, recording.times[beat] < end, intervals.count < 9 {
                intervals.append(recording.rr[beat])
                beat += 1
            }
            guard beat < recording.rr.count else { break }
            let begins = recording.times[beat] - Int64(recording.rr[beat]) * 1_000_000 / 1_024
            if recording.rr[beat] >= gapTicks, begins < end - 1_000_000, intervals.isEmpty { continue }
            played.sent += intervals
            let last = Int(recording.rr[max(0, beat - 1)])
            let packet = HeartRateMeasurement(
                heartRate: UInt16(clamping: 61_440 / max(1, last)), contact: .detected, rrIntervals: intervals)
            let event = SensorEvent(
                stamp: stamp(end),
                kind: .value(sensor: sensor, characteristic: .heartRateMeasurement, bytes: packet.encoded))
            try run.handle(.sensor(event), into: &outcome)
        }
        try run.handle(.stop(stamp(Int64(seconds) * 1_000_000)), into: &outcome)
        try journal.append(outcome.records)
        try collect(journal, into: &played)
        #expect(try JournalVerifier.verify(journal.reader).fault == nil)
        try journal.close()
        return played
    }

    static func collect(_ journal: Journal, into played: inout Played) throws {
        var raised: [String: Int64] = [:]
        for record in try journal.records(after: 0, limit: .max) {
            if record.kind == .samples, case .heartRate(let samples) = try SampleBlock(decoding: record.body).samples {
                played.kept += samples.flatMap(\.rrIntervals)
            }
            guard record.kind == .alarm else { continue }
            let time = record.stamp.monotonic.microseconds
            if String(decoding: record.body, as: UTF8.self).contains(#""state":"raised""#) {
                raised[record.subject] = time
            } else if let begin = raised.removeValue(forKey: record.subject) {
                played.alarms[record.subject, default: []].append((begin, time))
            }
        }
        for (subject, begin) in raised { played.alarms[subject, default: []].append((begin, .max)) }
    }

    @Test("atrial fibrillation: every interval is kept in order, and every labelled episode of 5 minutes alarms")
    func fibrillation() throws {
        for recording in Recordings.fibrillation.prefix(6) {
            let seconds = 7_200
            let played = try Self.play(recording, seconds: seconds)
            #expect(played.kept == played.sent, "record \(recording.name)")
            #expect(played.sent.count > 3_000)
            let alarms = played.alarms["atrial-fibrillation"] ?? []
            for episode in Self.episodes(recording, until: Int64(seconds) * 1_000_000) {
                let isFound = alarms.contains { $0.raised < episode.end && $0.cleared > episode.begin }
                #expect(isFound, "record \(recording.name): the episode at \(episode.begin / 1_000_000) s")
            }
        }
    }

    @Test("arrhythmia: every pause of 3 s is an alarm, and nothing else is")
    func pauses() throws {
        for recording in Recordings.arrhythmia where recording.rr.contains(where: { $0 >= 3_072 }) {
            let played = try Self.play(recording, seconds: 1_800)
            #expect(played.kept == played.sent, "record \(recording.name)")
            let pauses = played.sent.filter { $0 >= 3_072 }.count
            let alarms = played.alarms["pause"] ?? []
            // Pauses that follow each other within the alarm's hold share one.
            #expect(pauses == 0 ? alarms.isEmpty : (1...pauses).contains(alarms.count), "record \(recording.name)")
        }
    }

    @Test("sinus rhythm: gaps of the recorder raise no pause and no asystole (lesson 42)")
    func gaps() throws {
        for recording in Recordings.sinus.filter({ $0.rr.prefix(12_000).contains { $0 >= 3_072 } }).prefix(4) {
            let played = try Self.play(recording, seconds: 9_000, gapTicks: 3_072)
            #expect(played.kept == played.sent, "record \(recording.name)")
            #expect(played.alarms["pause"] == nil, "record \(recording.name)")
            #expect(played.alarms["asystole"] == nil, "record \(recording.name)")
        }
    }

    /// Labelled episodes of at least 5 minutes, cut at the end of what is played.
    private static func episodes(_ recording: Recording, until end: Int64) -> [(begin: Int64, end: Int64)] {
        var episodes: [(begin: Int64, end: Int64)] = []
        var begin: Int64?
        for (time, isFibrillation) in zip(recording.times, recording.isFibrillation) where time < end {
            if isFibrillation {
                begin = begin ?? time
            } else if let start = begin {
                episodes.append((start, time))
                begin = nil
            }
        }
        if let begin { episodes.append((begin, end)) }
        return episodes.filter { $0.end - $0.begin >= 300_000_000 }
    }
}
