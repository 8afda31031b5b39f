import VitalsModel

/// The troubles that are present, of one sensor or of the gateway: each is reported when it begins and when it ends, once.
///
/// One condition may have several subjects (two streams, two adapters). It ends for the engine when the last one did.
struct ConditionBook: Sendable {
    /// The sensor; nil for what is about adapters and the service.
    let sensor: SensorAddress?
    /// In the order in which they began: a handful.
    private var entries: [Entry] = []

    private struct Entry: Hashable, Sendable {
        let condition: LinkCondition
        let subject: String
    }

    init(sensor: SensorAddress?) { self.sensor = sensor }

    /// The conditions that are present, by name.
    var present: [LinkCondition] {
        LinkCondition.allCases.filter { condition in entries.contains { $0.condition == condition } }
    }

    /// Whether a condition is present, of any subject.
    func contains(_ condition: LinkCondition) -> Bool { entries.contains { $0.condition == condition } }

    /// A condition began, unless it is present for this subject already.
    mutating func raise(
        _ condition: LinkCondition, subject: String = "", detail: String?, _ actions: inout LinkActions
    ) {
        let entry = Entry(condition: condition, subject: subject)
        guard !entries.contains(entry) else { return }
        entries.append(entry)
        actions.report(.condition(condition, isPresent: true, detail: detail), of: sensor)
        let words = [condition.rawValue, detail].compactMap(\.self).joined(separator: ": ")
        actions.log(.warning, "link trouble began", sensor: sensor, detail: words)
    }

    /// A condition ended for a subject; nothing when it was not present.
    mutating func clear(_ condition: LinkCondition, subject: String = "", _ actions: inout LinkActions) {
        let entry = Entry(condition: condition, subject: subject)
        guard let index = entries.firstIndex(of: entry) else { return }
        entries.remove(at: index)
        let words = [condition.rawValue, subject].filter { !$0.isEmpty }.joined(separator: ": ")
        actions.log(.info, "link trouble ended", sensor: sensor, detail: words)
        guard !contains(condition) else { return }
        actions.report(.condition(condition, isPresent: false, detail: subject.isEmpty ? nil : subject), of: sensor)
    }

    /// A condition ended for all subjects.
    mutating func clearAll(_ condition: LinkCondition, _ actions: inout LinkActions) {
        for entry in entries where entry.condition == condition {
            clear(condition, subject: entry.subject, &actions)
        }
    }

    /// Everything ended, because what it was about is gone.
    mutating func clearAll(_ actions: inout LinkActions) {
        for condition in present { clearAll(condition, &actions) }
    }
}
