import VitalsDetection
import VitalsJSON
import VitalsModel

/// Writes findings and alarms of one sensor or of the gateway, and keeps what is raised.
struct AlarmDesk {
    /// The sensor; nil for what is about the gateway.
    let sensor: SensorAddress?
    private(set) var book = AlarmBook()

    init(sensor: SensorAddress?) { self.sensor = sensor }

    /// What a detector saw: enough to judge it again.
    struct Evidence {
        /// The detector.
        let detector: DetectorIdentity
        /// The stream that it judged.
        let stream: SampleStream
        /// The first moment of what it judged.
        let from: MonotonicTime
        /// The records that hold the samples that it judged.
        let records: ClosedRange<UInt64>?
        /// The other sensor that it was compared with.
        var companion: SensorAddress?
    }

    /// Appends a finding, and returns its sequence.
    @discardableResult
    func find(
        _ condition: String, _ evidence: Evidence, _ evaluation: some DetectorOutput, at stamp: Stamp,
        _ output: inout EngineOutput
    ) -> UInt64 {
        let digest = output.configurationDigest
        return output.append(.finding, sensor: sensor, stamp: stamp, subject: evidence.detector.name) { json in
            if let companion = evidence.companion { json.member("companion", companion.description) }
            json.member("condition", condition)
            json.member("configuration", digest)
            json.member("detector", evidence.detector.description)
            json.name("evaluation")
            json.evaluation(evaluation)
            json.member("from", evidence.from.microseconds)
            if let records = evidence.records {
                json.name("records")
                json.array { json in
                    json.value(records.lowerBound)
                    json.value(records.upperBound)
                }
            }
            json.member("stream", evidence.stream.name)
            json.member("to", stamp.monotonic.microseconds)
        }
    }

    /// Raises a condition for a stream, unless it is raised already. `cause` is the finding or the absence behind it.
    mutating func raise(
        _ condition: AlarmCondition, for stream: SampleStream, since: MonotonicTime, cause: UInt64, at stamp: Stamp,
        _ output: inout EngineOutput
    ) {
        guard book.raise(condition, for: stream, since: since, sequence: output.nextSequence) else { return }
        write(condition, "raised", since: since, reference: ("cause", cause), at: stamp, &output)
    }

    /// Clears a condition for a stream. `outcome` is `cleared`, or `abandoned` when it can no longer be judged.
    mutating func clear(
        _ condition: AlarmCondition, for stream: SampleStream, outcome: String = "cleared", at stamp: Stamp,
        _ output: inout EngineOutput
    ) {
        guard let entry = book.clear(condition, for: stream) else { return }
        write(condition, outcome, since: entry.since, reference: ("raised", entry.sequence), at: stamp, &output)
    }

    /// Gives up everything that is raised: no more input comes, and nothing may stay raised that nobody watches.
    mutating func abandonAll(at stamp: Stamp, _ output: inout EngineOutput) {
        for (condition, entry) in book.clearAll() {
            write(
                condition, "abandoned", since: entry.since, reference: ("raised", entry.sequence), at: stamp, &output)
        }
    }

    /// Gives up an alarm of an earlier run.
    static func giveUp(_ alarm: EngineHistory.OpenAlarm, at stamp: Stamp, _ output: inout EngineOutput) {
        AlarmDesk(sensor: alarm.sensor).write(
            alarm.condition, "abandoned", since: alarm.since, reference: ("raised", alarm.sequence), at: stamp, &output)
    }

    private func write(
        _ condition: AlarmCondition, _ state: String, since: MonotonicTime, reference: (name: String, sequence: UInt64),
        at stamp: Stamp, _ output: inout EngineOutput
    ) {
        let digest = output.configurationDigest
        output.append(.alarm, sensor: sensor, stamp: stamp, subject: condition.rawValue) { json in
            if reference.name == "cause" { json.member("cause", reference.sequence) }
            json.member("condition", condition.rawValue)
            json.member("configuration", digest)
            json.member("kind", condition.kind.rawValue)
            json.member("priority", condition.priority.rawValue)
            if reference.name == "raised" { json.member("raised", reference.sequence) }
            json.member("since", since.microseconds)
            json.member("state", state)
        }
    }
}
