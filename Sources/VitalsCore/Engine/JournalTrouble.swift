import VitalsJSON
import VitalsModel

/// A trouble of the gateway's own journal. The names stand in records and topics.
public enum JournalTrouble: String, CaseIterable, Hashable, Sendable {
    /// Nothing that comes becomes durable: it waits in memory, or goes where nobody will look for it.
    case notRecording = "journal-not-recording"
    /// The journal was damaged, and what is whole was taken over into a new one.
    case damaged = "journal-damaged"
}

extension JournalTrouble {
    /// Appends that it began or ended, and raises or clears its alarm.
    func write(isPresent: Bool, at stamp: Stamp, _ desk: inout AlarmDesk, _ output: inout EngineOutput) {
        let sequence = output.append(.absence, sensor: desk.sensor, stamp: stamp) { json in
            json.member("present", isPresent)
            json.member("state", rawValue)
        }
        let alarm: AlarmCondition =
            switch self {
            case .notRecording: .journalNotRecording
            case .damaged: .journalDamaged
            }
        if isPresent {
            desk.raise(alarm, for: .heartRate, since: stamp.monotonic, cause: sequence, at: stamp, &output)
        } else {
            desk.clear(alarm, for: .heartRate, at: stamp, &output)
        }
    }
}
