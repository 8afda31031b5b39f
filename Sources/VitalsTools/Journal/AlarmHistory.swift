import VitalsCore
import VitalsJSON
import VitalsModel

/// Every alarm of a journal, from its raising to its end.
struct AlarmHistory {
    /// An alarm.
    struct Alarm {
        let raised: Stamp
        let sensor: SensorAddress?
        let condition: String
        let priority: String
        /// Its end, and whether the condition ended (`cleared`) or could no longer be judged (`abandoned`).
        var end: (stamp: Stamp, outcome: String)?
    }

    private struct Key: Hashable {
        let sensor: SensorAddress?
        let condition: String
    }

    private(set) var alarms: [Alarm] = []
    private var open: [Key: Int] = [:]

    /// Takes the next record. A start ends no alarm, but what it raises is new.
    mutating func take(_ record: Record) {
        if record.kind == .start { open.removeAll() }
        guard record.kind == .alarm, let body = try? JSONParser.parse(record.body) else { return }
        let key = Key(sensor: record.sensor, condition: record.subject)
        let state = body["state"]?.string ?? "raised"
        if state == "raised" {
            open[key] = alarms.count
            alarms.append(
                Alarm(
                    raised: record.stamp, sensor: record.sensor, condition: record.subject,
                    priority: body["priority"]?.string ?? "", end: nil))
        } else if let index = open.removeValue(forKey: key) {
            alarms[index].end = (record.stamp, state)
        }
    }

    /// A table in the order of raising; `no alarms` when there is none.
    var text: String {
        guard !alarms.isEmpty else { return "no alarms\n" }
        var table = TextTable([
            ("Raised", .left), ("Ended", .left), ("Duration", .right), ("Sensor", .left), ("Condition", .left),
            ("Priority", .left), ("State", .left),
        ])
        for alarm in alarms {
            table.add([
                alarm.raised.wall.rfc3339, alarm.end?.stamp.wall.rfc3339 ?? "—",
                alarm.end.map { ($0.stamp.monotonic - alarm.raised.monotonic).text } ?? "—",
                alarm.sensor?.description ?? "gateway", alarm.condition, alarm.priority,
                alarm.end?.outcome ?? "raised",
            ])
        }
        return table.text
    }
}
