import VitalsModel

/// Which alarm record is the newest of its condition: that one alone is the state of its topic.
///
/// Alarms are handed over before older ones of the backlog, and once more after a lost connection or on request. An old
/// one that became the retained state again would show an alarm that has ended (lessons 41 and 44).
struct AlarmStates: Sendable {
    private struct Condition: Hashable {
        let sensor: SensorAddress?
        let subject: String
    }

    private var newest: [Condition: UInt64] = [:]

    /// A record was seen in the journal.
    mutating func note(_ record: Record) {
        guard record.kind == .alarm else { return }
        let condition = Condition(sensor: record.sensor, subject: record.subject)
        guard newest[condition] != nil || newest.count < UplinkLimits.alarmStatesMax else { return }
        newest[condition] = max(newest[condition] ?? 0, record.sequence)
    }

    /// Whether nothing newer of its condition is known.
    func isNewest(_ record: Record) -> Bool {
        let condition = Condition(sensor: record.sensor, subject: record.subject)
        return newest[condition].map { $0 <= record.sequence } ?? true
    }
}
