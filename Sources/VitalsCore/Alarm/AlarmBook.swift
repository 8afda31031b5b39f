import VitalsModel

/// The alarm conditions of one sensor that are raised now.
///
/// Each condition is raised once and cleared once, however often its cause flickers and however many streams of the
/// sensor it holds for (lesson 43): it is over when it holds for none of them any more.
struct AlarmBook {
    /// A raised condition: since when, the record that raised it, and the streams that it holds for.
    struct Entry: Hashable {
        let since: MonotonicTime
        let sequence: UInt64
        fileprivate var streams: Set<SampleStream>
    }

    private var raised: [AlarmCondition: Entry] = [:]

    /// The raised conditions, in a fixed order.
    var conditions: [AlarmCondition] { AlarmCondition.allCases.filter { raised[$0] != nil } }

    /// Empties the book, and returns what was raised, in a fixed order.
    mutating func clearAll() -> [(condition: AlarmCondition, entry: Entry)] {
        defer { raised.removeAll() }
        return AlarmCondition.allCases.compactMap { condition in raised[condition].map { (condition, $0) } }
    }

    /// Whether the condition is raised for the stream.
    func holds(_ condition: AlarmCondition, for stream: SampleStream) -> Bool {
        raised[condition]?.streams.contains(stream) == true
    }

    /// Notes that the condition holds for the stream. True when nothing had raised it before: then `sequence` is the
    /// record that does.
    mutating func raise(
        _ condition: AlarmCondition, for stream: SampleStream, since: MonotonicTime, sequence: UInt64
    ) -> Bool {
        guard raised[condition] == nil else {
            raised[condition]?.streams.insert(stream)
            return false
        }
        raised[condition] = Entry(since: since, sequence: sequence, streams: [stream])
        return true
    }

    /// Notes that the condition no longer holds for the stream, and returns what was raised when it holds for none.
    mutating func clear(_ condition: AlarmCondition, for stream: SampleStream) -> Entry? {
        guard var entry = raised[condition], entry.streams.remove(stream) != nil else { return nil }
        raised[condition] = entry.streams.isEmpty ? nil : entry
        return entry.streams.isEmpty ? entry : nil
    }
}
